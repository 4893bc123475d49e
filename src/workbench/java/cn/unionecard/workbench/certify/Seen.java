package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.Fen;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message as it passed the bench.
 *
 * @param at by the bench's clock
 * @param proved whether it has the MAC that the terminal's session asks for
 * @param again whether the terminal says it once more
 * @param content its bytes but for the MAC
 */
record Seen(
    FrameHead head,
    IsoMessage message,
    Field60Batch f60,
    int trace,
    Instant at,
    boolean proved,
    boolean again,
    ByteBuf content) {
  static final int SALE = 22;
  static final int VOID = 23;
  static final int REFUND = 25;
  static final int ADVICE = 30;
  static final int SIGN_ON = 0x0800;
  static final int REVERSAL = 0x0400;

  private static final int NOTICE = 0x0820;
  private static final int SIGN_OFF = 2;
  private static final int ECHO = 301;
  private static final int STATUS = 362;
  private static final Set<Integer> PURCHASES = Set.of(0x0100, 0x0200, 0x0220);
  private static final Set<Integer> BATCH = Set.of(0x0500, 0x0320);
  private static final int MAC = 64;
  private static final int MAC_BYTES = 8;

  /**
   * What is remembered of a message.
   *
   * @throws FormatError when it has no fields 11 and 60
   */
  static Seen of(FrameHead head, IsoMessage message, Instant at, boolean proved) {
    ByteBuf octets = Unpooled.buffer();
    message.writeTo(octets);
    int end = octets.readableBytes() - (message.has(MAC) ? MAC_BYTES : 0);
    return new Seen(
        head,
        message,
        Field60Batch.read(message),
        (int) message.number(11),
        at,
        proved,
        false,
        octets.slice(0, end));
  }

  /** The same, known to have been said before. */
  Seen saidBefore() {
    return new Seen(head, message, f60, trace, at, proved, true, content);
  }

  int mti() {
    return message.mti();
  }

  /** Field 60.1. */
  int kind() {
    return f60.type();
  }

  /** Batch and trace number. */
  String key() {
    return String.format(Locale.ROOT, "%06d/%06d", f60.batch(), trace);
  }

  long fen() {
    return message.has(4) ? message.number(4) : 0;
  }

  boolean approved() {
    return message.has(39) && message.text(39).equals("00");
  }

  /** Whether it asks for something new, or reports it. */
  boolean isPurchase() {
    return PURCHASES.contains(mti());
  }

  /** What a terminal may not do with something left open: purchases, reversals, the batch. */
  boolean isMoney() {
    return isPurchase() || mti() == REVERSAL || BATCH.contains(mti());
  }

  boolean isSale() {
    return is(0x0200, SALE);
  }

  boolean isAdvice() {
    return is(0x0220, ADVICE);
  }

  boolean isSignOff() {
    return mti() == NOTICE && f60.networkCode() == SIGN_OFF;
  }

  boolean isStatus() {
    return mti() == NOTICE && f60.networkCode() == STATUS;
  }

  boolean isEcho() {
    return mti() == NOTICE && f60.networkCode() == ECHO;
  }

  boolean is(int mti, int kind) {
    return mti() == mti && kind() == kind;
  }

  boolean reverses(Seen original) {
    return mti() == REVERSAL
        && key().equals(original.key())
        && kind() == original.kind()
        && fen() == original.fen();
  }

  /** Whether it says byte by byte the same; the MAC may be of another session. */
  boolean repeats(Seen earlier) {
    return content.equals(earlier.content);
  }

  /** A tag of field 59, or null. */
  @Nullable String tag(String tag) {
    try {
      return message.has(59) ? Field59Tags.read(message).get(tag) : null;
    } catch (FormatError unreadable) {
      return null;
    }
  }

  /** Never prints a code or a card. */
  @Override
  public String toString() {
    String amount = message.has(4) ? " " + Fen.of(fen()).yuan() : "";
    return String.format(Locale.ROOT, "%04X/%02d #%06d%s", mti(), kind(), trace, amount);
  }
}
