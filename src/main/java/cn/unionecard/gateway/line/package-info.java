/**
 * The story on one page: a request is read, gathered into a block, decided, sealed, committed,
 * answered.
 *
 * <p>Takes {@link cn.unionecard.gateway.model.Request}s from the edges, gives {@link
 * cn.unionecard.gateway.line.Reply}s. Never decides a rule, never writes SQL.
 */
@NullMarked
package cn.unionecard.gateway.line;

import org.jspecify.annotations.NullMarked;
