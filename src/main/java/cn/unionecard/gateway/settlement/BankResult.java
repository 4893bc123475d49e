package cn.unionecard.gateway.settlement;

import cn.unionecard.gateway.model.Fault;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The result file of a bank, read strictly: one that is cut off, doubled or does not add up is
 * refused as a whole, and nothing of it is booked.
 *
 * @param isFinal whether the bank says that no more comes of this batch
 */
record BankResult(long batch, LocalDate day, boolean isFinal, List<Line> lines) {
  static final int CHARACTERS_MAX = 60_000;
  private static final Pattern HEAD =
      Pattern.compile("H,1,RESULT,([1-9][0-9]{0,17}),(20[0-9]{2}-[0-9]{2}-[0-9]{2}),(PART|FINAL)");
  private static final Pattern DETAIL =
      Pattern.compile(
          "D,([1-9][0-9]{0,8}),([0-9]{1,13}\\.[0-9]{2}),(PAID|REJECTED),([0-9A-Za-z]{4}),([0-9A-Za-z-]{1,64}),(.{0,200})");
  private static final Pattern TRAILER = Pattern.compile("T,([0-9]{1,9}),([0-9]{1,15}\\.[0-9]{2})");

  /**
   * What became of one payment.
   *
   * @param tail last four characters of the account it went to
   */
  record Line(int no, long fen, boolean paid, String tail, String bankNo, String reason) {}

  BankResult {
    lines = List.copyOf(lines);
  }

  /**
   * @throws Fault.Malformed naming the line
   */
  static BankResult of(String text) {
    if (text.length() > CHARACTERS_MAX) {
      throw wrong(0, "more than " + CHARACTERS_MAX + " characters; send it in parts");
    }
    String[] rows = text.strip().split("\r?\n", -1);
    var head = HEAD.matcher(rows[0]);
    var trailer = TRAILER.matcher(rows[rows.length - 1]);
    if (!head.matches()) {
      throw wrong(1, "not H,1,RESULT,batch,day,PART or FINAL");
    }
    if (rows.length < 2 || !trailer.matches()) {
      throw wrong(rows.length, "no last line T,count,sum: it is cut off");
    }
    List<Line> lines = new ArrayList<>();
    long paid = 0;
    for (int i = 1; i < rows.length - 1; i++) {
      Line line = line(i + 1, rows[i]);
      lines.add(line);
      paid += line.paid() ? line.fen() : 0;
    }
    if (lines.size() != Integer.parseInt(trailer.group(1))) {
      throw wrong(rows.length, lines.size() + " lines, not " + trailer.group(1));
    }
    if (paid != fen(trailer.group(2))) {
      throw wrong(rows.length, "what is paid sums to " + paid + " fen, not " + trailer.group(2));
    }
    try {
      return new BankResult(
          Long.parseLong(head.group(1)),
          LocalDate.parse(head.group(2)),
          head.group(3).equals("FINAL"),
          lines);
    } catch (DateTimeException e) {
      throw wrong(1, head.group(2) + " is no day");
    }
  }

  private static Line line(int at, String text) {
    var detail = DETAIL.matcher(text);
    if (!detail.matches()) {
      throw wrong(at, "not D,no,amount,PAID or REJECTED,last four,bank's number,reason");
    }
    boolean paid = detail.group(3).equals("PAID");
    if (!paid && detail.group(6).isBlank()) {
      throw wrong(at, "rejected without a reason");
    }
    return new Line(
        Integer.parseInt(detail.group(1)),
        fen(detail.group(2)),
        paid,
        detail.group(4),
        detail.group(5),
        detail.group(6).strip());
  }

  private static long fen(String yuan) {
    return new BigDecimal(yuan).movePointRight(2).longValueExact();
  }

  private static Fault.Malformed wrong(int line, String why) {
    return new Fault.Malformed("file", "line " + line + ": " + why);
  }
}
