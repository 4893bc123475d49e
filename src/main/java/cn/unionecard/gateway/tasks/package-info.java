/**
 * What waits for somebody at a desk: how much, and by when, of everything that his roles let him do
 * at his union and those below it.
 *
 * <p>Nouns: <i>task</i> (a kind of work, with the one role that does it), <i>own</i> (what waits at
 * the caller's union itself), <i>due</i> (when the time of a piece of work is over).
 *
 * <p>Reads what the other rooms have written, by indexes that hold only what is open, and writes
 * nothing. What the caller could not do, for he prepared it himself or a level above decides, does
 * not wait for him. Fails as every desk does.
 */
@NullMarked
package cn.unionecard.gateway.tasks;

import org.jspecify.annotations.NullMarked;
