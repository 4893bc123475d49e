/**
 * The ISO 8583 edge: the bytes of POS terminals, UnionPay direct-connect profile.
 *
 * <p>The profile is a table ({@link cn.unionecard.gateway.edge.iso8583.IsoSpec}). {@link
 * cn.unionecard.gateway.edge.iso8583.FrameReader} cuts a stream into frames, {@link
 * cn.unionecard.gateway.edge.iso8583.FrameHead} reads what stands before the message, {@link
 * cn.unionecard.gateway.edge.iso8583.IsoMessage} reads and builds the message itself, {@link
 * cn.unionecard.gateway.edge.iso8583.Mac} proves it, and one small class per composite field knows
 * what is inside.
 *
 * <p>Takes bytes as they arrive, in any split; gives messages, and bytes for messages. What does
 * not fit the table is one {@link cn.unionecard.gateway.edge.iso8583.FormatError} that names the
 * field and both numbers. Never decides a rule, never prints a card number, a code or a key
 * unmasked, never keeps state between two messages: readers, messages and MACs belong to one event
 * loop.
 */
@NullMarked
package cn.unionecard.gateway.edge.iso8583;

import org.jspecify.annotations.NullMarked;
