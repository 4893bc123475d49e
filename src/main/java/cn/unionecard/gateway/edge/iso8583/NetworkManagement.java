package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.terminal.KeySet;
import cn.unionecard.gateway.terminal.SessionReply;
import cn.unionecard.gateway.terminal.TerminalSessions;
import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a terminal says about itself: sign-on, sign-off, echo, status. */
final class NetworkManagement {
  private final TerminalSessions sessions;
  private final Function<TerminalId, @Nullable Refusal> bars;

  NetworkManagement(TerminalSessions sessions, Function<TerminalId, @Nullable Refusal> bars) {
    this.sessions = sessions;
    this.bars = bars;
  }

  /**
   * Answers one of them.
   *
   * @param certified whether the terminal's client certificate stands behind it
   */
  Future<Response> answer(IsoRequest asked, boolean certified) {
    TerminalId terminal = asked.terminal();
    return switch (asked.service()) {
      case SIGN_ON -> signOn(asked.field60(), terminal, certified);
      case SIGN_OFF -> sessions.signOff(terminal).map(NetworkManagement::signedOff);
      case STATUS -> Future.succeededFuture(status(terminal));
      default -> Future.succeededFuture(echo(terminal));
    };
  }

  /** Whether the terminal may sell, and if not, why. */
  private Response status(TerminalId terminal) {
    Refusal bar = bars.apply(terminal);
    return bar == null ? Response.approved(reply -> {}) : Response.refused(bar);
  }

  /** The line is up; the header tells a terminal that may not sell to ask for its status. */
  private Response echo(TerminalId terminal) {
    Response answer = Response.approved(reply -> {});
    return bars.apply(terminal) == null ? answer : answer.requiring(FrameHead.DOWNLOAD);
  }

  private Future<Response> signOn(Field60Batch asked, TerminalId terminal, boolean certified) {
    KeySet wanted = keys(asked.networkCode());
    return wanted == null
        ? Future.succeededFuture(Response.refused(Refusal.TYPE_NOT_SUPPORTED))
        : sessions
            .signOn(terminal, new TerminalSessions.Wish(wanted, asked.batch(), certified))
            .map(reply -> signedOn(asked, reply));
  }

  /** The keys that field 60.3 asks for, or null. */
  private static @Nullable KeySet keys(int networkCode) {
    return switch (networkCode) {
      case 1 -> KeySet.SINGLE;
      case 3 -> KeySet.DOUBLE;
      case 4 -> KeySet.DOUBLE_AND_TRACK;
      default -> null;
    };
  }

  private static Response signedOn(Field60Batch asked, SessionReply reply) {
    if (!(reply instanceof SessionReply.SignedOn signedOn)) {
      return refused(reply);
    }
    return Response.approved(
        message -> {
          new Field60Batch(asked.type(), signedOn.batch().value(), asked.networkCode())
              .write(message);
          message.set(62, keys(signedOn));
        });
  }

  /** Field 62: each key under the master key, then its check value. */
  private static byte[] keys(SessionReply.SignedOn signedOn) {
    ByteArrayOutputStream field = new ByteArrayOutputStream();
    add(field, signedOn.pinKey());
    add(field, signedOn.macKey());
    if (signedOn.trackKey() != null) {
      add(field, signedOn.trackKey());
    }
    return field.toByteArray();
  }

  private static void add(ByteArrayOutputStream field, SessionReply.SealedKey key) {
    field.writeBytes(key.encrypted());
    field.writeBytes(key.checkValue());
  }

  private static Response signedOff(SessionReply reply) {
    return reply instanceof SessionReply.SignedOff
        ? Response.approved(message -> {})
        : refused(reply);
  }

  private static Response refused(SessionReply reply) {
    if (reply instanceof SessionReply.Uncertified) {
      return Response.unproved(Unproved.NO_CERTIFICATE);
    }
    return Response.refused(
        reply instanceof SessionReply.Refused refused
            ? refused.refusal()
            : Refusal.TERMINAL_NOT_SIGNED_ON);
  }
}
