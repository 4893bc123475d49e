package cn.unionecard.gateway.province;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Sm3;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The receipt that the province's platform gives for a file, read strictly: one that is cut off,
 * changed on its way or of another file is refused as a whole.
 *
 * @param sm3 of the file that it is for, hex
 * @param own digest of the receipt itself
 */
record FileReceipt(int file, String sm3, byte[] own, List<Line> lines) {
  static final int CHARACTERS_MAX = 60_000;
  private static final Pattern HEAD =
      Pattern.compile("H,1,CARDS-RECEIPT,([1-9][0-9]{0,8}),([0-9a-f]{64})");
  private static final Pattern DETAIL =
      Pattern.compile("D,([0-9]{10}),([0-9]{1,18}),(TAKEN|REFUSED),(.{0,200})");
  private static final Pattern TRAILER = Pattern.compile("T,([0-9]{1,9}),([0-9a-f]{64})");

  /**
   * What it says of a card.
   *
   * @param reason why it does not take it
   */
  record Line(long card, long revision, boolean taken, String reason) {}

  FileReceipt {
    lines = List.copyOf(lines);
  }

  /**
   * @throws Fault.Malformed naming the line
   */
  static FileReceipt of(String text) {
    if (text.length() > CHARACTERS_MAX) {
      throw wrong(0, "more than " + CHARACTERS_MAX + " characters; it may come in parts");
    }
    String whole = text.stripTrailing();
    String[] rows = whole.split("\r?\n", -1);
    Matcher head = HEAD.matcher(rows[0]);
    Matcher trailer = TRAILER.matcher(rows[rows.length - 1]);
    if (!head.matches()) {
      throw wrong(1, "not H,1,CARDS-RECEIPT,number,digest of the file");
    }
    if (rows.length < 2 || !trailer.matches()) {
      throw wrong(rows.length, "no last line T,count,digest: it is cut off");
    }
    String told = trailer.group(2);
    if (!Sm3.hex(whole.substring(0, whole.length() - told.length())).equals(told)) {
      throw wrong(rows.length, "the digest is not of this receipt: it was changed on its way");
    }
    List<Line> lines = new ArrayList<>();
    for (int i = 1; i < rows.length - 1; i++) {
      Matcher detail = DETAIL.matcher(rows[i]);
      if (!detail.matches()) {
        throw wrong(i + 1, "not D,card,revision,TAKEN or REFUSED,reason");
      }
      boolean taken = detail.group(3).equals("TAKEN");
      if (!taken && detail.group(4).isBlank()) {
        throw wrong(i + 1, "refused without a reason");
      }
      lines.add(
          new Line(
              Long.parseLong(detail.group(1)),
              Long.parseLong(detail.group(2)),
              taken,
              detail.group(4).strip()));
    }
    if (lines.size() != Integer.parseInt(trailer.group(1))) {
      throw wrong(rows.length, lines.size() + " lines, not " + trailer.group(1));
    }
    return new FileReceipt(
        Integer.parseInt(head.group(1)), head.group(2), HexFormat.of().parseHex(told), lines);
  }

  private static Fault.Malformed wrong(int line, String why) {
    return new Fault.Malformed("file", "line " + line + ": " + why);
  }
}
