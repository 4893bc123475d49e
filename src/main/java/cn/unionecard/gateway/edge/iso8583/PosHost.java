package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.desk.RatingKeys;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.line.Checkout;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Deadlines;
import cn.unionecard.gateway.runtime.admission.Budgets;
import cn.unionecard.gateway.runtime.admission.RateLimit;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.terminal.Batches;
import cn.unionecard.gateway.terminal.SessionReply;
import cn.unionecard.gateway.terminal.TerminalClocks;
import cn.unionecard.gateway.terminal.TerminalSessions;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers frames: who asks, whether it is proved, what is asked. Knows no rule. Belongs to one
 * event loop.
 */
public final class PosHost {
  private static final int DIGIT = 0x0010;
  private static final int LAST_REQUEST = 0x9999 - DIGIT;
  private static final int MACS_MAX = 16_384;

  /** Addresses whose sign-ons are remembered. */
  private static final int ADDRESSES_MAX = 65_536;

  private final Vertx vertx;
  private final Checkout checkout;
  private final TerminalSessions sessions;
  private final Batches batches;
  private final TerminalClocks clocks;
  private final NetworkManagement network;
  private final BatchSettlement settlement;
  private final MemberRating rating;
  private final Deadlines deadlines;
  private final RateLimit signOns;
  private final Clock clock;
  private final ResponseWriter responses;
  private final Macs macs = new Macs(MACS_MAX);

  /**
   * @param deadlineMs how long the line is waited for
   */
  public PosHost(
      Vertx vertx,
      Checkout checkout,
      TerminalLife life,
      RatingKeys ratings,
      Config.Iso8583 config,
      int deadlineMs,
      Clock clock) {
    this.vertx = vertx;
    this.checkout = checkout;
    this.sessions = life.sessions();
    this.batches = life.batches();
    this.clocks = life.clocks();
    this.network = new NetworkManagement(sessions, life.bars());
    this.settlement = new BatchSettlement(batches);
    this.rating = new MemberRating(ratings);
    this.deadlines = new Deadlines(vertx, deadlineMs);
    this.signOns = RateLimit.perMinute(config.signOnsPerMinute(), ADDRESSES_MAX, System::nanoTime);
    this.clock = clock;
    this.responses = new ResponseWriter(clock);
  }

  /**
   * A message with the head of its frame, and who is at the other end of its line.
   *
   * @param beganNs when it had come
   */
  private record Arrived(FrameHead head, IsoMessage message, Peer peer, long beganNs) {}

  /** A request, and how it came. */
  private record Asked(Arrived arrived, IsoRequest request) {
    Peer peer() {
      return arrived.peer();
    }

    IsoMessage message() {
      return request.message();
    }

    Service service() {
      return request.service();
    }

    TerminalId terminal() {
      return request.terminal();
    }

    boolean certified() {
      return peer().shown != null;
    }
  }

  /**
   * Answers one frame.
   *
   * @param peer who is at the other end
   * @return the reply's frame; fails with {@link FormatError} when nobody can be answered
   */
  Future<Buffer> answer(ByteBuf frame, Peer peer) {
    long beganNs = System.nanoTime();
    FrameHead head;
    try {
      head = FrameHead.read(frame, 0, frame.writerIndex());
    } catch (FormatError e) {
      return Future.failedFuture(e);
    }
    IsoMessage message = new IsoMessage();
    Arrived arrived = new Arrived(head, message, peer, beganNs);
    Field60Batch field60;
    try {
      message.read(frame, FrameHead.BYTES, frame.writerIndex());
      if (!isAnswerable(message.mti())) {
        return Future.failedFuture(
            new FormatError("MTI", FormatError.Reason.OUT_OF_RANGE, message.mti(), LAST_REQUEST));
      }
      field60 = Field60Batch.read(message);
    } catch (FormatError e) {
      peer.failed();
      return isAnswerable(message.mti())
          ? unperformed(arrived, frame, Response.failed(e))
          : Future.failedFuture(e);
    }
    TerminalId terminal = terminal(message, peer);
    if (terminal == null) {
      peer.failed();
      return written(arrived, null, Response.refused(Refusal.TERMINAL_UNKNOWN));
    }
    drift(message);
    Service service = Service.of(message, field60);
    return service == null
        ? unperformed(arrived, frame, Response.refused(Refusal.TYPE_NOT_SUPPORTED))
        : begin(new Asked(arrived, new IsoRequest(message, field60, service, terminal)));
  }

  /** Requests have an even function digit; answering an answer would go on for ever. */
  private static boolean isAnswerable(int mti) {
    return mti != 0 && (mti & DIGIT) == 0 && mti <= LAST_REQUEST;
  }

  /**
   * What nobody works on. The answer has a MAC if the message, as far as it goes, has a right one.
   */
  private Future<Buffer> unperformed(Arrived arrived, ByteBuf frame, Response response) {
    IsoMessage message = arrived.message();
    Peer peer = arrived.peer();
    TerminalId terminal = terminal(message, peer);
    if (terminal == null || peer.mustSignOn(terminal)) {
      return written(arrived, null, response);
    }
    return inTime(sessions.session(terminal))
        .map(reply -> macOfEnd(reply, message, frame))
        .otherwise((Mac) null)
        .map(mac -> reply(arrived, null, response, mac));
  }

  private @Nullable Mac macOfEnd(SessionReply reply, IsoMessage message, ByteBuf frame) {
    if (!(reply instanceof SessionReply.Held held)) {
      return null;
    }
    Mac mac = macs.of(held.session());
    return message.isProvedByEnd(mac, frame.writerIndex()) ? mac : null;
  }

  private Future<Buffer> begin(Asked asked) {
    return unproved(asked)
        .compose(
            unproved ->
                unproved != null
                    ? written(asked, unproved)
                    : asked.peer().isSpent() ? slowed(asked) : sessioned(asked))
        .recover(failure -> written(asked, Response.failed(failure)));
  }

  /** Too much has failed where it comes from: it waits, and only an undo is looked into then. */
  private Future<Buffer> slowed(Asked asked) {
    return vertx
        .timer(Peer.SLOWED_MS, TimeUnit.MILLISECONDS)
        .compose(
            over ->
                asked.service() == Service.REVERSAL
                    ? sessioned(asked)
                    : written(asked, Response.failed(Peer.spent())));
  }

  /**
   * Why the certificate of the line is the terminal's no longer, or null. Asked of each message.
   */
  private Future<@Nullable Response> unproved(Asked asked) {
    Peer.Shown shown = asked.peer().shown;
    if (shown == null) {
      return Future.succeededFuture(null);
    }
    if (!shown.isGood(clock.instant())) {
      return Future.succeededFuture(Response.unproved(Unproved.NOT_VALID_NOW));
    }
    return inTime(sessions.isOf(asked.terminal(), shown.device()))
        .map(isOf -> isOf ? null : Response.unproved(Unproved.OF_ANOTHER_DEVICE));
  }

  /** The terminal that speaks, or null: none, or not the one that the certificate names. */
  private static @Nullable TerminalId terminal(IsoMessage message, Peer peer) {
    TerminalId terminal = message.has(41) ? terminal(message) : null;
    return peer.shown == null || peer.shown.terminal().equals(terminal) ? terminal : null;
  }

  private static @Nullable TerminalId terminal(IsoMessage message) {
    try {
      return new TerminalId(message.text(41));
    } catch (IllegalArgumentException isNone) {
      return null;
    }
  }

  private void drift(IsoMessage message) {
    if (message.has(12) && message.has(13)) {
      int time = (int) message.number(12);
      int date = (int) message.number(13);
      try {
        clocks.seen(
            date / 100, date % 100, LocalTime.of(time / 10_000, time / 100 % 100, time % 100));
      } catch (DateTimeException saysNothing) {
        return; // a terminal whose clock was never set
      }
    }
  }

  // ---- is it proved?

  private Future<Buffer> sessioned(Asked asked) {
    IsoMessage message = asked.message();
    if (asked.service() == Service.SIGN_ON) {
      return signOn(asked);
    }
    if (Service.mustBeProved(message.type()) || message.has(IsoMessage.MAC_FIELD)) {
      return checked(asked);
    }
    if (asked.service().needsSession()) {
      return inTime(sessions.session(asked.terminal())).compose(reply -> held(asked, reply));
    }
    if (asked.service() == Service.SIGN_OFF && !asked.certified()) {
      // anybody could have sent it: as an echo, it ends nothing
      return written(asked, Response.approved(reply -> {}));
    }
    return inTime(about(asked)).map(answer -> reply(asked, answer, null));
  }

  private Future<Response> about(Asked asked) {
    return network.answer(asked.request(), asked.certified());
  }

  /** Anybody can send it, so it is the address that is counted, not the terminal. */
  private Future<Buffer> signOn(Asked asked) {
    if (!asked.certified() && signOns.take(asked.peer().place.origin()) > 0) {
      return Future.failedFuture(new Fault.Busy("too many sign-ons from this address"));
    }
    return inTime(about(asked))
        .map(
            answer -> {
              if (answer.isApproved()) {
                asked.peer().signedOn(asked.terminal());
              }
              return reply(asked, answer, null);
            });
  }

  private Future<Buffer> checked(Asked asked) {
    Peer peer = asked.peer();
    if (peer.mustSignOn(asked.terminal())) {
      return written(asked, Response.refused(Refusal.TERMINAL_NOT_SIGNED_ON));
    }
    IsoMessage message = asked.message();
    return inTime(
            sessions.check(
                asked.terminal(),
                asked.certified(),
                session -> message.isProvedBy(macs.of(session))))
        .compose(reply -> held(asked, counted(asked, reply)));
  }

  private SessionReply counted(Asked asked, SessionReply reply) {
    Peer peer = asked.peer();
    peer.heard(reply);
    if (reply instanceof SessionReply.Held) {
      peer.right(asked.terminal());
    } else if (reply.equals(new SessionReply.Refused(Refusal.MAC_WRONG))) {
      peer.wrong(asked.terminal());
    }
    return reply;
  }

  private <T> Future<T> inTime(Future<T> answer) {
    return deadlines.watch(answer, () -> new Fault.Busy("the stores are slow"));
  }

  private Future<Buffer> held(Asked asked, SessionReply reply) {
    if (!(reply instanceof SessionReply.Held held)) {
      Refusal refusal =
          reply instanceof SessionReply.Refused refused
              ? refused.refusal()
              : Refusal.TERMINAL_NOT_SIGNED_ON;
      return written(asked, Response.refused(refusal));
    }
    return entered(asked, held)
        .compose(entered -> perform(asked, held))
        .otherwise(Response::failed)
        .map(answer -> reply(asked, answer, macs.of(held.session())));
  }

  /** The first message under new keys may stand in the next batch, which then begins. */
  private Future<?> entered(Asked asked, SessionReply.Held held) {
    int batch = held.first() ? asked.request().field60().batch() : 0;
    return batch == 0
        ? Future.succeededFuture()
        : inTime(batches.enter(asked.terminal(), new BatchNo(batch)));
  }

  // ---- what is asked?

  private Future<Response> perform(Asked asked, SessionReply.Held held) {
    try {
      draw(asked);
      if (asked.service() != Service.REVERSAL) { // whatever it says besides, it undoes
        TerminalSetup.check(asked.message(), held.merchant());
      }
      if (asked.service().type != null) {
        return transaction(asked);
      }
      if (asked.service() == Service.RATING) {
        return deadlines.watch(
            rating.answer(asked.request()),
            () -> new Fault.InFlight("the review is being written, ask again"));
      }
      return asked.service().isOfBatch()
          ? deadlines.watch(
              settlement.answer(asked.request()),
              () -> new Fault.InFlight("the batch is closing, ask again"))
          : inTime(about(asked));
    } catch (FormatError | Fault.TooMany e) {
      return Future.failedFuture(e);
    }
  }

  /** The same budget as over HTTPS; what is taken back is counted and never refused. */
  private static void draw(Asked asked) {
    Budgets budgets = asked.peer().budgets;
    if (asked.service() == Service.REVERSAL) {
      budgets.undo(asked.terminal().value());
    } else {
      budgets.proved(asked.terminal().value());
    }
  }

  private Future<Response> transaction(Asked asked) {
    var type = asked.service().type;
    if (type == null || asked.request().field60().batch() == 0) {
      return Future.succeededFuture(Response.refused(Refusal.BATCH_NUMBER_DIFFERS));
    }
    return deadlines
        .watch(
            checkout.submit(RequestReader.read(type, asked.request(), clock.instant())),
            () -> new Fault.Unknown("no answer within the deadline"))
        .map(Response::of);
  }

  private Future<Buffer> written(Asked asked, Response response) {
    return written(asked.arrived(), asked.service(), response);
  }

  private Future<Buffer> written(Arrived arrived, @Nullable Service service, Response response) {
    return Future.succeededFuture(reply(arrived, service, response, null));
  }

  private Buffer reply(Asked asked, Response response, @Nullable Mac mac) {
    return reply(asked.arrived(), asked.service(), response, mac);
  }

  /** Every answer leaves the edge through here. */
  private Buffer reply(
      Arrived arrived, @Nullable Service service, Response response, @Nullable Mac mac) {
    Buffer frame = responses.write(arrived.head(), arrived.message(), response, mac);
    Peer peer = arrived.peer();
    IsoMessage message = arrived.message();
    peer.metrics.answered(service, response.outcome(), arrived.beganNs());
    MessageLine.answered(
        peer,
        message,
        terminal(message, peer),
        service,
        response,
        arrived.beganNs(),
        frame.length());
    return frame;
  }
}
