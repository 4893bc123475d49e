/**
 * A test bench between a vendor's POS terminal and a gateway: forwards what both say, spoils some
 * replies on purpose, answers some requests itself, and says for each case whether the terminal did
 * what it must.
 *
 * <p>Takes the frames and the terminal's master key, gives results, a table and a report. Judges by
 * what the terminal sends next: what it thinks cannot be seen. Never reads the ledger, and changes
 * nothing of what the terminal says but its clock, and the batch of one sign-on.
 */
@NullMarked
package cn.unionecard.workbench.certify;

import org.jspecify.annotations.NullMarked;
