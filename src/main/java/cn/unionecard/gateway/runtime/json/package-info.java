/**
 * JSON as this gateway takes it from others.
 *
 * <p>Takes bytes or text, gives Jackson's tokens, maps or trees; what they have to hold, and in
 * which words a fault is told, is for those who read them.
 */
@NullMarked
package cn.unionecard.gateway.runtime.json;

import org.jspecify.annotations.NullMarked;
