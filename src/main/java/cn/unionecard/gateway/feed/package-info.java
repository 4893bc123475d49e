/**
 * The event stream to the union: outbox rows get their numbers, readers read them in order.
 *
 * <p>Takes the rows of {@code outbox}, gives CloudEvents over server-sent events and WebSocket, by
 * cursor, each reader only what lies in its own part of the organisation tree. Never publishes
 * anything from memory and changes no transaction.
 */
@NullMarked
package cn.unionecard.gateway.feed;

import org.jspecify.annotations.NullMarked;
