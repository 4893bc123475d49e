/**
 * The house: {@link cn.unionecard.gateway.node.Gateway} wires its rooms on one page.
 *
 * <p>Takes a checked configuration, gives a running node. Never does a room's work.
 */
@NullMarked
package cn.unionecard.gateway.node;

import org.jspecify.annotations.NullMarked;
