package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.checkout.SessionReply;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.admission.Budgets;
import cn.unionecard.gateway.runtime.admission.Place;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection, as far as it is known, and who pays for what comes of
 * it.
 *
 * @param certified the terminal that the client certificate names, or null
 * @param place where the connection stands
 * @param budgets those of the node
 */
record Peer(@Nullable TerminalId certified, Place place, Budgets budgets) {
  /** How long a message waits when too much has failed where it comes from. */
  static final long SLOWED_MS = 1_000;

  static Fault.TooMany spent() {
    return new Fault.TooMany("too much from this address has failed", 1);
  }

  /** A MAC was checked. */
  void heard(SessionReply reply) {
    if (reply instanceof SessionReply.Held) {
      place.prove();
    } else {
      failed();
    }
  }

  /** Something came that nobody proved is to blame for. */
  void failed() {
    place.heard();
    boolean unused = budgets.failed(place.origin());
  }

  /** Whether nobody is proved here, and too much has failed where it comes from. */
  boolean isSpent() {
    return !place.isProved() && budgets.isSpent(place.origin());
  }
}
