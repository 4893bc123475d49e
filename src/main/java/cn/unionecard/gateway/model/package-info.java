/**
 * The words everybody shares: immutable values, checked at birth.
 *
 * <p>Takes nothing from other packages, gives names to money, identifiers, transaction kinds,
 * refusals and faults. Never does I/O, never reads a clock.
 */
@NullMarked
package cn.unionecard.gateway.model;

import org.jspecify.annotations.NullMarked;
