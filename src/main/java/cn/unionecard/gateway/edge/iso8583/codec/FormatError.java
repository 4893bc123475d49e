package cn.unionecard.gateway.edge.iso8583.codec;

import java.util.Locale;

/**
 * Bytes or values that do not fit the profile. Expected, so without a stack trace; its words are
 * made only when somebody reads them.
 */
public final class FormatError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. The names are the values of a metric's label; few and fixed. */
  public enum Reason {
    /** The length before a frame is over the limit: the stream cannot be followed any further. */
    FRAME_TOO_LONG("%d bytes, at most %d"),
    /** The length before a frame leaves no room for a message. */
    FRAME_TOO_SHORT("%d bytes, at least %d"),
    /** The stream ended inside a frame. */
    FRAME_CUT("%d bytes, then the end; %d announced"),
    /** The TPDU does not begin with 60. */
    TPDU_UNKNOWN("begins with %02x, must be %02x"),
    /** Fewer bytes are left than the field needs. */
    TRUNCATED("needs %d %s, %d left"),
    /** Bytes are left after the last field of the bitmap. */
    LEFT_OVER("%d bytes after the last field, must be %d"),
    /** The bitmap names a field that the profile does not have. */
    FIELD_UNKNOWN("not in this profile: bit %d of %d"),
    /** A field that must be there and is not. */
    ABSENT("%d times, must be %d"),
    /** Longer than the field may be. */
    TOO_LONG("%d %s, at most %d"),
    /** Shorter than the field must be. */
    TOO_SHORT("%d %s, at least %d"),
    /** Not the one length the field has. */
    LENGTH_WRONG("%d %s, must be %d"),
    /** A half byte that is no digit. */
    NOT_DIGITS("half byte %x at position %d is no digit"),
    /** A character that is no digit. */
    NOT_DECIMAL("byte %02x at position %d is no digit"),
    /** A sign that is neither {@code C} nor {@code D}. */
    SIGN_WRONG("byte %02x at position %d is neither C nor D"),
    /** A byte that is no printable ASCII character. */
    NOT_TEXT("byte %02x at position %d is no printable character"),
    /** A tag that stands twice. */
    TAG_TWICE("stands at positions %d and %d"),
    /** No transaction's id. */
    NO_ID("%d characters, must be %d of base 32"),
    /** A word that is none of those there are. */
    NO_WORD("%d characters, is none of %s, of %d"),
    /** Another value than the one that is known here. */
    OTHER("differs from what is known here at position %d of %d"),
    /** A value outside its range. */
    OUT_OF_RANGE("%d, at most %d");

    private final String words;

    Reason(String words) {
      this.words = words;
    }
  }

  /** Path of the field, such as {@code F60.2}; {@code frame}, {@code TPDU}, {@code MTI}. */
  public final String field;

  /** What is wrong. */
  public final Reason reason;

  /** The number that was found (or is needed). */
  public final long found;

  /** The number it is held against. */
  public final long limit;

  private final String unit;

  public FormatError(String field, Reason reason, long found, long limit) {
    this(field, reason, found, limit, "");
  }

  public FormatError(String field, Reason reason, long found, long limit, String unit) {
    super(null, null, false, false);
    this.field = field;
    this.reason = reason;
    this.found = found;
    this.limit = limit;
    this.unit = unit;
  }

  @Override
  public String getMessage() {
    String words =
        reason.words.contains("%s")
            ? String.format(Locale.ROOT, reason.words, found, unit, limit)
            : String.format(Locale.ROOT, reason.words, found, limit);
    return field + ": " + words;
  }
}
