/**
 * The audit: whether the ledger holds together and every block is signed and chained.
 *
 * <p>Takes a database, gives findings. Never changes anything.
 */
@NullMarked
package cn.unionecard.gateway.ledger.audit;

import org.jspecify.annotations.NullMarked;
