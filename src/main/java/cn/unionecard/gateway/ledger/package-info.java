/**
 * Durable truth: the SQL that fetches a block's facts under lock and commits what was decided.
 *
 * <p>Takes what a block needs and what it decided, gives {@link cn.unionecard.gateway.rules.Facts}
 * and durable rows. Never decides anything; every statement of the flight is index-only by
 * construction.
 */
@NullMarked
package cn.unionecard.gateway.ledger;

import org.jspecify.annotations.NullMarked;
