package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.checkout.Batches;
import cn.unionecard.gateway.checkout.Checkout;
import cn.unionecard.gateway.checkout.SessionReply;
import cn.unionecard.gateway.checkout.TerminalClocks;
import cn.unionecard.gateway.checkout.TerminalSession;
import cn.unionecard.gateway.checkout.TerminalSessions;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Deadlines;
import cn.unionecard.gateway.runtime.admission.Budgets;
import cn.unionecard.gateway.runtime.desk.RatingKeys;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers frames: who asks, whether it is proved, what is asked. Knows no rule. Belongs to one
 * event loop.
 */
public final class IsoDesk {
  private static final int DIGIT = 0x0010;
  private static final int LAST_REQUEST = 0x9999 - DIGIT;
  private static final int MACS_MAX = 16_384;

  private final Vertx vertx;
  private final Checkout checkout;
  private final TerminalSessions sessions;
  private final TerminalClocks clocks;
  private final Deadlines deadlines;
  private final Clock clock;
  private final ReplyWriter replies;
  private final SessionDesk terminals;
  private final BatchDesk batches;
  private final RatingDesk ratings;
  private final Macs macs = new Macs(MACS_MAX);

  /**
   * @param bars why a terminal may not sell, as far as is known here, or null
   * @param deadlineMs how long the line is waited for
   */
  public IsoDesk(
      Vertx vertx,
      Checkout checkout,
      TerminalSessions sessions,
      Batches batches,
      RatingKeys ratings,
      TerminalClocks clocks,
      Function<TerminalId, @Nullable Refusal> bars,
      int deadlineMs,
      Clock clock) {
    this.vertx = vertx;
    this.checkout = checkout;
    this.sessions = sessions;
    this.clocks = clocks;
    this.deadlines = new Deadlines(vertx, deadlineMs);
    this.clock = clock;
    this.replies = new ReplyWriter(clock);
    this.terminals = new SessionDesk(sessions, bars);
    this.batches = new BatchDesk(batches);
    this.ratings = new RatingDesk(ratings);
  }

  /**
   * Whose message it is, and what it asks for.
   *
   * @param peer whom it came from
   */
  private record Asked(
      FrameHead head, IsoMessage message, TerminalId terminal, Peer peer, Service service) {
    /** Whether a client certificate says who asks. */
    boolean certified() {
      return peer.certified() != null;
    }
  }

  /**
   * Answers one frame.
   *
   * @param peer whom it came from
   * @return the reply's frame; fails with {@link FormatError} when nobody can be answered
   */
  Future<Buffer> answer(ByteBuf frame, Peer peer) {
    IsoMessage message = new IsoMessage();
    FrameHead head;
    try {
      head = FrameHead.read(frame, 0, frame.writerIndex());
    } catch (FormatError e) {
      return Future.failedFuture(e);
    }
    try {
      message.read(frame, FrameHead.BYTES, frame.writerIndex());
      return begin(head, message, peer);
    } catch (FormatError e) {
      peer.failed();
      return isAnswerable(message.mti())
          ? written(head, message, Answer.failed(e))
          : Future.failedFuture(e);
    }
  }

  /** Requests have an even function digit; answering an answer would go on for ever. */
  private static boolean isAnswerable(int mti) {
    return mti != 0 && (mti & DIGIT) == 0 && mti <= LAST_REQUEST;
  }

  private Future<Buffer> begin(FrameHead head, IsoMessage message, Peer peer) {
    if (!isAnswerable(message.mti())) {
      throw new FormatError("MTI", FormatError.Reason.OUT_OF_RANGE, message.mti(), LAST_REQUEST);
    }
    TerminalId terminal = terminal(message);
    TerminalId certified = peer.certified();
    if (terminal == null || (certified != null && !certified.equals(terminal))) {
      peer.failed();
      return written(head, message, Answer.refused(Refusal.TERMINAL_UNKNOWN));
    }
    drift(message);
    Service service = Service.of(message);
    if (service == null) {
      return written(head, message, Answer.refused(Refusal.TYPE_NOT_SUPPORTED));
    }
    Asked asked = new Asked(head, message, terminal, peer, service);
    Future<Buffer> answered = peer.isSpent() ? slowed(asked) : sessioned(asked);
    return answered.recover(failure -> written(head, message, Answer.failed(failure)));
  }

  /** Too much has failed where it comes from: it waits, and only an undo is looked into then. */
  private Future<Buffer> slowed(Asked asked) {
    return vertx
        .timer(Peer.SLOWED_MS, TimeUnit.MILLISECONDS)
        .compose(
            over ->
                asked.service() == Service.REVERSAL
                    ? sessioned(asked)
                    : written(asked.head(), asked.message(), Answer.failed(Peer.spent())));
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
    boolean proof =
        Service.mustBeProved(message.mti())
            || (message.has(IsoMessage.MAC_FIELD) && asked.service() != Service.SIGN_ON);
    if (proof) {
      return inTime(sessions.check(asked.terminal(), session -> isProved(message, session)))
          .onSuccess(asked.peer()::heard)
          .compose(reply -> held(asked, reply));
    }
    if (asked.service().needsSession()) {
      return inTime(sessions.session(asked.terminal())).compose(reply -> held(asked, reply));
    }
    if (asked.service() == Service.SIGN_OFF && !asked.certified()) {
      // anybody could have sent it: as an echo, it ends nothing
      return written(asked.head(), message, Answer.approved(reply -> {}));
    }
    return inTime(terminals.answer(asked.service(), message, asked.terminal()))
        .map(answer -> replies.write(asked.head(), message, answer, null));
  }

  private boolean isProved(IsoMessage message, TerminalSession session) {
    return message.isProvedBy(macs.of(session));
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
      return written(asked.head(), asked.message(), Answer.refused(refusal));
    }
    return perform(asked)
        .otherwise(Answer::failed)
        .map(
            answer ->
                replies.write(asked.head(), asked.message(), answer, macs.of(held.session())));
  }

  // ---- what is asked?

  private Future<Answer> perform(Asked asked) {
    try {
      draw(asked);
      if (asked.service().type != null) {
        return transaction(asked);
      }
      if (asked.service() == Service.RATING) {
        return deadlines.watch(
            ratings.answer(asked.message(), asked.terminal()),
            () -> new Fault.InFlight("the review is being written, ask again"));
      }
      return asked.service().isOfBatch()
          ? deadlines.watch(
              batches.answer(asked.service(), asked.message(), asked.terminal()),
              () -> new Fault.InFlight("the batch is closing, ask again"))
          : inTime(terminals.answer(asked.service(), asked.message(), asked.terminal()));
    } catch (FormatError | Fault.TooMany e) {
      return Future.failedFuture(e);
    }
  }

  /** The same budget as over HTTPS; what is taken back is counted and never refused. */
  private static void draw(Asked asked) {
    Budgets budgets = asked.peer().budgets();
    if (asked.service() == Service.REVERSAL) {
      budgets.undo(asked.terminal().value());
    } else {
      budgets.proved(asked.terminal().value());
    }
  }

  private Future<Answer> transaction(Asked asked) {
    var type = asked.service().type;
    if (type == null || TypeAndBatch.read(asked.message()).batch() == 0) {
      return Future.succeededFuture(Answer.refused(Refusal.BATCH_NUMBER_DIFFERS));
    }
    return deadlines
        .watch(
            checkout.submit(
                RequestReader.read(type, asked.message(), asked.terminal(), clock.instant())),
            () -> new Fault.Unknown("no answer within the deadline"))
        .map(Answer::of);
  }

  private Future<Buffer> written(FrameHead head, IsoMessage message, Answer answer) {
    return Future.succeededFuture(replies.write(head, message, answer, null));
  }
}
