/**
 * A POS terminal as a client of the gateway: what it remembers, how it makes its messages, and the
 * line it sends them over; the shift that the demo plays, and the cases that certify a terminal or
 * a gateway.
 *
 * <p>Takes master keys and member codes, gives requests and checked replies. Never reads the ledger
 * to know an answer: it knows what a till knows.
 */
@NullMarked
package cn.unionecard.workbench.pos;

import org.jspecify.annotations.NullMarked;
