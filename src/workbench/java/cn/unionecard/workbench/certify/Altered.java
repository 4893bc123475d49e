package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.workbench.pos.PosTerminal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Frames as the bench makes them, length first: with the MAC that the session asks for. */
final class Altered {
  private static final int MAC = 64;
  private static final int TRACE_MAX = 999_999;
  private static final int REQUIREMENT_SHIFT = 24;
  private static final long REQUIREMENT = 15L << REQUIREMENT_SHIFT;
  private static final int REPLY = 0x0010;

  /** From the type of one reply to that of another. */
  private static final int OTHER = 0x0020;

  private static final int[] REPEATED = {3, 4, 11, 25, 32, 41, 42, 49, 60};

  /** What a reply has of a transaction that was recorded. */
  private static final int[] RECORD = {37, 38, 39, 54, 59, 63};

  private static final String OPERATOR = "000";

  private Altered() {}

  /** The same message at another time. */
  static byte[] at(Instant time, Seen seen, @Nullable Mac mac) {
    return frame(seen.head(), timed(seen.message(), time), mac);
  }

  /** A sign-on that knows no batch. */
  static byte[] inNoBatch(Seen signOn) {
    IsoMessage message = copy(signOn.message(), Set.of(60));
    new Field60Batch(signOn.f60().type(), 0, signOn.f60().networkCode()).write(message);
    return frame(signOn.head(), message, null);
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
      case NO_MAC -> at(time, reply, null);
      case FOREIGN -> foreign(time, reply, mac);
      case OTHER_TYPE -> {
        IsoMessage message = timed(was, time);
        IsoMessage other = new IsoMessage();
        other.begin(was.mti() + OTHER);
        yield frame(reply.head(), copy(message, other, Set.of()), mac);
      }
      case JOINED -> joined(foreign(time, reply, mac), at(time, reply, mac));
      case TWICE -> joined(at(time, reply, mac), at(time, reply, mac));
      case UNKNOWN -> said(time, reply, "96", "结果未知，请重发或冲正", mac);
      case ENDED -> said(time, reply, "12", "原交易已了结（已冲正、撤销、退货、完成或过期），请查询原交易", mac);
      case UNBALANCED -> {
        IsoMessage message = timed(was, time, 48, 63);
        Totals said = Totals.read(was);
        new Totals(said.home().flagged(Sums.UNBALANCED), said.foreign()).write(message);
        new Field63Slip(OPERATOR, "对账不平，请上送明细").write(message);
        yield frame(reply.head(), message, mac);
      }
      case WRONG_PIN_KEY -> keys(time, reply, 0);
      case WRONG_MAC_KEY -> keys(time, reply, 1);
      case SIGN_ON_AGAIN -> frame(asking(reply, FrameHead.SIGN_ON), timed(was, time), mac);
      case BARRED -> frame(asking(reply, FrameHead.DOWNLOAD), timed(was, time), mac);
      default -> at(time, reply, mac);
    };
  }

  /** The same transaction, not recorded, but answered so. */
  private static byte[] said(
      Instant time, Seen reply, String code, String text, @Nullable Mac mac) {
    IsoMessage message = timed(reply.message(), time, RECORD);
    say(message, code, text);
    return frame(reply.head(), message, mac);
  }

  /** One bit of the check value of a key is another. */
  private static byte[] keys(Instant time, Seen reply, int which) {
    byte[] field = reply.message().octets(62);
    int keyBytes = reply.f60().networkCode() == PosTerminal.SINGLE_KEYS ? 8 : 16;
    field[(which + 1) * (keyBytes + EcbCipher.CHECK_BYTES) - 1] ^= 1;
    IsoMessage message = timed(reply.message(), time, 62);
    message.set(62, field);
    return frame(reply.head(), message, null);
  }

  private static FrameHead asking(Seen reply, int requirement) {
    FrameHead head = reply.head();
    long asks = head.header() & ~REQUIREMENT | (long) requirement << REQUIREMENT_SHIFT;
    return new FrameHead(head.destination(), head.source(), asks);
  }

  private static byte[] foreign(Instant time, Seen reply, @Nullable Mac mac) {
    IsoMessage message = timed(reply.message(), time, 11);
    message.set(11, reply.trace() % TRACE_MAX + 1);
    return frame(reply.head(), message, mac);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(first, second));
  }

  /** The bench's own answer to a request that nobody else will see. */
  static byte[] answer(Fate fate, Instant time, Seen request, @Nullable Mac mac) {
    IsoMessage message = new IsoMessage();
    message.begin(request.message().mti() + REPLY);
    for (int field : REPEATED) {
      if (request.message().has(field)) {
        message.copy(field, request.message());
      }
    }
    clock(message, time);
    switch (fate) {
      case BUSY -> say(message, "91", "系统繁忙，请稍后重试");
      case IN_FLIGHT -> say(message, "09", "正在处理，请稍后重发");
      case REFUSED -> say(message, "65", "超过使用次数，请按原价收款");
      case SUSPENDED -> say(message, "58", "终端已停用，请换一台终端或联系工会");
      case NOT_SIGNED_ON -> say(message, "99", "终端未签到，请先签到再试");
      case MAC_REFUSED -> say(message, "A0", "报文校验错，请重新签到");
      case OTHER_BATCH -> say(message, "77", "批次号不符，请重新签到");
      default -> throw new IllegalArgumentException(fate + " is no answer");
    }
    boolean unknown = fate == Fate.NOT_SIGNED_ON || fate == Fate.MAC_REFUSED;
    boolean signsOn = unknown || fate == Fate.OTHER_BATCH;
    return frame(
        request.head().reply(signsOn ? FrameHead.SIGN_ON : FrameHead.NOTHING),
        message,
        unknown ? null : mac);
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

  /** A copy with another time, without some fields. */
  private static IsoMessage timed(IsoMessage from, Instant time, int... without) {
    Set<Integer> left = new HashSet<>(Set.of(12, 13));
    for (int field : without) {
      left.add(field);
    }
    IsoMessage message = copy(from, left);
    clock(message, time);
    return message;
  }

  private static IsoMessage copy(IsoMessage from, Set<Integer> without) {
    IsoMessage message = new IsoMessage();
    message.begin(from.mti());
    return copy(from, message, without);
  }

  /** All fields but those, and but the MAC. */
  private static IsoMessage copy(IsoMessage from, IsoMessage to, Set<Integer> without) {
    for (int field = 2; field < MAC; field++) {
      if (from.has(field) && !without.contains(field)) {
        to.copy(field, from);
      }
    }
    return to;
  }

  private static byte[] frame(FrameHead head, IsoMessage message, @Nullable Mac mac) {
    ByteBuf frame = Unpooled.buffer();
    head.writeFrame(frame, message, mac);
    return ByteBufUtil.getBytes(frame);
  }
}
