package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import io.netty.buffer.ByteBuf;

/** Digits two in a byte (BCD), and printable text; eight bytes at a time where that pays. */
final class Nibbles {
  /** Digits a {@code long} surely holds. */
  static final int LONG_DIGITS = 18;

  private static final long LOW_BITS = 0x1111_1111_1111_1111L;
  private static final long BYTE_ONES = 0x0101_0101_0101_0101L;
  private static final long BYTE_TOPS = 0x8080_8080_8080_8080L;

  private static final long[] POWERS = powers();

  private Nibbles() {}

  /** Ten to the power of at most {@link #LONG_DIGITS}. */
  static long power(int digits) {
    return POWERS[digits];
  }

  private static long[] powers() {
    long[] powers = new long[LONG_DIGITS + 1];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  /** Whether so many half bytes from one on are digits. */
  static boolean areDigits(ByteBuf bytes, int from, int first, int count) {
    int at = from;
    if ((first & 1) != 0 && (bytes.getByte(at++) & 15) > 9) {
      return false;
    }
    int end = from + ((first + count) >>> 1);
    for (; end - at >= Long.BYTES; at += Long.BYTES) {
      if (anyAboveNine(bytes.getLong(at)) != 0) {
        return false;
      }
    }
    for (; at < end; at++) {
      if (anyAboveNine(bytes.getByte(at) & 0xff) != 0) {
        return false;
      }
    }
    return ((first + count) & 1) == 0 || ((bytes.getByte(end) >>> 4) & 15) <= 9;
  }

  /** Refuses half bytes that are no digits. */
  static void checkDigits(ByteBuf bytes, int from, int count, String path) {
    int at = from;
    int end = from + count;
    for (; end - at >= Long.BYTES; at += Long.BYTES) {
      if (anyAboveNine(bytes.getLong(at)) != 0) {
        throw notDigits(bytes, at, from, path);
      }
    }
    for (; at < end; at++) {
      if (anyAboveNine(bytes.getByte(at) & 0xff) != 0) {
        throw notDigits(bytes, at, from, path);
      }
    }
  }

  /** Refuses bytes that are no printable ASCII. */
  static void checkText(ByteBuf bytes, int from, int count, String path) {
    int at = from;
    int end = from + count;
    for (; end - at >= Long.BYTES; at += Long.BYTES) {
      if (anyUnprintable(bytes.getLong(at)) != 0) {
        break;
      }
    }
    for (; at < end; at++) {
      int character = bytes.getUnsignedByte(at);
      if (character < ' ' || character > '~') {
        throw new FormatError(path, Reason.NOT_TEXT, character, at - from + 1);
      }
    }
  }

  /** Two BCD digits as a number; refuses others. */
  static int twoDigits(int octet, String path, int position) {
    if (anyAboveNine(octet) != 0) {
      int half = octet >>> 4 > 9 ? octet >>> 4 : octet & 15;
      throw new FormatError(path, Reason.NOT_DIGITS, half, position);
    }
    return (octet >>> 4) * 10 + (octet & 15);
  }

  /** The half byte at an index counted from a byte offset. */
  static int at(ByteBuf bytes, int from, int index) {
    int octet = bytes.getByte(from + (index >>> 1));
    return (index & 1) == 0 ? (octet >>> 4) & 15 : octet & 15;
  }

  /** Digits as a number; at most {@link #LONG_DIGITS}. */
  static long number(ByteBuf bytes, int from, int first, int count) {
    long value = 0;
    int index = first;
    int end = first + count;
    if ((index & 1) != 0 && index < end) {
      value = at(bytes, from, index++);
    }
    for (; end - index >= 2; index += 2) {
      int octet = bytes.getByte(from + (index >>> 1));
      value = value * 100 + ((octet >>> 4) & 15) * 10 + (octet & 15);
    }
    return index < end ? value * 10 + at(bytes, from, index) : value;
  }

  /** Half bytes as characters {@code 0-9}, {@code A-F}. */
  static String text(ByteBuf bytes, int from, int first, int count) {
    StringBuilder text = new StringBuilder(count);
    for (int index = first; index < first + count; index++) {
      text.append(Character.toUpperCase(Character.forDigit(at(bytes, from, index), 16)));
    }
    return text.toString();
  }

  /** Appends {@code 2 × octets} digits of a number. */
  static void write(ByteBuf out, long value, int octets) {
    int start = out.writerIndex();
    out.writeZero(octets);
    long rest = value;
    for (int at = start + octets - 1; at >= start; at--) {
      int two = (int) (rest % 100);
      rest /= 100;
      out.setByte(at, (two / 10) << 4 | two % 10);
    }
  }

  private static long anyAboveNine(long halfBytes) {
    return (halfBytes >>> 3) & ((halfBytes >>> 2) | (halfBytes >>> 1)) & LOW_BITS;
  }

  /** Below a blank, a DEL, or above ASCII. May be true without reason, never false without. */
  private static long anyUnprintable(long octets) {
    return ((octets - BYTE_ONES * ' ') | (octets + BYTE_ONES) | octets) & BYTE_TOPS;
  }

  private static FormatError notDigits(ByteBuf bytes, int at, int from, String path) {
    int index = (at - from) * 2;
    while (at(bytes, from, index) <= 9) {
      index++;
    }
    return new FormatError(path, Reason.NOT_DIGITS, at(bytes, from, index), index + 1L);
  }
}
