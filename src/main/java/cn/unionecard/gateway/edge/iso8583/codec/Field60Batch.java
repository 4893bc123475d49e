package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;

/**
 * Field 60: what the transaction is, in which batch. Only the first two parts must be there; what
 * follows the fifth is not read.
 *
 * @param type 60.1, 0 to 99
 * @param batch 60.2, the terminal's batch, 0 to 999999
 * @param networkCode 60.3, 0 to 999, or {@link #ABSENT}
 * @param ability 60.4, what the terminal can read, a digit, or {@link #ABSENT}
 * @param chipCondition 60.5, a digit, or {@link #ABSENT}
 */
public record Field60Batch(int type, int batch, int networkCode, int ability, int chipCondition) {
  /** A part that is not there. */
  public static final int ABSENT = -1;

  private static final int FIELD = 60;
  private static final String[] PATHS = {"F60.1", "F60.2", "F60.3", "F60.4", "F60.5"};
  private static final int[] DIGITS = {2, 6, 3, 1, 1};
  private static final int PARTS_MIN = 2;

  /** With network code only, as most messages have it. */
  public Field60Batch(int type, int batch, int networkCode) {
    this(type, batch, networkCode, ABSENT, ABSENT);
  }

  /**
   * Reads field 60.
   *
   * @throws FormatError when it is absent or ends inside a part
   */
  public static Field60Batch read(IsoMessage message) {
    int length = message.length(FIELD);
    return new Field60Batch(
        part(message, length, 0, 0),
        part(message, length, 1, 2),
        part(message, length, 2, 8),
        part(message, length, 3, 11),
        part(message, length, 4, 12));
  }

  private static int part(IsoMessage message, int length, int part, int at) {
    int left = length - at;
    if (left <= 0 && part >= PARTS_MIN) {
      return ABSENT;
    }
    if (left < DIGITS[part]) {
      throw new FormatError(
          PATHS[part], Reason.LENGTH_WRONG, Math.max(left, 0), DIGITS[part], "digits");
    }
    return (int) message.number(FIELD, at, DIGITS[part]);
  }

  /** Sets field 60, up to the last part that is there. */
  public void write(IsoMessage message) {
    int[] parts = {type, batch, networkCode, ability, chipCondition};
    int last = parts.length;
    while (last > PARTS_MIN && parts[last - 1] == ABSENT) {
      last--;
    }
    Digits digits = new Digits();
    for (int i = 0; i < last; i++) {
      digits.put(PATHS[i], parts[i], DIGITS[i]);
    }
    message.set(FIELD, digits.toString());
  }
}
