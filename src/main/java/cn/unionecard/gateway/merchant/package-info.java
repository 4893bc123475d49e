/**
 * Merchants from recommendation to termination, the veto over them, their stores and terminals.
 *
 * <p>Nouns: <i>step</i> (what moves a merchant from state to state, with who, when, why and
 * document number), <i>authorising</i> and <i>signing union</i> (who supervises, who is
 * responsible; never empty), <i>dossier</i> (documents with expiry, selection record, declarations
 * of interest, what is known of the merchant as an employer), <i>veto</i> (two grounds, no
 * override), <i>binding</i> (one device serial, merchant, credit code, settlement account and
 * address, one to one), <i>activation</i> (a one-time code and proof of the device key for a
 * certificate).
 *
 * <p>States and steps stand in {@link cn.unionecard.gateway.merchant.Step} and again in {@code
 * merchant_transition}. What suspends a merchant is one transaction with its event; the checkout
 * line reads the row in its next flight. Fails: what lies outside the caller's subtree is not there
 * (404), what his union has no say in is forbidden (403), all else is a {@link
 * cn.unionecard.gateway.model.DeskRefusal} and leaves a line in the audit.
 */
@NullMarked
package cn.unionecard.gateway.merchant;

import org.jspecify.annotations.NullMarked;
