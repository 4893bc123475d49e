/**
 * What an operator sees of a node: log, metrics, health.
 *
 * <p>All that leaves here is masked and bounded: labels from closed sets, lines limited by kind, no
 * personal value, no secret. Never changes what it watches.
 */
@NullMarked
package cn.unionecard.gateway.runtime.watch;

import org.jspecify.annotations.NullMarked;
