/**
 * The commands of the one executable.
 *
 * <p>Takes arguments, gives text and exit codes. Never decides anything a service could be asked.
 */
@NullMarked
package cn.unionecard.gateway.cli;

import org.jspecify.annotations.NullMarked;
