package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.member.MemberCsv;
import cn.unionecard.gateway.model.Fault;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ExcelReaderException;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.Row;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file, one after the other, never all at once: CSV, or the first sheet of an XLSX.
 */
interface SheetRows extends Closeable {
  /** The header. */
  List<String> columns();

  /**
   * The next row in which something stands; null behind the last one.
   *
   * @throws Fault.Malformed if what follows cannot be read
   */
  MemberCsv.@Nullable Row next() throws IOException;

  /**
   * Opens a file.
   *
   * @param charset of CSV
   * @throws Fault.Malformed if its header is none
   */
  static SheetRows open(Path file, Charset charset) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".xlsx") ? new Xlsx(file) : new Csv(file, charset);
  }

  /** Text. */
  final class Csv implements SheetRows {
    private final MemberCsv csv;

    private Csv(Path file, Charset charset) throws IOException {
      csv =
          new MemberCsv(
              new InputStreamReader(
                  Files.newInputStream(file),
                  charset
                      .newDecoder()
                      .onMalformedInput(CodingErrorAction.REPORT)
                      .onUnmappableCharacter(CodingErrorAction.REPORT)));
    }

    @Override
    public List<String> columns() {
      return csv.columns();
    }

    @Override
    public MemberCsv.@Nullable Row next() throws IOException {
      return csv.next();
    }

    @Override
    public void close() throws IOException {
      csv.close();
    }
  }

  /**
   * A workbook. A resident number has to be text there: as a number it has lost its last digits.
   */
  final class Xlsx implements SheetRows {
    private final ReadableWorkbook book;
    private final Stream<Row> stream;
    private final Iterator<Row> rows;
    private final List<String> columns;

    private Xlsx(Path file) throws IOException {
      try {
        book = new ReadableWorkbook(file.toFile());
        stream = book.getFirstSheet().openStream();
        rows = stream.iterator();
        columns = MemberCsv.header(rows.hasNext() ? cells(rows.next(), 0) : List.of());
      } catch (ExcelReaderException e) {
        throw unreadable();
      }
    }

    private static Fault.Malformed unreadable() {
      return new Fault.Malformed("csv", "文件不是可读的 XLSX · the file is no XLSX that can be read");
    }

    /**
     * What stands in a row.
     *
     * @param least so many cells, also where nothing stands; 0: as many as there are
     */
    private static List<String> cells(Row row, int least) {
      int many = least == 0 ? row.getCellCount() : Math.max(least, filled(row));
      List<String> cells = new ArrayList<>(many);
      for (int i = 0; i < many; i++) {
        cells.add(text(i < row.getCellCount() ? row.getCell(i) : null));
      }
      return cells;
    }

    /** Behind the last cell in which something stands: a spreadsheet keeps empty ones. */
    private static int filled(Row row) {
      int last = row.getCellCount();
      while (last > 0 && text(row.getCell(last - 1)).isBlank()) {
        last--;
      }
      return last;
    }

    private static String text(@Nullable Cell cell) {
      if (cell == null || cell.getType() == CellType.EMPTY) {
        return "";
      }
      String raw = cell.getType() == CellType.NUMBER ? cell.getRawValue() : cell.getText();
      return raw == null ? "" : raw;
    }

    @Override
    public List<String> columns() {
      return columns;
    }

    @Override
    public MemberCsv.@Nullable Row next() {
      try {
        while (rows.hasNext()) {
          Row row = rows.next();
          if (filled(row) > 0) {
            return new MemberCsv.Row(row.getRowNum(), cells(row, columns.size()));
          }
        }
        return null;
      } catch (ExcelReaderException e) {
        throw unreadable();
      }
    }

    @Override
    public void close() throws IOException {
      stream.close();
      book.close();
    }
  }
}
