/**
 * One gateway reached over ISO 8583, one over JSON, one over both: the same requests leave the same
 * ledger.
 */
package cn.unionecard.gateway.twin;
