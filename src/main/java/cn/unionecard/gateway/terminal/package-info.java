/**
 * A terminal's life: its session and working keys, its clock, its batches.
 *
 * <p>Takes what the edges read of a terminal, gives whether a message is its own and what it may
 * do. States that bind nodes to each other lie in PostgreSQL; what a lane knows of a session for a
 * moment is a copy. Never sells: a sale goes to the line.
 */
@NullMarked
package cn.unionecard.gateway.terminal;

import org.jspecify.annotations.NullMarked;
