package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.workbench.certify.Judge.Course;
import cn.unionecard.workbench.pos.PosIdentity;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands between one terminal and a gateway: a listener, and one connection to the gateway for each
 * of the terminal's. Everything happens on one event loop.
 *
 * <p>While {@link Case#CLOCK} is wanted the bench lives some minutes in the past: fields 12 and 13
 * are put back in every reply, and forth again in what the terminal sends.
 */
public final class Bench {
  private static final Duration SLOW = Duration.ofMinutes(7);
  private static final int SIGN_ON = 0x0800;
  private static final int FRAME_BYTES = BenchLine.LENGTH_BYTES + FrameHead.BYTES;

  private final Vertx vertx;
  private final Context context;
  private final Clock clock;
  private final boolean slow;
  private final BenchSetting setting;
  private final Map<String, PosIdentity> terminals = new HashMap<>();
  private final CaseResults results;
  private final Outage outage;
  private final Silence silence;
  private final NetClient client;
  private final Set<BenchLine> lines = new HashSet<>();
  private volatile @Nullable Judge judge;
  private @Nullable NetServer server;
  private byte @Nullable [] held;

  /**
   * @param terminals those it can watch, with their master keys; the first that signs on is watched
   */
  public Bench(
      Vertx vertx,
      Clock clock,
      BenchSetting setting,
      List<PosIdentity> terminals,
      CaseResults results) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.slow = results.isWanted(Case.CLOCK);
    this.clock = slow ? Clock.offset(clock, SLOW.negated()) : clock;
    this.setting = setting;
    this.results = results;
    this.outage = new Outage(this.clock, results, setting.dialsMax());
    this.silence = new Silence(vertx, setting.idleMs(), results);
    this.client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    terminals.forEach(each -> this.terminals.put(each.terminal().value(), each));
  }

  /**
   * Listens for the terminal.
   *
   * @return the port
   */
  public Future<Integer> open() {
    Promise<Integer> opened = Promise.promise();
    context.runOnContext(
        now -> {
          NetServer listening =
              vertx
                  .createNetServer(new NetServerOptions(setting.listen()).setTcpNoDelay(true))
                  .connectHandler(this::serve);
          server = listening;
          listening.listen().map(NetServer::actualPort).onComplete(opened);
        });
    return opened.future();
  }

  /** The number of the terminal that is watched; empty if none has signed on. */
  public String terminal() {
    Judge watching = judge;
    return watching == null ? "" : watching.terminal();
  }

  private void serve(NetSocket terminal) {
    if (!outage.serves()) {
      Future<Void> unused = terminal.close();
      return;
    }
    NetSocket paused = terminal.pause();
    Future<NetSocket> unused =
        client
            .connect(setting.gatewayPort(), setting.gatewayHost())
            .onFailure(
                e -> {
                  results.note(
                      new Words("网关不可达", "the gateway cannot be reached: " + e.getMessage()));
                  Future<Void> closed = terminal.close();
                })
            .onSuccess(gateway -> join(paused, gateway));
  }

  private void join(NetSocket terminal, NetSocket gateway) {
    BenchLine line = new BenchLine(vertx, terminal, gateway, this::asked, this::answered);
    lines.add(line);
    line.begin(() -> ended(line));
    silence.heard(line);
  }

  private void ended(BenchLine line) {
    lines.remove(line);
    silence.ended(line);
  }

  // ---- requests

  private void asked(BenchLine line, byte[] frame) {
    silence.heard(line);
    IsoMessage message = new IsoMessage();
    Judge watching = judge;
    try {
      read(frame, message);
      if (watching == null && message.mti() == SIGN_ON) {
        watching = watch(message);
      }
      if (watching != null && watching.isOurs(message)) {
        asked(line, frame, watching, watching.asked(head(frame), message));
        return;
      }
    } catch (FormatError e) {
      results.note(new Words("报文有误", "a request does not fit the profile: " + e.getMessage()));
      if (watching != null && watching.isOurs(message)) {
        watching.unreadable(e);
      }
    }
    line.toGateway(frame);
  }

  private void asked(BenchLine line, byte[] frame, Judge watching, Course course) {
    Seen seen = course.seen();
    if (course.fate().isAnswer()) {
      line.toTerminal(Altered.answer(course.fate(), clock.instant(), seen, watching.mac()));
    } else if (course.fate() == Fate.NEXT_BATCH) {
      line.toGateway(Altered.inNoBatch(seen));
    } else {
      line.toGateway(slow && seen.proved() ? inTheGatewaysTime(frame, seen, watching) : frame);
    }
  }

  private byte[] inTheGatewaysTime(byte[] frame, Seen seen, Judge watching) {
    var says = seen.says();
    return says == null ? frame : Altered.at(says.plus(SLOW), seen, watching.mac());
  }

  private @Nullable Judge watch(IsoMessage signOn) {
    String number = signOn.text(41);
    PosIdentity known = terminals.get(number);
    if (known == null) {
      results.note(
          new Words(
              "终端 " + number + " 不在名单中",
              "no terminal with a known master key; known are "
                  + String.join(" ", terminals.keySet().stream().sorted().toList())));
      return null;
    }
    Judge watching = new Judge(clock, known, outage, results);
    judge = watching;
    return watching;
  }

  // ---- replies

  private void answered(BenchLine line, byte[] frame) {
    Judge watching = judge;
    try {
      IsoMessage message = new IsoMessage();
      read(frame, message);
      if (watching != null && watching.isOurs(message)) {
        answered(line, frame, watching, watching.answered(head(frame), message));
        return;
      }
    } catch (FormatError e) {
      results.note(new Words("应答有误", "a reply does not fit the profile: " + e.getMessage()));
    }
    line.toTerminal(frame);
  }

  private void answered(BenchLine line, byte[] frame, Judge watching, Course course) {
    Fate fate = course.fate();
    Seen reply = course.seen();
    boolean asItCame = fate == Fate.AS_IT_IS && !slow || !reply.proved() && reply.message().has(64);
    byte[] octets =
        asItCame
            ? frame
            : Altered.reply(
                fate, clock.instant(), reply, reply.message().has(64) ? watching.mac() : null);
    switch (fate) {
      case LOST -> lost(line);
      case HELD -> {
        held = octets;
        lost(line);
      }
      case THE_HELD -> {
        byte[] late = held;
        if (late != null) {
          line.toTerminal(late);
        }
        lost(line);
      }
      case FOREIGN, OTHER_TYPE -> {
        line.toTerminal(octets);
        lost(line);
      }
      case LATE -> {
        long unused = vertx.setTimer(setting.lateMs(), due -> line.toTerminal(octets));
      }
      case OUTAGE -> down();
      case SPLIT -> line.toTerminalInBytes(octets);
      default -> line.toTerminal(octets);
    }
  }

  private void lost(BenchLine line) {
    if (setting.cut()) {
      line.cutAfterwards();
    }
  }

  private static void read(byte[] frame, IsoMessage into) {
    into.read(Unpooled.wrappedBuffer(frame), FRAME_BYTES, frame.length);
  }

  private static FrameHead head(byte[] frame) {
    ByteBuf bytes = Unpooled.wrappedBuffer(frame);
    return FrameHead.read(bytes, BenchLine.LENGTH_BYTES, frame.length);
  }

  // ---- outage

  /** Who dials while the line is down is hung up on at once, and counted. */
  private void down() {
    outage.begin();
    Set.copyOf(lines).forEach(BenchLine::cut);
    long unused = vertx.setTimer(setting.outageMs(), over -> back());
  }

  private void back() {
    if (outage.end()) {
      results.note(new Words("线路已恢复", "the line is back"));
    }
  }

  /** Ends an outage before its time. */
  public void restore() {
    context.runOnContext(now -> back());
  }

  /** Hangs up on everybody. */
  public Future<Void> close() {
    NetServer open = server;
    Future<Void> closed = open == null ? Future.succeededFuture() : open.close();
    return closed.otherwiseEmpty().compose(over -> client.close());
  }
}
