package cn.unionecard.gateway.member;

import cn.unionecard.gateway.model.Fault;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A sheet as it was read: who is to be entered, by row, and the rows that say nobody.
 *
 * @param good in the order of their rows
 */
record MemberSheet(List<Line> good, List<Bad> bad) {
  /** The most rows of one call. */
  static final int ROWS_MAX = 500;

  /**
   * Somebody to be entered.
   *
   * @param row as in {@link MemberCsv.Row}
   */
  record Line(int row, Person person) {}

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

  MemberSheet {
    good = List.copyOf(good);
    bad = List.copyOf(bad);
  }

  /**
   * Reads all of it.
   *
   * @throws Fault.Malformed if it is no CSV, has another header, or has too many rows
   */
  static MemberSheet read(String text) {
    List<Line> good = new ArrayList<>();
    List<Bad> bad = new ArrayList<>();
    try (MemberCsv csv = new MemberCsv(new StringReader(text))) {
      for (MemberCsv.Row row = csv.next(); row != null; row = csv.next()) {
        if (good.size() + bad.size() == ROWS_MAX) {
          throw new Fault.Malformed(
              "csv",
              "每次最多" + ROWS_MAX + "行，请分批导入 · more than " + ROWS_MAX + " rows; send it in parts");
        }
        try {
          good.add(new Line(row.number(), person(row, csv.columns())));
        } catch (Fault.Malformed e) {
          bad.add(new Bad(row.number(), e.field, String.valueOf(e.getMessage())));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new MemberSheet(good, bad);
  }

  /**
   * The rows of the file that its good rows are, place by place.
   *
   * @param upTo the row of the file that its last row is
   * @param rows those of the file that its rows are, one after the other; null: they stand there
   *     without others between them
   * @throws Fault.Malformed if they do not fit; names the field {@code rows}
   */
  List<Integer> inFile(int upTo, @Nullable List<Integer> rows) {
    int[] numbers =
        Stream.concat(good.stream().map(Line::row), bad.stream().map(Bad::row))
            .mapToInt(Integer::intValue)
            .sorted()
            .toArray();
    int last = numbers.length == 0 ? 0 : numbers[numbers.length - 1];
    if (rows != null) {
      boolean rising = rows.size() == numbers.length;
      for (int i = 1; rising && i < rows.size(); i++) {
        rising = rows.get(i - 1) < rows.get(i);
      }
      if (!rising || !rows.isEmpty() && rows.get(rows.size() - 1) != upTo) {
        throw new Fault.Malformed(
            "rows", "rows are not those of the sheet, rising, the last one upTo");
      }
    }
    if (rows == null && numbers.length > 0 && upTo - (last - numbers[0]) < 2) {
      throw new Fault.Malformed("upTo", "so many rows do not stand above it");
    }
    return good.stream()
        .map(
            line ->
                rows == null
                    ? upTo - (last - line.row)
                    : rows.get(Arrays.binarySearch(numbers, line.row)))
        .toList();
  }

  /** Empty where the sheet has no such column. */
  private static String cell(List<String> cells, List<String> columns, String name) {
    int place = columns.indexOf(name);
    return place < 0 ? "" : cells.get(place);
  }

  private static Person person(MemberCsv.Row row, List<String> columns) {
    List<String> cells = row.cells();
    if (cells.size() != columns.size()) {
      throw new Fault.Malformed("row", "列数与首行不符 · it has not as many columns as the first line");
    }
    return Person.of(
        cell(cells, columns, "identity"),
        cell(cells, columns, "name"),
        cell(cells, columns, "category"),
        cell(cells, columns, "org"),
        cell(cells, columns, "cardNo"),
        cell(cells, columns, "phone"));
  }
}
