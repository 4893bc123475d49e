/**
 * Certificates and TLS: read, made and renewed.
 *
 * <p>Gives what a listener needs and a terminal's name out of its certificate. Never decides what a
 * terminal may do.
 */
@NullMarked
package cn.unionecard.gateway.runtime.tls;

import org.jspecify.annotations.NullMarked;
