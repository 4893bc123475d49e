/**
 * Reading what was recorded: receipts, blocks, public keys.
 *
 * <p>Takes ids, gives the bytes of the first answer, whose proof is computed again from the block's
 * bodies. Never changes anything.
 */
@NullMarked
package cn.unionecard.gateway.archive;

import org.jspecify.annotations.NullMarked;
