package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;

/**
 * Field 61: which transaction is to be undone. What follows the date is not read.
 *
 * @param batch batch of the original, 0 to 999999
 * @param trace its trace number, 0 to 999999
 * @param date its date as month and day, or {@link #NO_DATE}
 */
public record Field61Original(int batch, int trace, int date) {
  /** A reference without a date. */
  public static final int NO_DATE = 0;

  private static final int FIELD = 61;
  private static final int WITHOUT_DATE = 12;
  private static final int WITH_DATE = 16;

  /**
   * Reads field 61.
   *
   * @throws FormatError when it is absent or ends inside a part
   */
  public static Field61Original read(IsoMessage message) {
    int length = message.length(FIELD);
    if (length < WITHOUT_DATE) {
      String path = length < 6 ? "F61.1" : "F61.2";
      throw new FormatError(
          path, Reason.LENGTH_WRONG, length < 6 ? length : length - 6, 6, "digits");
    }
    if (length > WITHOUT_DATE && length < WITH_DATE) {
      throw new FormatError("F61.3", Reason.LENGTH_WRONG, length - WITHOUT_DATE, 4, "digits");
    }
    int date = length == WITHOUT_DATE ? NO_DATE : (int) message.number(FIELD, WITHOUT_DATE, 4);
    return new Field61Original(
        (int) message.number(FIELD, 0, 6), (int) message.number(FIELD, 6, 6), date);
  }

  /** Sets field 61. */
  public void write(IsoMessage message) {
    Digits digits = new Digits();
    digits.put("F61.1", batch, 6);
    digits.put("F61.2", trace, 6);
    if (date != NO_DATE) {
      digits.put("F61.3", date, 4);
    }
    message.set(FIELD, digits.toString());
  }
}
