/**
 * The network between a gateway and its stores, cut, silent or slow at chosen places.
 *
 * <p>Takes real stores and puts a proxy before them; no clock decides where a cut happens.
 */
package cn.unionecard.gateway.outage;
