package cn.unionecard.gateway.voucher;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Written;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A sheet of who is to be given something, as CSV (RFC 4180): the header {@code cardNo} or {@code
 * cardNo,fen}, and a row for each person.
 *
 * @param good in the order of their rows
 */
record GrantSheet(List<Line> good, List<Bad> bad) {
  /** The most rows of one call. */
  static final int ROWS_MAX = 500;

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final Pattern FEN = Pattern.compile("[1-9][0-9]{0,14}");
  private static final CsvFactory CSV = new CsvFactory();

  /**
   * Somebody who is to be given something.
   *
   * @param row as a spreadsheet counts: the header is 1
   * @param card serial of one of his cards
   * @param fen of a lot; null: what the round says
   */
  record Line(int row, long card, @Nullable Long fen) {}

  /**
   * A row that was not taken.
   *
   * @param column its name in the header; {@code row}: the whole of it
   * @param reason Chinese first; holds nothing of what stands in the row
   */
  record Bad(int row, String column, String reason) {
    JsonObject json() {
      return new JsonObject().put("row", row).put("column", column).put("reason", reason);
    }
  }

  GrantSheet {
    good = List.copyOf(good);
    bad = List.copyOf(bad);
  }

  /**
   * Reads all of it.
   *
   * @throws Fault.Malformed if it is no CSV, has another header, or has too many rows
   */
  static GrantSheet read(String text) {
    String behindMark =
        !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    List<Line> good = new ArrayList<>();
    List<Bad> bad = new ArrayList<>();
    try (CsvParser parser = CSV.createParser(behindMark)) {
      int number = 1;
      List<String> header = row(parser, number);
      if (header == null
          || !(header.equals(List.of("cardNo")) || header.equals(List.of("cardNo", "fen")))) {
        throw new Fault.Malformed(
            "csv", "首行应为 cardNo 或 cardNo,fen · the first line is neither cardNo nor cardNo,fen");
      }
      for (List<String> cells = row(parser, ++number);
          cells != null;
          cells = row(parser, ++number)) {
        if (cells.stream().allMatch(String::isBlank)) {
          continue;
        }
        if (good.size() + bad.size() == ROWS_MAX) {
          throw new Fault.Malformed(
              "csv",
              "每次最多" + ROWS_MAX + "行，请分批导入 · more than " + ROWS_MAX + " rows; send it in parts");
        }
        Bad fault = fault(number, cells, header.size());
        if (fault == null) {
          Long fen = header.size() == 2 ? (Long) Long.parseLong(cells.get(1)) : null;
          good.add(new Line(number, Long.parseLong(cells.get(0)), fen));
        } else {
          bad.add(fault);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new GrantSheet(good, bad);
  }

  private static @Nullable Bad fault(int number, List<String> cells, int columns) {
    if (cells.size() != columns) {
      return new Bad(number, "row", "列数与首行不符 · it has not as many columns as the first line");
    }
    if (!Written.CARD_NO.matcher(cells.get(0)).matches()) {
      return new Bad(number, "cardNo", "卡号应为10位数字 · a card number has 10 digits");
    }
    boolean wrong =
        columns == 2
            && (!FEN.matcher(cells.get(1)).matches() || Long.parseLong(cells.get(1)) > Fen.MAX);
    return wrong ? new Bad(number, "fen", "金额应为正整数（分） · no whole number of fen") : null;
  }

  private static @Nullable List<String> row(CsvParser parser, int number) throws IOException {
    try {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        return null;
      }
      List<String> cells = new ArrayList<>(2);
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        cells.add(parser.getText());
      }
      return cells;
    } catch (JsonProcessingException broken) { // its message shows what stands there
      throw new Fault.Malformed(
          "csv",
          "第" + number + "行起不是CSV，请检查引号 · from row " + number + " on it is no CSV, see the quotes");
    }
  }
}
