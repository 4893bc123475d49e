/**
 * Secrets at rest: the key-encryption key and what is wrapped under it.
 *
 * <p>Never prints or logs one.
 */
@NullMarked
package cn.unionecard.gateway.runtime.keys;

import org.jspecify.annotations.NullMarked;
