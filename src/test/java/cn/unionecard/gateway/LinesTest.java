package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Documents can be read without turning the head: 160 columns, but for tables and code. */
class LinesTest {
  private static final int OF_DOCUMENTS = 160;

  @Test
  void documentsAreNarrow() throws IOException {
    List<String> wide = new ArrayList<>();
    List<Path> documents = files(Path.of("src/docs"), ".md");
    documents.addAll(List.of(Path.of("README.md"), Path.of("CHANGELOG.md")));
    for (Path document : documents) {
      boolean code = false;
      for (String line : Files.readAllLines(document)) {
        code ^= line.startsWith("```");
        boolean table = line.startsWith("|");
        if (!code && !table && columns(line) > OF_DOCUMENTS) {
          wide.add(document + ": " + line);
        }
      }
    }
    assertTrue(documents.size() > 5, documents::toString);
    assertEquals(List.of(), wide);
  }

  private static int columns(String line) {
    return line.codePointCount(0, line.length());
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return new ArrayList<>(files.filter(file -> file.toString().endsWith(suffix)).toList());
    }
  }
}
