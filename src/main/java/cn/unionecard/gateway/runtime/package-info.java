/**
 * The machine room: configuration, limits, clock, TLS, stores (embedded or given), keys, metrics,
 * health, logs.
 *
 * <p>Takes files, environment and flags, gives checked values and opened resources. Never knows
 * what a sale is.
 */
@NullMarked
package cn.unionecard.gateway.runtime;

import org.jspecify.annotations.NullMarked;
