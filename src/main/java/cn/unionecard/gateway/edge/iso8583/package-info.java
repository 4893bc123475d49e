/**
 * The ISO 8583 edge: what POS terminals ask over their lines, and what they are told.
 *
 * <p>Takes connections and their frames, as {@link cn.unionecard.gateway.edge.iso8583.codec} reads
 * them; gives each message that can be answered one reply. {@link
 * cn.unionecard.gateway.edge.iso8583.Service} says in one line per message what is asked. Never
 * decides a rule, never says of a transaction what its receipt does not say, never keeps state
 * between two messages but what a line has done ({@link cn.unionecard.gateway.edge.iso8583.Peer}).
 */
@NullMarked
package cn.unionecard.gateway.edge.iso8583;

import org.jspecify.annotations.NullMarked;
