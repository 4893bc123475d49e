/**
 * A real PostgreSQL and a real Redis, unpacked from artifacts and run as child processes in a data
 * folder; end with this process, however it ends.
 */
@NullMarked
package cn.unionecard.workbench.embedded;

import org.jspecify.annotations.NullMarked;
