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
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalTime;
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

  private final Checkout checkout;
  private final TerminalSessions sessions;
  private final TerminalClocks clocks;
  private final Deadlines deadlines;
  private final Clock clock;
  private final ReplyWriter replies;
  private final SessionDesk terminals;
  private final BatchDesk batches;
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
      TerminalClocks clocks,
      Function<TerminalId, @Nullable Refusal> bars,
      int deadlineMs,
      Clock clock) {
    this.checkout = checkout;
    this.sessions = sessions;
    this.clocks = clocks;
    this.deadlines = new Deadlines(vertx, deadlineMs);
    this.clock = clock;
    this.replies = new ReplyWriter(clock);
    this.terminals = new SessionDesk(sessions, bars);
    this.batches = new BatchDesk(batches);
  }

  /**
   * Whose message it is, and what it asks for.
   *
   * @param certified whether a client certificate says so
   */
  private record Asked(
      FrameHead head,
      IsoMessage message,
      TerminalId terminal,
      boolean certified,
      Service service) {}

  /**
   * Answers one frame.
   *
   * @param certified the terminal that the client certificate names, or null
   * @return the reply's frame; fails with {@link FormatError} when nobody can be answered
   */
  Future<Buffer> answer(ByteBuf frame, @Nullable TerminalId certified) {
    IsoMessage message = new IsoMessage();
    FrameHead head;
    try {
      head = FrameHead.read(frame, 0, frame.writerIndex());
    } catch (FormatError e) {
      return Future.failedFuture(e);
    }
    try {
      message.read(frame, FrameHead.BYTES, frame.writerIndex());
      return begin(head, message, certified);
    } catch (FormatError e) {
      return isAnswerable(message.mti())
          ? written(head, message, Answer.failed(e))
          : Future.failedFuture(e);
    }
  }

  /** Requests have an even function digit; answering an answer would go on for ever. */
  private static boolean isAnswerable(int mti) {
    return mti != 0 && (mti & DIGIT) == 0 && mti <= LAST_REQUEST;
  }

  private Future<Buffer> begin(FrameHead head, IsoMessage message, @Nullable TerminalId certified) {
    if (!isAnswerable(message.mti())) {
      throw new FormatError("MTI", FormatError.Reason.OUT_OF_RANGE, message.mti(), LAST_REQUEST);
    }
    TerminalId terminal = terminal(message);
    if (terminal == null || (certified != null && !certified.equals(terminal))) {
      return written(head, message, Answer.refused(Refusal.TERMINAL_UNKNOWN));
    }
    drift(message);
    Service service = Service.of(message);
    if (service == null) {
      return written(head, message, Answer.refused(Refusal.TYPE_NOT_SUPPORTED));
    }
    Asked asked = new Asked(head, message, terminal, certified != null, service);
    return sessioned(asked).recover(failure -> written(head, message, Answer.failed(failure)));
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
      if (asked.service().type != null) {
        return transaction(asked);
      }
      return asked.service().isOfBatch()
          ? deadlines.watch(
              batches.answer(asked.service(), asked.message(), asked.terminal()),
              () -> new Fault.InFlight("the batch is closing, ask again"))
          : inTime(terminals.answer(asked.service(), asked.message(), asked.terminal()));
    } catch (FormatError e) {
      return Future.failedFuture(e);
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
