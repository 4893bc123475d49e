package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.TransactionType;

/**
 * What a key led to earlier: enough to answer a repeat or name a conflict.
 *
 * @param id the transaction that is the key's answer
 * @param type of that transaction; a REVERSAL where a request stands is a tombstone
 * @param fingerprint hash of its request's business fields, 16 bytes
 */
public record Answered(long id, TransactionType type, byte[] fingerprint) {}
