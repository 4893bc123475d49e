package cn.unionecard.gateway.member;

import cn.unionecard.gateway.model.Fault;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.Closeable;
import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A sheet of members as CSV (RFC 4180), read row by row: the header {@code
 * identity,name,category,org} and perhaps {@code cardNo} and {@code phone}, in any order, and below
 * it what is to be entered. A byte order mark is stepped over, and so are rows in which nothing
 * stands.
 */
public final class MemberCsv implements Closeable {
  /** What a header must have. */
  private static final List<String> NEEDED = List.of("identity", "name", "category", "org");

  private static final Set<String> KNOWN =
      Set.of("identity", "name", "category", "org", "cardNo", "phone");

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final CsvFactory CSV = new CsvFactory();

  private final CsvParser parser;
  private final List<String> columns;
  private int number;

  /**
   * One row below the header.
   *
   * @param number as a spreadsheet counts: the header is 1, empty rows count
   * @param cells as they stand there, as many as there are
   */
  public record Row(int number, List<String> cells) {
    public Row {
      cells = List.copyOf(cells);
    }

    @Override
    public String toString() {
      return "Row[" + number + "]";
    }
  }

  /**
   * Reads the header.
   *
   * @throws Fault.Malformed if it is another one; names the field {@code csv}
   */
  public MemberCsv(Reader text) throws IOException {
    PushbackReader behindMark = new PushbackReader(text);
    int mark = behindMark.read();
    if (mark >= 0 && mark != BYTE_ORDER_MARK) {
      behindMark.unread(mark);
    }
    parser = CSV.createParser(behindMark);
    Row first = anyRow();
    columns = header(first == null ? List.of() : first.cells);
  }

  /**
   * A header as it may be.
   *
   * @throws Fault.Malformed if it may not; names the field {@code csv}
   */
  public static List<String> header(List<String> columns) {
    if (!columns.containsAll(NEEDED)
        || !KNOWN.containsAll(columns)
        || Set.copyOf(columns).size() != columns.size()) {
      throw new Fault.Malformed(
          "csv",
          "首行应为 identity,name,category,org，可加 cardNo、phone · the first line must have"
              + " identity,name,category,org and may have cardNo and phone");
    }
    return columns;
  }

  /** The header. */
  public List<String> columns() {
    return columns;
  }

  /**
   * The next row in which something stands; null behind the last one.
   *
   * @throws Fault.Malformed if what follows is no CSV, such as a quote that never ends
   */
  public @Nullable Row next() throws IOException {
    Row row = anyRow();
    while (row != null && row.cells.stream().allMatch(String::isBlank)) {
      row = anyRow();
    }
    return row;
  }

  private @Nullable Row anyRow() throws IOException {
    number++;
    try {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        return null;
      }
      List<String> cells = new ArrayList<>(KNOWN.size());
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        cells.add(parser.getText());
      }
      return new Row(number, cells);
    } catch (JsonProcessingException broken) { // its message shows what stands there
      throw new Fault.Malformed(
          "csv",
          "第" + number + "行起不是CSV，请检查引号 · from row " + number + " on it is no CSV, see the quotes");
    }
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
