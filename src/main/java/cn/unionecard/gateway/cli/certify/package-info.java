/**
 * A test bench between a vendor's POS terminal and a gateway: forwards every frame, spoils some
 * replies on purpose, and says for each case whether the terminal did what it must.
 *
 * <p>Takes what both say, gives verdicts. Needs no key: whether a message was proved it learns from
 * the gateway's reply.
 */
@NullMarked
package cn.unionecard.gateway.cli.certify;

import org.jspecify.annotations.NullMarked;
