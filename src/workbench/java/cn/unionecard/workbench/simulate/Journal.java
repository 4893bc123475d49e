package cn.unionecard.workbench.simulate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of every record the gateway has acknowledged: one line each, written before the customer
 * leaves, so that after any crash it can be proved that nothing acknowledged was lost or doubled.
 *
 * <p>A line is {@code terminal TAB requestId TAB type TAB id TAB sha256 of the answer TAB sha256 of
 * the receipt's body}.
 */
public final class Journal implements AutoCloseable {
  private static final int FIELDS = 6;

  private final Writer writer;

  private Journal(Writer writer) {
    this.writer = writer;
  }

  /**
   * One acknowledged record.
   *
   * @param type name of the transaction type
   * @param id the transaction, twelve characters
   * @param answerSha256 of the whole receipt as it was answered, hex; empty if it was not answered
   *     whole
   * @param bodySha256 of the receipt's body, as the ledger stores it, hex; or as much of it as was
   *     answered
   */
  public record Entry(
      String terminal,
      String requestId,
      String type,
      String id,
      String answerSha256,
      String bodySha256) {

    /** What there must be exactly one record of. */
    String key() {
      return terminal + "/" + requestId + "/" + type;
    }
  }

  /** Opens a journal; what the file holds already stays. */
  public static Journal append(Path file) throws IOException {
    return new Journal(
        Files.newBufferedWriter(
            file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  /** Reads every line back. */
  public static List<Entry> read(Path file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      String[] field = line.split("\t", -1);
      if (field.length != FIELDS) {
        throw new IOException(file + " has a line that is no journal entry: " + line);
      }
      entries.add(new Entry(field[0], field[1], field[2], field[3], field[4], field[5]));
    }
    return entries;
  }

  void write(Entry entry) {
    try {
      writer.write(
          String.join(
              "\t",
              entry.terminal,
              entry.requestId,
              entry.type,
              entry.id,
              entry.answerSha256,
              entry.bodySha256));
      writer.write('\n');
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
