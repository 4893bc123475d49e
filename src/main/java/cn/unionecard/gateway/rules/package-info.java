/**
 * What a request deserves: pure functions of the request and the block's facts.
 *
 * <p>Takes {@link cn.unionecard.gateway.model.Request}s and {@link
 * cn.unionecard.gateway.rules.Facts}, gives {@link cn.unionecard.gateway.rules.Decision}s. Never
 * does I/O, reads a clock, logs, or holds a future. A new kind of benefit is a new {@link
 * cn.unionecard.gateway.rules.Benefit} and a row; a new kind of thing that can be used up is a new
 * {@link cn.unionecard.gateway.rules.Allowance.Kind} of the same table.
 */
@NullMarked
package cn.unionecard.gateway.rules;

import org.jspecify.annotations.NullMarked;
