/**
 * Tells connected terminals that they may no longer sell, or again: over WebSocket at once, over
 * ISO 8583 with their next echo. Tells only; the line decides for itself in each flight. Knows,
 * too, which devices' keys were given up, for the edge to turn their certificates away.
 */
@NullMarked
package cn.unionecard.gateway.terminal.push;

import org.jspecify.annotations.NullMarked;
