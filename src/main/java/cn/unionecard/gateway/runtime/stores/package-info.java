/**
 * The stores as the rest of the house sees them: what a failure means, by one table; connections
 * that are renewed when they are of no use any more. Takes failures and pools, gives faults and
 * pools; decides nothing about money.
 */
@NullMarked
package cn.unionecard.gateway.runtime.stores;

import org.jspecify.annotations.NullMarked;
