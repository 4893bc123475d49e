/**
 * HTTP as strictly as all who stand in front of us must read it (RFC 9112, RFC 9113), before any
 * route.
 */
@NullMarked
package cn.unionecard.gateway.runtime.http;

import org.jspecify.annotations.NullMarked;
