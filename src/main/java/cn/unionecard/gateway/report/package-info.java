/**
 * What a union reads of a period: its merchants, what was sold and undone, reviews, complaints, and
 * how long it took until something was done.
 *
 * <p>Nouns: <i>report</i> (of one union and all below it, for days of China's calendar),
 * <i>side</i> (whether merchants are counted with the union that authorised or the one that signed
 * them), <i>line</i> (one union's own merchants), <i>total</i> (all lines), <i>figure</i> (one
 * column; {@link cn.unionecard.gateway.report.Figures} names them all).
 *
 * <p>Reads what the other rooms have written, in one repeatable-read transaction over connections
 * of its own, and writes nothing. Every figure can be recounted from the feed alone. Tips of the
 * whistle-blowing lane are in no figure, whoever reads. Fails: 404 for a union outside the caller's
 * subtree, 400 naming the parameter, 503 when the time is over; nothing has happened then.
 */
@NullMarked
package cn.unionecard.gateway.report;

import org.jspecify.annotations.NullMarked;
