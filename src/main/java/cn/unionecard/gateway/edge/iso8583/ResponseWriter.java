package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.runtime.Clocks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/** Writes replies: what they repeat of the request, the time, the answer, the MAC. */
final class ResponseWriter {
  /** From the request's type to the reply's. */
  private static final int REPLY = 0x0010;

  private static final int[] REPEATED = {3, 4, 11, 25, 32, 41, 42, 49, 60};
  private static final String NOBODY = "000";
  private static final int REPLY_BYTES = 512;

  private final Clock clock;

  ResponseWriter(Clock clock) {
    this.clock = clock;
  }

  /**
   * A reply as a whole frame.
   *
   * @param request as far as it could be read
   * @param mac makes field 64, or null if the terminal has no keys
   */
  Buffer write(FrameHead head, IsoMessage request, Response answer, @Nullable Mac mac) {
    IsoMessage reply = new IsoMessage();
    reply.begin(request.mti() + REPLY);
    for (int field : REPEATED) {
      if (request.has(field)) {
        reply.copy(field, request);
      }
    }
    time(reply);
    reply.set(39, answer.code());
    answer.fields().accept(reply);
    if (!answer.text().isEmpty()) {
      Field63Slip.fitting(operator(request), answer.text()).write(reply);
    }
    ByteBuf frame = Unpooled.buffer(REPLY_BYTES);
    head.reply(answer.requirement()).writeFrame(frame, reply, mac);
    return Buffer.buffer(ByteBufUtil.getBytes(frame));
  }

  /** The terminal's clock is set by it; the settlement date is the union's day. */
  private void time(IsoMessage reply) {
    ZonedDateTime now = clock.instant().atZone(Clocks.CHINA);
    long date = now.getMonthValue() * 100L + now.getDayOfMonth();
    reply.set(12, now.getHour() * 10_000L + now.getMinute() * 100L + now.getSecond());
    reply.set(13, date);
    reply.set(15, date);
  }

  private static String operator(IsoMessage request) {
    try {
      return request.has(63) ? Field63Slip.read(request).operator() : NOBODY;
    } catch (FormatError notSaid) {
      return NOBODY;
    }
  }
}
