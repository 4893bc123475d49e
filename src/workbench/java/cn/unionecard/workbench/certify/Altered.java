package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.runtime.Clocks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Frames as the bench makes them, length first: with the MAC that the session asks for. */
final class Altered {
  private static final int MAC = 64;
  private static final int TRACE_MAX = 999_999;
  private static final long REQUIREMENT = 15L << 24;
  private static final long SIGN_ON = (long) FrameHead.SIGN_ON << 24;
  private static final int REPLY = 0x0010;
  private static final int[] REPEATED = {3, 4, 11, 25, 32, 41, 42, 49, 60};

  /** What a reply has of a transaction that was recorded. */
  private static final Set<Integer> RECORD = Set.of(37, 38, 54, 59, 63);

  private static final String OPERATOR = "000";

  private Altered() {}

  /** The same message at another time. */
  static byte[] at(Instant time, Seen seen, @Nullable Mac mac) {
    IsoMessage message = copy(seen.message(), Set.of(12, 13));
    clock(message, time);
    return frame(seen.head(), message, mac);
  }

  /**
   * A reply as its fate wants it.
   *
   * @param time what its clock says
   */
  static byte[] reply(Fate fate, Instant time, Seen reply, @Nullable Mac mac) {
    IsoMessage was = reply.message();
    return switch (fate) {
      case WRONG_MAC -> {
        byte[] frame = at(time, reply, mac);
        frame[frame.length - 1] ^= 1;
        yield frame;
      }
      case FOREIGN -> foreign(time, reply, mac);
      case JOINED -> joined(foreign(time, reply, mac), at(time, reply, mac));
      case UNKNOWN -> {
        IsoMessage message = copy(was, RECORD, 12, 13, 39);
        clock(message, time);
        message.set(39, "96");
        new Field63Slip(OPERATOR, "结果未知，请重发或冲正").write(message);
        yield frame(reply.head(), message, mac);
      }
      case UNBALANCED -> {
        IsoMessage message = copy(was, Set.of(12, 13, 48, 63));
        clock(message, time);
        Totals said = Totals.read(was);
        new Totals(said.home().flagged(Sums.UNBALANCED), said.foreign()).write(message);
        new Field63Slip(OPERATOR, "对账不平，请上送明细").write(message);
        yield frame(reply.head(), message, mac);
      }
      case SIGN_ON_AGAIN -> {
        FrameHead head = reply.head();
        FrameHead asks =
            new FrameHead(
                head.destination(), head.source(), head.header() & ~REQUIREMENT | SIGN_ON);
        IsoMessage message = copy(was, Set.of(12, 13));
        clock(message, time);
        yield frame(asks, message, mac);
      }
      default -> at(time, reply, mac);
    };
  }

  private static byte[] foreign(Instant time, Seen reply, @Nullable Mac mac) {
    IsoMessage message = copy(reply.message(), Set.of(11, 12, 13));
    message.set(11, reply.trace() % TRACE_MAX + 1);
    clock(message, time);
    return frame(reply.head(), message, mac);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(first, second));
  }

  /** The bench's own answer to a request that nobody else will see. */
  static byte[] answer(Fate fate, Instant time, Seen request, @Nullable Mac mac) {
    IsoMessage message = new IsoMessage();
    message.begin(request.mti() + REPLY);
    for (int field : REPEATED) {
      if (request.message().has(field)) {
        message.copy(field, request.message());
      }
    }
    clock(message, time);
    switch (fate) {
      case BUSY -> say(message, "91", "系统繁忙，请稍后重试");
      case IN_FLIGHT -> say(message, "09", "正在处理，请稍后重发");
      case SUSPENDED -> say(message, "58", "终端已停用，请换一台终端或联系工会");
      default -> throw new IllegalArgumentException(fate + " is no answer");
    }
    return frame(request.head().reply(FrameHead.NOTHING), message, mac);
  }

  private static void say(IsoMessage message, String code, String text) {
    message.set(39, code);
    new Field63Slip(OPERATOR, text).write(message);
  }

  private static void clock(IsoMessage message, Instant time) {
    ZonedDateTime china = time.atZone(Clocks.CHINA);
    message.set(12, china.getHour() * 10_000L + china.getMinute() * 100L + china.getSecond());
    message.set(13, china.getMonthValue() * 100L + china.getDayOfMonth());
  }

  private static IsoMessage copy(IsoMessage from, Set<Integer> without, int... more) {
    IsoMessage message = new IsoMessage();
    message.begin(from.mti());
    for (int field = 2; field < MAC; field++) {
      boolean left = without.contains(field);
      for (int each : more) {
        left |= field == each;
      }
      if (from.has(field) && !left) {
        message.copy(field, from);
      }
    }
    return message;
  }

  private static byte[] frame(FrameHead head, IsoMessage message, @Nullable Mac mac) {
    ByteBuf frame = Unpooled.buffer();
    head.writeFrame(frame, message, mac);
    return ByteBufUtil.getBytes(frame);
  }
}
