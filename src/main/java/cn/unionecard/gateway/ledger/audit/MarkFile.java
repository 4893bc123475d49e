package cn.unionecard.gateway.ledger.audit;

import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.Sha256;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A mark in a file outside the database: one line of JSON and one with its hash. It is replaced
 * whole or not at all, and its owner alone reads it: it holds what the sums are made with.
 */
final class MarkFile {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);
  private static final String HASH = "sha256 ";

  private MarkFile() {}

  static Mark read(Path file) throws MarkException {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new MarkException(
          "it cannot be read; audit --mark FILE reads everything and writes one");
    }
    int end = text.indexOf('\n');
    if (end < 0
        || !text.substring(end + 1).strip().equals(HASH + Sha256.hex(text.substring(0, end)))) {
      throw new MarkException("the file is broken: its hash is another one");
    }
    String line = text.substring(0, end);
    try {
      if (JSON.readTree(line).path("format").asInt() != Mark.FORMAT) {
        throw new MarkException("another release wrote it, in a format of its own");
      }
      return JSON.readValue(line, Mark.class);
    } catch (JsonProcessingException e) {
      throw new MarkException("the file is broken: " + e.getOriginalMessage());
    }
  }

  /** Looks before all is read whether a mark can be written there. */
  static void assertWritable(Path file) throws IOException {
    Path folder = file.toAbsolutePath().resolveSibling("");
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new IOException(folder + " is no folder that can be written to");
    }
    if (Files.isDirectory(file)) {
      throw new IOException(file + " is a folder");
    }
  }

  static void write(Path file, Mark mark) throws IOException {
    String line = JSON.writeValueAsString(mark);
    Secrets.write(file, line + "\n" + HASH + Sha256.hex(line) + "\n");
  }
}
