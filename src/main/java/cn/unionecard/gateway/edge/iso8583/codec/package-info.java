/**
 * The UnionPay direct-connect profile of ISO 8583: bytes and messages.
 *
 * <p>The profile is a table ({@link cn.unionecard.gateway.edge.iso8583.codec.IsoSpec}). {@link
 * cn.unionecard.gateway.edge.iso8583.codec.FrameReader} cuts a stream into frames, {@link
 * cn.unionecard.gateway.edge.iso8583.codec.FrameHead} reads what stands before the message, {@link
 * cn.unionecard.gateway.edge.iso8583.codec.IsoMessage} reads and builds the message itself, {@link
 * cn.unionecard.gateway.edge.iso8583.codec.Mac} proves it, and one class per composite field knows
 * what is inside.
 *
 * <p>Takes bytes as they arrive, in any split; gives messages, and bytes for messages. What does
 * not fit the table is one {@link cn.unionecard.gateway.edge.iso8583.codec.FormatError} that names
 * the field and both numbers. Never does I/O, never knows who asks or what for, never prints a card
 * number, a code or a key unmasked, never keeps state between two messages: readers, messages and
 * MACs belong to one event loop.
 */
@NullMarked
package cn.unionecard.gateway.edge.iso8583.codec;

import org.jspecify.annotations.NullMarked;
