/**
 * The desk of campaigns: prepared by one person, approved by another, run, paused and ended; what
 * they may spend, and what their rules say in words.
 *
 * <p>Writes rows that the checkout line reads. Knows the rules only to refuse what they could not
 * read.
 */
@NullMarked
package cn.unionecard.gateway.campaign;

import org.jspecify.annotations.NullMarked;
