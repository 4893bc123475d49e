package cn.unionecard.gateway.desk;

import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Lines as CSV (RFC 4180) for a spreadsheet: UTF-8 with a byte order mark, for else Excel shows no
 * Chinese. A text that a spreadsheet would take for a formula has an apostrophe before it.
 */
public final class Csv {
  public static final String MEDIA_TYPE = "text/csv; charset=utf-8; header=present";

  /** Where a spreadsheet sees a formula begin; in East Asia in full width, too. */
  private static final String FORMULA = "=+-@\t\r\n＝＋－＠";

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final CsvFactory FACTORY =
      CsvFactory.builder().enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING).build();
  private static final CsvSchema SCHEMA = CsvSchema.emptySchema().withLineSeparator("\r\n");

  private Csv() {}

  /** The first line is the head. */
  public static byte[] of(List<List<String>> lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(16_384);
    try (Writer text = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
      text.write(BYTE_ORDER_MARK);
      try (CsvGenerator csv = FACTORY.createGenerator(text)) {
        csv.setSchema(SCHEMA);
        for (List<String> line : lines) {
          csv.writeStartArray();
          for (String cell : line) {
            csv.writeString(guarded(cell));
          }
          csv.writeEndArray();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A text that no spreadsheet takes for a formula. */
  public static String guarded(String text) {
    return !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
  }
}
