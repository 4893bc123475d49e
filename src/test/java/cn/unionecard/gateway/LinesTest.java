package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Documents can be read without turning the head: 160 columns, but for tables and code. */
class LinesTest {
  private static final int OF_DOCUMENTS = 160;

  @Test
  void documentsAreNarrow() throws IOException {
    List<String> wide = new ArrayList<>();
    List<Path> documents = Documents.all();
    for (Path document : documents) {
      for (String line : Documents.prose(document)) {
        boolean table = line.startsWith("|");
        if (!table && columns(line) > OF_DOCUMENTS) {
          wide.add(document + ": " + line);
        }
      }
    }
    assertTrue(documents.size() > 20, documents::toString);
    assertEquals(List.of(), wide);
  }

  private static int columns(String line) {
    return line.codePointCount(0, line.length());
  }
}
