package cn.unionecard.gateway.report;

import cn.unionecard.gateway.desk.Csv;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.report.Figures.Figure;
import cn.unionecard.gateway.report.Figures.Unit;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines as CSV (RFC 4180) for a spreadsheet: in UTF-8 with a byte order mark, for else Excel
 * shows no Chinese; amounts in yuan, long times in hours, short ones in seconds; the total last. A
 * text that a spreadsheet would take for a formula has an apostrophe before it.
 */
final class Sheet {
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final CsvFactory CSV =
      CsvFactory.builder().enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING).build();
  private static final CsvSchema SCHEMA = CsvSchema.emptySchema().withLineSeparator("\r\n");
  private static final BigDecimal HOUR_MS = BigDecimal.valueOf(3_600_000);

  private Sheet() {}

  static byte[] of(ReportRows lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(16_384);
    try (Writer text = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
      text.write(BYTE_ORDER_MARK);
      try (CsvGenerator csv = CSV.createGenerator(text)) {
        csv.setSchema(SCHEMA);
        head(csv);
        lines.each((union, line) -> row(csv, union.code(), union.name(), line));
        row(csv, "合计 total", "", lines.total());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void head(CsvGenerator csv) throws IOException {
    csv.writeStartArray();
    csv.writeString("工会编码 union");
    csv.writeString("工会名称 name");
    for (Figure figure : Figures.ALL) {
      csv.writeString(figure.title() + unit(figure.unit()));
    }
    csv.writeEndArray();
  }

  private static String unit(Unit unit) {
    return switch (unit) {
      case COUNT -> "";
      case FEN -> "（元 yuan）";
      case PERMILLE -> "（%）";
      case STARS -> "（星 stars）";
      case LONG_MS -> "（小时 h）";
      case SHORT_MS -> "（秒 s）";
    };
  }

  private static void row(CsvGenerator csv, String code, String name, ReportRow line) {
    try {
      csv.writeStartArray();
      csv.writeString(Csv.guarded(code));
      csv.writeString(Csv.guarded(name));
      for (Figure figure : Figures.ALL) {
        Long value = line.get(figure.name());
        csv.writeString(value == null ? "" : cell(figure.unit(), value));
      }
      csv.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String cell(Unit unit, long value) {
    return switch (unit) {
      case COUNT -> Long.toString(value);
      case FEN -> Fen.of(value).yuan();
      case PERMILLE -> BigDecimal.valueOf(value, 1).toPlainString();
      case STARS -> BigDecimal.valueOf(value, 2).toPlainString();
      case LONG_MS ->
          BigDecimal.valueOf(value).divide(HOUR_MS, 2, RoundingMode.HALF_UP).toPlainString();
      case SHORT_MS -> BigDecimal.valueOf(value, 3).toPlainString();
    };
  }

  /** The name of the file. */
  static String fileName(String org, Period period, @Nullable String after) {
    String page = after == null || after.isEmpty() ? "" : "-after-" + after;
    return "report-" + org + "-" + period.from() + "-" + period.to() + page + ".csv";
  }
}
