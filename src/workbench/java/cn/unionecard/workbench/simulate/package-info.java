/**
 * A till hall in a process: drives a gateway through its real TLS port as many terminals would, and
 * checks every answer against what it knows itself.
 *
 * <p>Takes a {@link cn.unionecard.workbench.simulate.Testbed} (where to play) and a {@link
 * cn.unionecard.workbench.simulate.Plan} (what to play), gives a {@link
 * cn.unionecard.workbench.simulate.Report}. Never looks into the gateway or its stores; only {@link
 * cn.unionecard.workbench.simulate.JournalCheck} reads the ledger afterwards.
 */
@NullMarked
package cn.unionecard.workbench.simulate;

import org.jspecify.annotations.NullMarked;
