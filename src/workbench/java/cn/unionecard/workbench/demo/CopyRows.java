package cn.unionecard.workbench.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/**
 * One running {@code COPY … FROM STDIN} in text form: give the columns of a row one after another,
 * then {@link #end} it. Rows stream to the server; only one is held here.
 */
final class CopyRows implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final String MIDNIGHT = "T00:00:00+08:00";

  private final PGCopyOutputStream out;
  private final StringBuilder row = new StringBuilder(512);

  /**
   * @param copy the COPY statement, columns listed
   */
  CopyRows(Connection connection, String copy) throws SQLException {
    this.out = new PGCopyOutputStream(connection.unwrap(PGConnection.class), copy, BUFFER_BYTES);
  }

  CopyRows add(long value) {
    return field(Long.toString(value));
  }

  CopyRows add(Enum<?> value) {
    return field(value.name());
  }

  CopyRows add(List<Integer> values) {
    return field(values.toString().replace('[', '{').replace(']', '}'));
  }

  /** Midnight in Asia/Shanghai, when the day begins. */
  CopyRows add(LocalDate day) {
    return field(day + MIDNIGHT);
  }

  CopyRows add(byte[] bytes) {
    return field("\\\\x" + HexFormat.of().formatHex(bytes));
  }

  CopyRows addNull() {
    return field("\\N");
  }

  CopyRows add(String text) {
    separate();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> row.append("\\\\");
        case '\t' -> row.append("\\t");
        case '\n' -> row.append("\\n");
        case '\r' -> row.append("\\r");
        default -> row.append(c);
      }
    }
    return this;
  }

  /** Sends the row away. */
  void end() {
    byte[] bytes = row.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    row.setLength(0);
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the COPY; what is wrong with a row shows here at the latest. */
  @Override
  public void close() throws SQLException {
    if (!out.isActive()) {
      return;
    }
    long rows = out.endCopy();
    if (rows < 0) {
      throw new SQLException("COPY did not end");
    }
  }

  private CopyRows field(String text) {
    separate();
    row.append(text);
    return this;
  }

  private void separate() {
    if (!row.isEmpty()) {
      row.append('\t');
    }
  }
}
