/**
 * Receipts: canonical bytes, Merkle blocks, seals and their verification.
 *
 * <p>Takes receipt bodies in canonical JSON and a signing key; gives sealed blocks, receipts that
 * anybody can verify offline, and verdicts on receipts. Never does I/O, never reads a clock, never
 * knows what a body means.
 */
@NullMarked
package cn.unionecard.gateway.receipt;

import org.jspecify.annotations.NullMarked;
