package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.member.MemberCsv.Row;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Cuts a sheet into calls, and gathers what comes back under the rows of the file. */
final class MemberUpload {
  /** Of a call: what it takes is over before a till notices. */
  private static final int ROWS_MAX = 20;

  /** A line of progress for so many rows. */
  private static final int TOLD_ROWS = 500;

  /** Of a call's sheet; what a gateway takes is 64 KiB unless it is set otherwise. */
  private static final int BYTES_MAX = 40_000;

  private static final CsvSchema SCHEMA = CsvSchema.emptySchema().withLineSeparator("\n");

  /**
   * A row that was not taken.
   *
   * @param row its number in the file; the header is 1
   */
  record Bad(int row, String column, String reason) {}

  private final StaffCalls calls;
  private final boolean dryRun;
  private final Consumer<String> progress;
  private @Nullable Long list;
  private final List<Row> waiting = new ArrayList<>();
  private final List<Bad> bad = new ArrayList<>();
  private List<String> columns = List.of();
  private int bytes;
  private int upTo = 1;
  private int told = 1;
  private int created;
  private int changed;
  private int unchanged;

  /**
   * @param progress hears a line for each 500 rows, and one behind the last
   */
  MemberUpload(StaffCalls calls, boolean dryRun, Consumer<String> progress) {
    this.calls = calls;
    this.dryRun = dryRun;
    this.progress = progress;
  }

  /**
   * The sheet has these columns.
   *
   * @param whole number of the list that it is the whole of; null: of none
   * @param from behind which row it goes on
   */
  void begin(List<String> header, @Nullable Long whole, int from) {
    columns = header;
    list = whole;
    upTo = from;
    told = from;
  }

  /** One more row; is sent with others. */
  void add(Row row) {
    int size = row.cells().stream().mapToInt(MemberUpload::size).sum();
    if (waiting.size() == ROWS_MAX || bytes + size > BYTES_MAX) {
      sendWaiting();
    }
    waiting.add(row);
    bytes += size;
  }

  private static int size(String cell) {
    return cell.getBytes(StandardCharsets.UTF_8).length + 3;
  }

  /** Sends what waits, and says how far that is. */
  void flush() {
    sendWaiting();
    if (upTo > told) {
      tell();
    }
  }

  private void sendWaiting() {
    if (waiting.isEmpty()) {
      return;
    }
    send(List.copyOf(waiting));
    upTo = waiting.get(waiting.size() - 1).number();
    waiting.clear();
    bytes = 0;
    if (upTo - told >= TOLD_ROWS) {
      tell();
    }
  }

  private void tell() {
    told = upTo;
    progress.accept(
        "第 "
            + upTo
            + " 行 row：新增 created "
            + created
            + (list == null ? "" : "，更正 changed " + changed)
            + "，已有 unchanged "
            + unchanged
            + "，有误 bad "
            + bad.size()
            + (dryRun ? "（仅检查 dry run）" : ""));
  }

  private void send(List<Row> rows) {
    int last = rows.get(rows.size() - 1).number();
    JsonObject answer = post(rows, last);
    if (answer != null) {
      take(rows, answer);
    } else if (rows.size() == 1) {
      bad.add(new Bad(last, "row", "该行过长 · the row is too long"));
      if (list != null) {
        JsonObject unused = post(List.of(), last); // the list goes on behind it
      }
    } else {
      int half = rows.size() / 2;
      send(rows.subList(0, half));
      send(rows.subList(half, rows.size()));
    }
  }

  private @Nullable JsonObject post(List<Row> rows, int last) {
    JsonObject body = new JsonObject().put("csv", sheet(rows)).put("dryRun", dryRun);
    if (list != null) {
      body.put("list", list)
          .put("upTo", last)
          .put("rows", new JsonArray(rows.stream().map(Row::number).toList()));
    }
    return calls.post("/v1/member-imports", body);
  }

  private void take(List<Row> rows, JsonObject answer) {
    created += answer.getInteger("created");
    changed += answer.getInteger("changed");
    unchanged += answer.getInteger("unchanged");
    for (Object each : answer.getJsonArray("bad")) {
      JsonObject one = (JsonObject) each;
      int place = one.getInteger("row") - 2;
      bad.add(new Bad(rows.get(place).number(), one.getString("column"), one.getString("reason")));
    }
  }

  private String sheet(List<Row> rows) {
    List<List<String>> lines = new ArrayList<>(rows.size() + 1);
    lines.add(columns);
    rows.forEach(row -> lines.add(row.cells()));
    return csv(lines);
  }

  /** Lines as CSV (RFC 4180 but for the ends of lines). */
  static String csv(List<List<String>> lines) {
    StringWriter text = new StringWriter();
    try (CsvGenerator csv = new CsvFactory().createGenerator(text)) {
      csv.setSchema(SCHEMA);
      for (List<String> line : lines) {
        csv.writeStartArray();
        for (String cell : line) {
          csv.writeString(cell);
        }
        csv.writeEndArray();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** The rows that were not taken so far, in the order of the file. */
  List<Bad> bad() {
    return List.copyOf(bad);
  }

  /** The last row of the file that was handled. */
  int upTo() {
    return upTo;
  }
}
