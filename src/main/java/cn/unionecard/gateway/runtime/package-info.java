/**
 * What every room of a process needs: clocks, ids, hashes, deadlines; its own rooms hold
 * configuration, TLS, keys, stores, admission of connections, and what is watched.
 *
 * <p>Takes files, environment and flags, gives checked values and opened resources. Never knows
 * what a sale is.
 */
@NullMarked
package cn.unionecard.gateway.runtime;

import org.jspecify.annotations.NullMarked;
