package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field61Original;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.terminal.TerminalClocks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A message as it passed the bench.
 *
 * @param kind what is asked; null when the profile has no such message, and of replies
 * @param at by the bench's clock
 * @param proof under which keys it has a right MAC
 * @param again whether the terminal says it once more
 * @param content its bytes but for the MAC, and for what in the MTI says that it repeats
 */
record Seen(
    FrameHead head,
    IsoMessage message,
    @Nullable Kind kind,
    Field60Batch f60,
    int trace,
    Instant at,
    Proof proof,
    boolean again,
    ByteBuf content) {
  private static final int MAC = 64;
  private static final int MAC_BYTES = 8;

  /** Whose MAC a message has. */
  enum Proof {
    /** That of the session. */
    RIGHT,
    /** That of the session before. */
    OLD,
    NONE
  }

  /**
   * What is remembered of a message.
   *
   * @throws FormatError when it has no fields 11 and 60
   */
  static Seen of(FrameHead head, IsoMessage message, Instant at, Proof proof) {
    ByteBuf octets = Unpooled.buffer();
    message.writeTo(octets);
    octets.setShort(0, message.type());
    int end = octets.readableBytes() - (message.has(MAC) ? MAC_BYTES : 0);
    Field60Batch f60 = Field60Batch.read(message);
    return new Seen(
        head,
        message,
        Kind.of(message, f60),
        f60,
        (int) message.number(11),
        at,
        proof,
        false,
        octets.slice(0, end));
  }

  /** The same, known to have been said before. */
  Seen saidBefore() {
    return new Seen(head, message, kind, f60, trace, at, proof, true, content);
  }

  boolean is(Kind which) {
    return kind == which;
  }

  boolean proved() {
    return proof == Proof.RIGHT;
  }

  int batch() {
    return f60.batch();
  }

  /** Batch and trace number. */
  String key() {
    return key(batch(), trace);
  }

  private static String key(int batch, int trace) {
    return String.format(Locale.ROOT, "%06d/%06d", batch, trace);
  }

  long fen() {
    return message.has(4) ? message.number(4) : 0;
  }

  /** A field, or nothing. */
  String text(int field) {
    return message.has(field) ? message.text(field) : "";
  }

  boolean approved() {
    return text(39).equals("00");
  }

  boolean isPurchase() {
    return kind != null && kind.isPurchase();
  }

  boolean isOfBatch() {
    return kind != null && kind.isOfBatch();
  }

  /** What a terminal may not do with something left open: purchases, reversals, the batch. */
  boolean isMoney() {
    return isPurchase() || isOfBatch() || is(Kind.REVERSAL);
  }

  boolean reverses(Seen original) {
    return is(Kind.REVERSAL) && key().equals(original.key());
  }

  /** Whether it says byte by byte the same; the MAC may be of another session. */
  boolean repeats(Seen earlier) {
    return content.equals(earlier.content);
  }

  /** What a terminal does about a request whose end it does not know. */
  boolean settles(Seen open) {
    return reverses(open) || repeats(open);
  }

  /** The time that fields 12 and 13 say, or null. */
  @Nullable Instant says() {
    if (!message.has(12) || !message.has(13)) {
      return null;
    }
    int time = (int) message.number(12);
    int date = (int) message.number(13);
    try {
      return TerminalClocks.nearest(
          date / 100, date % 100, LocalTime.of(time / 10_000, time / 100 % 100, time % 100), at);
    } catch (DateTimeException none) {
      return null;
    }
  }

  /** A tag of field 59, or null. */
  @Nullable String tag(String tag) {
    try {
      return message.has(59) ? Field59Tags.read(message).get(tag) : null;
    } catch (FormatError unreadable) {
      return null;
    }
  }

  /** The id, or else the key, of the transaction that it names; empty if it names none. */
  String original() {
    String id = tag(Field59Tags.TRANSACTION_ID);
    if (id != null || message.has(37)) {
      return id == null ? text(37) : id;
    }
    if (!message.has(61)) {
      return "";
    }
    Field61Original named = Field61Original.read(message);
    return key(named.batch(), named.trace());
  }

  /** Never prints a code or a card. */
  @Override
  public String toString() {
    String amount = message.has(4) ? " " + Fen.of(fen()).yuan() : "";
    return String.format(
        Locale.ROOT, "%04X/%02d #%06d%s", message.mti(), f60.type(), trace, amount);
  }
}
