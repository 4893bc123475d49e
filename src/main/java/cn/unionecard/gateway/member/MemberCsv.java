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
import org.jspecify.annotations.Nullable;

/**
 * A sheet of members as CSV (RFC 4180), read row by row: the header {@code
 * identity,name,category,org} and perhaps {@code ,cardNo}, and below it what is to be entered. A
 * byte order mark is stepped over, and so are rows in which nothing stands.
 */
public final class MemberCsv implements Closeable {
  /** Its header; the last column may be left out. */
  public static final List<String> COLUMNS =
      List.of("identity", "name", "category", "org", "cardNo");

  private static final int COLUMNS_MIN = COLUMNS.size() - 1;
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final CsvFactory CSV = new CsvFactory();

  private final CsvParser parser;
  private final int columns;
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
    List<String> header = first == null ? List.of() : first.cells;
    columns = header.size();
    if (columns < COLUMNS_MIN
        || columns > COLUMNS.size()
        || !header.equals(COLUMNS.subList(0, columns))) {
      throw new Fault.Malformed(
          "csv",
          "首行应为 identity,name,category,org[,cardNo] · the first line is not"
              + " identity,name,category,org or the same with ,cardNo");
    }
  }

  /** How many columns the header has: four, or five with {@code cardNo}. */
  public int columns() {
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
      List<String> cells = new ArrayList<>(COLUMNS.size());
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
