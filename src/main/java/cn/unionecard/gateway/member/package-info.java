/**
 * Members, their cards, and the privacy vault that keeps their names and numbers.
 *
 * <p>Takes plain personal data and the vault's key, gives what may lie in the database. Never logs,
 * never prints, never keeps a plain name longer than a call.
 */
@NullMarked
package cn.unionecard.gateway.member;

import org.jspecify.annotations.NullMarked;
