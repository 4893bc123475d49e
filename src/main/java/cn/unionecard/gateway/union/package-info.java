/**
 * The organisations of the union, who works for them, and what they did.
 *
 * <p>Nouns: <i>organisation</i> (a node of the tree: province, city, county …, primary union),
 * <i>staff</i> (a person's account in one organisation, with roles), <i>audit</i> (the chained
 * record of what staff did and tried). An account is ACTIVE or SUSPENDED, and locked for a while
 * after wrong passwords. Everybody sees his own organisation and what is below it, nothing beside
 * or above.
 *
 * <p>Fails: wrong name, password, lock and suspension all sound alike (401); what lies outside the
 * caller's subtree is not there (404); a login that exists is ALREADY_TAKEN. Passwords never leave
 * but once, when they are made; the audit is only ever added to.
 */
@NullMarked
package cn.unionecard.gateway.union;

import org.jspecify.annotations.NullMarked;
