/**
 * The HTTPS/JSON edge: bytes to {@link cn.unionecard.gateway.model.Request} and replies to bytes,
 * as {@code openapi.yaml} says.
 *
 * <p>Takes requests of terminals (client certificate or token) and staff (token), gives receipts,
 * quotes and RFC 9457 problems. Never decides a rule, never writes to a store.
 */
@NullMarked
package cn.unionecard.gateway.edge.http;

import org.jspecify.annotations.NullMarked;
