/**
 * What a vendor, a tester or a newcomer runs: the demo, simulated tills and phones, certification.
 *
 * <p>May import the product, which never imports it and is delivered without it.
 */
@NullMarked
package cn.unionecard.workbench;

import org.jspecify.annotations.NullMarked;
