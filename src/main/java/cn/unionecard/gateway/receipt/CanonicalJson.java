package cn.unionecard.gateway.receipt;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A writer of canonical JSON (RFC 8785) to bytes: no white space, names sorted by UTF-16 code
 * units, shortest escapes, UTF-8. Values are objects, arrays, strings and integers; there are no
 * fractions, truth values or nulls in a receipt.
 *
 * <p>The caller gives names in order; a wrong order, a duplicate or an unfinished document is a bug
 * and throws {@link IllegalStateException}. A string with half a surrogate pair throws {@link
 * IllegalArgumentException}, as does an integer beyond ±(2<sup>53</sup> − 1). Not thread-safe; may
 * be reused after {@link #bytes}.
 */
public final class CanonicalJson {
  /** The largest integer that every JSON reader keeps exact: 2^53 − 1 (RFC 7493). */
  public static final long INTEGER_MAX = (1L << 53) - 1;

  /** The deepest nesting of objects and arrays. */
  public static final int DEPTH_MAX = 16;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] out;
  private int size;
  private int depth;
  private final boolean[] isArray = new boolean[DEPTH_MAX];
  private final boolean[] hasElements = new boolean[DEPTH_MAX];
  private final @Nullable String[] lastName = new @Nullable String[DEPTH_MAX];
  private boolean nameGiven;
  private boolean complete;

  public CanonicalJson() {
    this(512);
  }

  /**
   * @param expectedBytes how much room to make at first
   */
  public CanonicalJson(int expectedBytes) {
    out = new byte[Math.max(64, expectedBytes)];
  }

  /** Opens an object as the next value. */
  @CanIgnoreReturnValue
  public CanonicalJson object() {
    open('{', false);
    return this;
  }

  /** Opens an array as the next value. */
  @CanIgnoreReturnValue
  public CanonicalJson array() {
    open('[', true);
    return this;
  }

  /** Closes the innermost object or array. */
  @CanIgnoreReturnValue
  public CanonicalJson end() {
    if (depth == 0 || nameGiven) {
      throw new IllegalStateException("nothing to close, or a name without a value");
    }
    depth--;
    put(isArray[depth] ? ']' : '}');
    complete = depth == 0;
    return this;
  }

  /** The name of the next member; greater than the one before it. */
  @CanIgnoreReturnValue
  public CanonicalJson name(String name) {
    if (depth == 0 || isArray[depth - 1] || nameGiven) {
      throw new IllegalStateException("no place for the name " + name);
    }
    String last = lastName[depth - 1];
    if (last != null && last.compareTo(name) >= 0) {
      throw new IllegalStateException("name " + name + " after " + last);
    }
    lastName[depth - 1] = name;
    separate();
    quote(name);
    put(':');
    nameGiven = true;
    return this;
  }

  @CanIgnoreReturnValue
  public CanonicalJson value(String text) {
    beforeValue();
    quote(text);
    afterValue();
    return this;
  }

  /** An integer of at most ±{@link #INTEGER_MAX}. */
  @CanIgnoreReturnValue
  public CanonicalJson value(long integer) {
    if (integer > INTEGER_MAX || integer < -INTEGER_MAX) {
      throw new IllegalArgumentException("integer " + integer + " is beyond 2^53 - 1");
    }
    beforeValue();
    putAscii(Long.toString(integer));
    afterValue();
    return this;
  }

  /** {@link #name} and {@link #value(String)}. */
  @CanIgnoreReturnValue
  public CanonicalJson member(String name, String text) {
    return name(name).value(text);
  }

  /** {@link #name} and {@link #value(long)}. */
  @CanIgnoreReturnValue
  public CanonicalJson member(String name, long integer) {
    return name(name).value(integer);
  }

  /** The finished document; the writer is then empty again. */
  public byte[] bytes() {
    if (!complete) {
      throw new IllegalStateException("the document is not finished");
    }
    byte[] bytes = Arrays.copyOf(out, size);
    reset();
    return bytes;
  }

  /** Forgets what was written. */
  public void reset() {
    size = 0;
    depth = 0;
    nameGiven = false;
    complete = false;
  }

  private void open(char bracket, boolean array) {
    if (depth == DEPTH_MAX) {
      throw new IllegalStateException("deeper than " + DEPTH_MAX);
    }
    beforeValue();
    isArray[depth] = array;
    hasElements[depth] = false;
    lastName[depth] = null;
    depth++;
    put(bracket);
  }

  private void beforeValue() {
    if (complete || (depth > 0 && !isArray[depth - 1] && !nameGiven)) {
      throw new IllegalStateException("no place for a value");
    }
    if (depth > 0 && isArray[depth - 1]) {
      separate();
    }
    nameGiven = false;
  }

  private void afterValue() {
    complete = depth == 0;
  }

  private void separate() {
    if (hasElements[depth - 1]) {
      put(',');
    }
    hasElements[depth - 1] = true;
  }

  private void quote(String text) {
    int length = text.length();
    room(length * 6 + 2);
    out[size++] = '"';
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        quoteAscii(c);
      } else if (c < 0x800) {
        out[size++] = (byte) (0xC0 | c >> 6);
        out[size++] = (byte) (0x80 | (c & 63));
      } else if (!Character.isSurrogate(c)) {
        out[size++] = (byte) (0xE0 | c >> 12);
        out[size++] = (byte) (0x80 | (c >> 6 & 63));
        out[size++] = (byte) (0x80 | (c & 63));
      } else {
        i++;
        quotePair(c, i < length ? text.charAt(i) : 0);
      }
    }
    out[size++] = '"';
  }

  private void quoteAscii(char c) {
    if (c >= ' ' && c != '"' && c != '\\') {
      out[size++] = (byte) c;
      return;
    }
    out[size++] = '\\';
    switch (c) {
      case '"', '\\' -> out[size++] = (byte) c;
      case '\b' -> out[size++] = 'b';
      case '\t' -> out[size++] = 't';
      case '\n' -> out[size++] = 'n';
      case '\f' -> out[size++] = 'f';
      case '\r' -> out[size++] = 'r';
      default -> {
        out[size++] = 'u';
        out[size++] = '0';
        out[size++] = '0';
        out[size++] = HEX[c >> 4];
        out[size++] = HEX[c & 15];
      }
    }
  }

  private void quotePair(char high, char low) {
    if (!Character.isSurrogatePair(high, low)) {
      throw new IllegalArgumentException("half a surrogate pair");
    }
    int point = Character.toCodePoint(high, low);
    out[size++] = (byte) (0xF0 | point >> 18);
    out[size++] = (byte) (0x80 | (point >> 12 & 63));
    out[size++] = (byte) (0x80 | (point >> 6 & 63));
    out[size++] = (byte) (0x80 | (point & 63));
  }

  private void putAscii(String text) {
    room(text.length());
    for (int i = 0; i < text.length(); i++) {
      out[size++] = (byte) text.charAt(i);
    }
  }

  private void put(char c) {
    room(1);
    out[size++] = (byte) c;
  }

  private void room(int bytes) {
    if (out.length - size < bytes) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, size + bytes));
    }
  }
}
