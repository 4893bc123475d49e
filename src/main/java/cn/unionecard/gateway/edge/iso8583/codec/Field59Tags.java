package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Field 59: what is said about a code, as tags of two characters, each with a length of three
 * digits and that many bytes: ASCII, but in a code whatever a scanner adds. Unknown tags are kept;
 * none may stand twice.
 *
 * @param values by tag, in the order they stand
 */
public record Field59Tags(Map<String, String> values) {
  /** The member's code, in a request. */
  public static final String CODE = "A3";

  /** The transaction's id, in a reply and in a request to undo it. */
  public static final String TRANSACTION_ID = "A4";

  /** The benefit chosen. */
  public static final String BENEFIT = "A5";

  /** The receipt's short code. */
  public static final String RECEIPT = "A6";

  /** The terminal's count of its offline sales, in the report of one. */
  public static final String COUNTER = "A7";

  /** What was pressed on the rating keys: stars, 品控, 服务, 售后, a digit each. */
  public static final String RATING = "A8";

  /** What a sale shall become without the benefit: {@link #APPROVE} or {@link #REFUSE}. */
  public static final String WITHOUT = "A9";

  /** Marked lines of the order: mark, =, fen, one after the other with commas between them. */
  public static final String LINES = "B1";

  /** In a refund: the benefit whose discount comes back alone. */
  public static final String ONLY_BENEFIT = "B2";

  /** In a refund: the mark of the lines whose discounts come back alone. */
  public static final String ONLY_LINES = "B3";

  public static final String APPROVE = "A";
  public static final String REFUSE = "R";

  private static final int FIELD = 59;
  private static final int TAG = 2;
  private static final int LENGTH = 3;

  public Field59Tags {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The value of a tag, or null. */
  public @Nullable String get(String tag) {
    return values.get(tag);
  }

  /**
   * Reads field 59.
   *
   * @throws FormatError when it is absent or cut short, has a tag twice, or other characters than
   *     printable ASCII anywhere but in a code
   */
  public static Field59Tags read(IsoMessage message) {
    int end = message.length(FIELD);
    Map<String, String> values = new LinkedHashMap<>();
    for (int at = 0; at < end; ) {
      int from = at + TAG + LENGTH;
      room("", TAG + LENGTH, end - at);
      String tag = tag(message, at);
      if (values.containsKey(tag)) {
        throw new FormatError("F59." + tag, Reason.TAG_TWICE, place(values, tag), at + 1L);
      }
      int length = length(message, at + TAG, tag);
      room(tag, length, end - from);
      values.put(
          tag, tag.equals(CODE) ? value(message, from, length) : text(message, tag, from, length));
      at = from + length;
    }
    return new Field59Tags(values);
  }

  /** Where a tag stands, counted from 1. */
  private static int place(Map<String, String> values, String tag) {
    int at = 1;
    for (Map.Entry<String, String> each : values.entrySet()) {
      if (each.getKey().equals(tag)) {
        break;
      }
      at += TAG + LENGTH + each.getValue().length();
    }
    return at;
  }

  /** A tag is two printable characters of ASCII. */
  private static String tag(IsoMessage message, int at) {
    for (int i = at; i < at + TAG; i++) {
      int character = message.octet(FIELD, i);
      if (character <= ' ' || character > '~') {
        throw new FormatError("F59", Reason.NOT_TEXT, character, i + 1L);
      }
    }
    return message.text(FIELD, at, TAG);
  }

  /**
   * A value. What a scanner or a keyboard read may have any bytes around it: UTF-8 if they are,
   * else GBK.
   */
  private static String value(IsoMessage message, int from, int length) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) message.octet(FIELD, from + i);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException isNone) {
      return new String(octets, IsoMessage.GBK);
    }
  }

  private static String text(IsoMessage message, String tag, int from, int length) {
    for (int i = from; i < from + length; i++) {
      int character = message.octet(FIELD, i);
      if (character < ' ' || character > '~') {
        throw new FormatError("F59." + tag, Reason.NOT_TEXT, character, i - from + 1L);
      }
    }
    return message.text(FIELD, from, length);
  }

  private static int length(IsoMessage message, int at, String tag) {
    int length = 0;
    for (int i = at; i < at + LENGTH; i++) {
      int digit = message.octet(FIELD, i) - '0';
      if (digit < 0 || digit > 9) {
        throw new FormatError("F59." + tag, Reason.NOT_DECIMAL, digit + '0', i - at + 1L);
      }
      length = length * 10 + digit;
    }
    return length;
  }

  private static void room(String tag, int needed, int left) {
    if (needed > left) {
      String path = tag.isEmpty() ? "F59" : "F59." + tag;
      throw new FormatError(path, Reason.TRUNCATED, needed, left, "characters");
    }
  }

  /** Sets field 59, what is not ASCII in UTF-8. */
  public void write(IsoMessage message) {
    ByteArrayOutputStream field = new ByteArrayOutputStream();
    values.forEach(
        (tag, value) -> {
          if (tag.length() != TAG) {
            throw new FormatError(
                "F59." + tag, Reason.LENGTH_WRONG, tag.length(), TAG, "characters of tag");
          }
          byte[] octets = value.getBytes(StandardCharsets.UTF_8);
          String head = tag + Digits.of("F59", octets.length, LENGTH);
          field.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
          field.writeBytes(octets);
        });
    message.set(FIELD, field.toByteArray());
  }

  /** Tags and lengths only: one of the values may be a code. */
  @Override
  public String toString() {
    return Masked.tags(this);
  }
}
