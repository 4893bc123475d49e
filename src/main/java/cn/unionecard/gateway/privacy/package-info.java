/**
 * What is a member's own: his personal data under a key of his own, what he consents to, what he
 * asks of the union, who looked at him, and how he is forgotten.
 *
 * <p>Nouns: <i>vault</i> ({@link cn.unionecard.gateway.privacy.MemberVault}: makes and opens
 * members' keys, and finds people without naming them), <i>member's key</i> (deleted, and nobody
 * ever reads his name again), <i>read</i> (a member of staff learned of somebody; counted, limited,
 * and told to his union when they are too many), <i>request</i> (a copy, a correction, a deletion;
 * with a day by which it is done).
 *
 * <p>Takes plain data and gives it to whoever has a reason that is written down; never logs it, and
 * keeps none longer than a call. Analysis gives no group that is smaller than {@link
 * cn.unionecard.gateway.privacy.Analysis#PEOPLE_MIN}.
 */
@NullMarked
package cn.unionecard.gateway.privacy;

import org.jspecify.annotations.NullMarked;
