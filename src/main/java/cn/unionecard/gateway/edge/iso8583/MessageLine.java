package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.watch.AccessLine;
import cn.unionecard.gateway.runtime.watch.AccessLog;
import cn.unionecard.gateway.runtime.watch.RequestMeters.Edge;
import cn.unionecard.gateway.runtime.watch.RequestMeters.Outcome;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The line that a message may get. */
final class MessageLine {
  private static final HexFormat HEX = HexFormat.of();
  private static final int STAN = 11;

  private MessageLine() {}

  /**
   * A message was answered.
   *
   * @param terminal as it says; null: none, or not its own
   * @param service what it asked for; null: nothing that is known
   * @param beganNs when it had come, by {@link System#nanoTime()}
   * @param bytes of the reply
   */
  static void answered(
      Peer peer,
      IsoMessage message,
      @Nullable TerminalId terminal,
      @Nullable Service service,
      Response response,
      long beganNs,
      int bytes) {
    AccessLog lines = peer.metrics.lines();
    if (lines.wants(response.outcome())) {
      lines.tell(
          new AccessLine(
              lines.now(),
              new AccessLine.Asked(
                  Edge.ISO8583,
                  HEX.toHexDigits((short) message.mti()),
                  service == null ? null : service.name(),
                  service == null ? null : service.type),
              response.outcome(),
              0,
              response.code(),
              (System.nanoTime() - beganNs) / 1_000,
              bytes,
              peer.place.origin(),
              new AccessLine.Who(terminal == null ? null : terminal.value(), null),
              message.has(STAN) ? message.text(STAN) : null));
    }
  }

  /** What nobody could answer; the connection ends for it. */
  static void unanswerable(Peer peer, CloseReason reason) {
    AccessLog lines = peer.metrics.lines();
    if (lines.wants(Outcome.MALFORMED)) {
      TerminalId terminal = peer.shown == null ? null : peer.shown.terminal();
      lines.tell(
          new AccessLine(
              lines.now(),
              new AccessLine.Asked(Edge.ISO8583, "none", null, null),
              Outcome.MALFORMED,
              0,
              reason.name(),
              0,
              0,
              peer.place.origin(),
              new AccessLine.Who(terminal == null ? null : terminal.value(), null),
              null));
    }
  }
}
