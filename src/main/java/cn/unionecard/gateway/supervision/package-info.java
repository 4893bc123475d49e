/**
 * What follows from bad reviews and from complaints that were found right.
 *
 * <p>Nouns: <i>policy</i> (what a union makes follow; of all levels the tightest binds),
 * <i>stage</i> (warn, rectify, suspend), <i>decision</i> (a stage that was reached, with its
 * evidence), <i>appeal</i>.
 *
 * <p>Takes a merchant at which something was said, within the transaction that says it, and does
 * what the policy says. Never decides twice: the same tally has the same stage for ever.
 */
@NullMarked
package cn.unionecard.gateway.supervision;

import org.jspecify.annotations.NullMarked;
