package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.workbench.pos.PosLine;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosRequest;
import cn.unionecard.workbench.pos.PosTerminal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A till with a POS terminal: dials, signs on, and repeats a request until it is answered for good,
 * through broken lines and restarts. Lives on one event loop.
 */
final class PosTill {
  /** A terminal that has waited so long hangs up and dials again. */
  private static final long REPLY_MS = 10_000;

  private static final long AGAIN_MS = 200;
  private static final int ECHO = 301;
  private static final long WRONG_CODE_PAUSE_NANOS = 20_000_000_000L;

  final PosTerminal terminal;
  private final Vertx vertx;
  private final NetClient client;
  private final String host;
  private final int port;
  private final Tally tally;
  private final Duration patience;
  private @Nullable Future<PosLine> line;
  private @Nullable Future<Void> session;
  private long wrongCodeAgainNanos;

  PosTill(
      Vertx vertx,
      NetClient client,
      String host,
      int port,
      PosTerminal terminal,
      Tally tally,
      Duration patience) {
    this.vertx = vertx;
    this.client = client;
    this.host = host;
    this.port = port;
    this.terminal = terminal;
    this.tally = tally;
    this.patience = patience;
  }

  /**
   * A final reply.
   *
   * @param reply null if none came while patience lasted
   * @param repeated whether the request was sent more than once, or waited so long that a code in
   *     it may have run out on the way
   */
  record Heard(@Nullable PosReply reply, boolean repeated) {
    String code() {
      return reply == null ? "" : reply.code();
    }

    boolean approved() {
      return reply != null && reply.approved();
    }

    @Nullable String id() {
      return reply == null ? null : reply.id();
    }
  }

  /** Sends a request until it is answered for good. */
  Future<Heard> ask(PosRequest request) {
    return attempt(request, false, System.nanoTime() + patience.toNanos());
  }

  private Future<Heard> attempt(PosRequest request, boolean repeated, long giveUpNanos) {
    return signedOn()
        .compose(ignored -> exchange(request))
        .compose(
            reply -> {
              if (!reply.undecided() && !reply.wantsSignOn()) {
                return Future.succeededFuture(new Heard(reply, repeated || isLate(giveUpNanos)));
              }
              if (reply.wantsSignOn()) {
                session = null;
              }
              return again("F39 " + reply.code(), request, giveUpNanos);
            },
            lost -> again(trouble(lost), request, giveUpNanos));
  }

  private boolean isLate(long giveUpNanos) {
    long waitedNanos = System.nanoTime() - (giveUpNanos - patience.toNanos());
    return waitedNanos >= TimeUnit.SECONDS.toNanos(MemberCodes.LIFE_SECONDS_MIN);
  }

  private Future<Heard> again(String why, PosRequest request, long giveUpNanos) {
    tally.trouble(why);
    if (System.nanoTime() - giveUpNanos > 0) {
      return Future.succeededFuture(new Heard(null, true));
    }
    return vertx
        .timer(AGAIN_MS, TimeUnit.MILLISECONDS)
        .compose(later -> attempt(request, true, giveUpNanos));
  }

  private static String trouble(Throwable lost) {
    if (lost instanceof PosLine.Lost) {
      return "LINE_LOST";
    }
    return lost instanceof PosTerminal.NotProved ? "REPLY_NOT_PROVED" : "NO_LINE";
  }

  private Future<PosReply> exchange(PosRequest request) {
    return line()
        .compose(
            open -> {
              long watch = vertx.setTimer(REPLY_MS, late -> drop(open));
              return terminal.ask(open, request).onComplete(end -> vertx.cancelTimer(watch));
            });
  }

  private void drop(PosLine open) {
    tally.trouble("NO_REPLY");
    Future<Void> unused = open.close();
  }

  // ---- line and session

  private Future<PosLine> line() {
    Future<PosLine> current = line;
    if (current != null && (!current.isComplete() || isUp(current))) {
      return current;
    }
    Future<PosLine> dialled = PosLine.open(client, port, host);
    line = dialled;
    return dialled;
  }

  private static boolean isUp(Future<PosLine> line) {
    return line.succeeded() && line.result().isOpen();
  }

  /** Signs on once, however many requests wait for it. */
  private Future<Void> signedOn() {
    Future<Void> current = session;
    if (current != null && !current.failed()) {
      return current;
    }
    Future<Void> asked = signOn();
    session = asked;
    return asked;
  }

  private Future<Void> signOn() {
    long dueNanos = System.nanoTime();
    PosRequest request = terminal.signOn(PosTerminal.DOUBLE_KEYS);
    return exchange(request)
        .compose(
            reply -> {
              if (!reply.approved()) {
                return Future.failedFuture(new PosLine.Lost("sign-on: " + reply.code()));
              }
              terminal.takeKeys(reply);
              tally.answered(Ask.SIGN_ON, "APPROVED", System.nanoTime() - dueNanos);
              return Future.succeededFuture();
            });
  }

  /**
   * Signs on anew, until it is answered: the batch was closed, and requests that are made from now
   * on are of the next.
   */
  Future<Heard> renew() {
    session = null;
    return ask(terminal.notice(ECHO));
  }

  /** Sends a request and hangs up before the reply can come. */
  Future<Void> askAndHangUp(PosRequest request) {
    return signedOn()
        .compose(ready -> line())
        .compose(open -> terminal.send(open, request).compose(sent -> open.close()))
        .otherwiseEmpty();
  }

  Future<Void> hangUp() {
    Future<PosLine> current = line;
    return current == null
        ? Future.succeededFuture()
        : current.compose(PosLine::close).otherwiseEmpty();
  }

  /** Whether a wrong code may be shown now; if so, the next one must wait. */
  boolean takesWrongCode(long nowNanos) {
    if (wrongCodeAgainNanos != 0 && nowNanos - wrongCodeAgainNanos < 0) {
      return false;
    }
    wrongCodeAgainNanos = nowNanos + WRONG_CODE_PAUSE_NANOS;
    return true;
  }

  @Override
  public String toString() {
    return terminal.id().toString();
  }
}
