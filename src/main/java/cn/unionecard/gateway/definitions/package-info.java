/**
 * The merchants, terminals, organisations and campaigns as the line needs them, kept entry by
 * entry.
 *
 * <p>{@link cn.unionecard.gateway.definitions.KnownDefinitions} is what one lane knows; {@link
 * cn.unionecard.gateway.definitions.Wanted} is what a block needs besides; one statement brings it,
 * and what changed. A row that cannot be understood is left out, it alone, and {@link
 * cn.unionecard.gateway.definitions.UnreadableDefinitions} names it aloud.
 */
@NullMarked
package cn.unionecard.gateway.definitions;

import org.jspecify.annotations.NullMarked;
