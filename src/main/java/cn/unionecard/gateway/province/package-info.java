/**
 * The province's platform, both ways: its unions and members come here, states of cards go there.
 *
 * <p>Nouns: <i>counterpart</i> (that platform, of which nothing is believed), <i>change</i> (its
 * word on one union or person, with a revision that grows), <i>place</i> (behind which to ask on),
 * <i>bad row</i> (a change that cannot be taken, with why), <i>round</i>.
 *
 * <p>Both ways are about how things are, not what happened: a change is taken if its revision is
 * above the last one, a card is told until its revision is acknowledged. So repeats, other orders
 * and lost answers come to the same, and reading all from the start mends whatever was left out.
 * Everything known stands in the tables; one node works, for as long as it holds the link.
 */
@NullMarked
package cn.unionecard.gateway.province;

import org.jspecify.annotations.NullMarked;
