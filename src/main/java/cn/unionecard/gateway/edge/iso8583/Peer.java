package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Recent;
import cn.unionecard.gateway.runtime.admission.Budgets;
import cn.unionecard.gateway.runtime.admission.Place;
import cn.unionecard.gateway.runtime.tls.TerminalCertificate;
import cn.unionecard.gateway.terminal.SessionReply;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection, as far as it is known, and who pays for what comes of
 * it. A wrong MAC counts where it came from: what a stranger sends in a terminal's name ends
 * nothing on the terminal's own line.
 */
final class Peer {
  /** Wrong MACs in a row after which a terminal has to sign on, on this connection. */
  static final int WRONG_MACS_MAX = 3;

  private static final int TERMINALS_MAX = 4_096;

  /**
   * A client certificate that names one terminal.
   *
   * @param device SHA-256 of its SubjectPublicKeyInfo, hex
   */
  record Shown(TerminalId terminal, String device, Instant from, Instant until) {
    boolean isGood(Instant now) {
      return !now.isBefore(from) && !now.isAfter(until);
    }
  }

  /** How long a message waits when too much has failed where it comes from. */
  static final long SLOWED_MS = 1_000;

  final @Nullable Shown shown;
  final Place place;
  final Budgets budgets;
  final IsoMetrics metrics;

  /** Wrong MACs in a row of each terminal. */
  private final Map<TerminalId, Integer> wrong = new Recent<>(TERMINALS_MAX);

  /**
   * @param shown the client certificate, or null
   * @param place where the connection stands
   * @param budgets those of the node
   * @param metrics those of the node
   */
  Peer(@Nullable Shown shown, Place place, Budgets budgets, IsoMetrics metrics) {
    this.shown = shown;
    this.place = place;
    this.budgets = budgets;
    this.metrics = metrics;
  }

  /**
   * The terminal that a chain names, leaf first; or null. That it is trusted was checked by TLS.
   */
  static @Nullable Shown shown(List<Certificate> chain) {
    return TerminalCertificate.terminal(chain)
        .map(terminal -> shown(terminal, (X509Certificate) chain.get(0)))
        .orElse(null);
  }

  private static Shown shown(TerminalId terminal, X509Certificate leaf) {
    return new Shown(
        terminal,
        TerminalCertificate.keyHash(leaf),
        leaf.getNotBefore().toInstant(),
        leaf.getNotAfter().toInstant());
  }

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

  /** Whether no MAC of that terminal is looked at here before it has signed on here. */
  boolean mustSignOn(TerminalId terminal) {
    return wrong.getOrDefault(terminal, 0) >= WRONG_MACS_MAX;
  }

  void signedOn(TerminalId terminal) {
    Integer unused = wrong.remove(terminal);
  }

  void right(TerminalId terminal) {
    Integer unused = wrong.remove(terminal);
  }

  void wrong(TerminalId terminal) {
    metrics.wrongMac();
    int unused = wrong.merge(terminal, 1, Integer::sum);
  }
}
