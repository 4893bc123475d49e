/** Everything a stranger, or a caller gone mad, can send: each of it is answered as is told. */
package cn.unionecard.gateway.hostile;
