/**
 * The merchants, terminals, organisations and campaigns as the line needs them.
 *
 * <p>Takes rows, gives a {@link cn.unionecard.gateway.rules.Catalog}. A row that cannot be
 * understood is left out and named aloud, it alone. Never asked within a flight.
 */
@NullMarked
package cn.unionecard.gateway.definitions;

import org.jspecify.annotations.NullMarked;
