/**
 * What an operator sets: read once from file and environment, checked as a whole, then a value.
 *
 * <p>Fails with a {@link cn.unionecard.gateway.runtime.CannotStart} that names the key. Nobody asks
 * the environment elsewhere.
 */
@NullMarked
package cn.unionecard.gateway.runtime.config;

import org.jspecify.annotations.NullMarked;
