/**
 * Who is calling: certificates, tokens, and what they say together.
 *
 * <p>Takes a request's connection and header, gives a {@link cn.unionecard.gateway.model.Caller} or
 * a fault that says no more than it must. Signs the tokens that it will read. Never decides what a
 * caller may do.
 */
@NullMarked
package cn.unionecard.gateway.edge.http.access;

import org.jspecify.annotations.NullMarked;
