/**
 * Complaints of members and what unions do about them.
 *
 * <p>A <i>complaint</i> goes to the union that answers for the merchant (its <i>owner</i>), moves
 * by <i>steps</i>, has clocks in <i>working days</i>, goes up one level when one runs out. The
 * <i>opener</i> holds a token, shown once and stored hashed. In the <i>whistle-blowing lane</i> the
 * owner is the lowest union above all that the tip is about, and nobody else learns of it. A
 * <i>ticket</i> carries problems up level by level, its answer comes down to everyone merged into
 * it. Never: a name or a free text in an event or a log.
 */
@NullMarked
package cn.unionecard.gateway.complaint;

import org.jspecify.annotations.NullMarked;
