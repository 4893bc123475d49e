/**
 * Members, their cards, and the privacy vault that keeps their names and numbers.
 *
 * <p>Takes plain personal data and the vault's key, gives what may lie in the database; enters
 * members one by one or by the sheet, moves cards, and gives a phone its card's secret for a
 * one-time code. Never logs, never prints, never keeps a plain name longer than a call.
 */
@NullMarked
package cn.unionecard.gateway.member;

import org.jspecify.annotations.NullMarked;
