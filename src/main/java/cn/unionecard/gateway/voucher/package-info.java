/**
 * The desk of vouchers, quotas and passes: what a campaign gives out, the rounds in which it is
 * given (by sheet, by query, to who comes first, by lot), what members have of it, and the way of
 * claims, which has a loop and a connection of its own.
 *
 * <p>Writes rows that the checkout line locks and uses up; never uses one up itself.
 */
@NullMarked
package cn.unionecard.gateway.voucher;

import org.jspecify.annotations.NullMarked;
