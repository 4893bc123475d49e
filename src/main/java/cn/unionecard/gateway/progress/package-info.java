/**
 * How far the unions have come with the e-card: tasks and milestones, cards stage by stage, who is
 * responsible, name lists, and the notices that praise and remind.
 *
 * <p>Nouns: <i>stage</i> (how far a card has come; {@link cn.unionecard.gateway.progress.Stage}),
 * <i>standing</i> (how many cards are at a stage, of a union's own members or its whole subtree),
 * <i>task</i> (cards that a union is to bring in within a year), <i>plan</i> (how a union hands its
 * task down; edition by edition), <i>milestone</i> (by when how much of the task).
 *
 * <p>Counts are kept by triggers of the tables that others write: they add to {@code
 * progress_delta} and wait for nobody; {@link cn.unionecard.gateway.progress.Progress} folds that
 * into sums, and finds first uses in the feed, so that no sale waits for a count. Reads cost by
 * unions and days, never by members. Fails as every desk does; sweeps that fail go on from where
 * they stood.
 */
@NullMarked
package cn.unionecard.gateway.progress;

import org.jspecify.annotations.NullMarked;
