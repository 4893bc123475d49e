package cn.unionecard.gateway.edge.iso8583.codec;

/**
 * One line of the profile: how a field stands on the wire and in a log.
 *
 * @param number 2 to 64
 * @param name as integrators call it
 * @param length fixed, or how its length is written before it
 * @param max digits ({@code N}, {@code Z}) or bytes; the exact number when fixed
 * @param encoding how the value is written
 * @param padding which side of an odd number of digits is filled up with a 0
 * @param mask what a log may show of it
 * @param read whether somebody reads it in every message, so that it must be what the table says;
 *     what else is there is stepped over, whatever fills it
 * @param path {@code F} and the number
 */
public record IsoField(
    int number,
    String name,
    Length length,
    int max,
    Encoding encoding,
    Padding padding,
    Mask mask,
    boolean read,
    String path) {

  /** How long a field is. */
  public enum Length {
    FIXED(0),
    /** One BCD byte before the value. */
    LL(1),
    /** Two BCD bytes before the value. */
    LLL(2);

    /** Bytes of the length before the value, BCD. */
    public final int prefixBytes;

    Length(int prefixBytes) {
      this.prefixBytes = prefixBytes;
    }
  }

  /** How a value is written. */
  public enum Encoding {
    /** Digits, two in a byte. */
    N(true, "digits"),
    /** Track data, two characters in a byte; {@code D} is the separator. */
    Z(true, "digits"),
    /** Printable ASCII. */
    AN(false, "bytes"),
    /** Text in GBK; single fields are stricter. */
    ANS(false, "bytes"),
    /** Any bytes. */
    B(false, "bytes");

    final boolean nibbles;

    /** What the field's length counts. */
    final String unit;

    Encoding(boolean nibbles, String unit) {
      this.nibbles = nibbles;
      this.unit = unit;
    }
  }

  /** Where the 0 stands that makes an odd number of digits even. */
  public enum Padding {
    LEFT,
    RIGHT
  }

  /** What a log may show. */
  public enum Mask {
    /** All of it. */
    CLEAR,
    /** The last four digits. */
    CARD,
    /** Its tags, without member codes. */
    TAGS,
    /** Its sub-fields, without card numbers. */
    TOTALS,
    /** Only how long it is. */
    SECRET
  }

  /** Bytes that hold a value of the given length. */
  public int bytes(int units) {
    return encoding.nibbles ? (units + 1) >>> 1 : units;
  }

  /** Whether it has one length, which is not written. */
  public boolean isFixed() {
    return length == Length.FIXED;
  }
}
