/**
 * What a merchant reads of its own trade: what it took on a day and who paid for the discounts, and
 * each transaction with what became of it.
 *
 * <p>Nouns: <i>takings</i> (of a day, an hour, a terminal), <i>move</i> (sales, what was undone of
 * them, what was restored of that), <i>own</i> (what the merchant bears of a discount itself).
 *
 * <p>Reads the ledger's rows by an index of the merchant's own, over connections of its own, and
 * writes nothing. No member is in any answer. Fails: 404 for another merchant, 400 naming the
 * parameter, 503 when the time is over; nothing has happened then.
 */
@NullMarked
package cn.unionecard.gateway.shop;

import org.jspecify.annotations.NullMarked;
