package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page of the integrator's guide that says what the code says; {@code -Dsamples.write=true}
 * writes it anew.
 *
 * @param file below the checkout
 * @param test who knows what it must say
 */
record GuidePage(Path file, Class<?> test) {
  GuidePage(String name, Class<?> test) {
    this(Path.of("src/docs", name), test);
  }

  /** The page is that text. */
  void is(String text) throws IOException {
    if (Boolean.getBoolean("samples.write")) {
      Files.writeString(file, text);
    }
    assertEquals(Files.readString(file), text, this::advice);
  }

  /** Behind the head, up to the next empty line, it has those rows. */
  void has(String head, String rows) throws IOException {
    String page = text();
    int from = page.indexOf(head);
    assertTrue(from >= 0, () -> file + " has no table " + head);
    int begin = from + head.length();
    int end = page.indexOf("\n\n", begin - 1) + 1;
    if (Boolean.getBoolean("samples.write")) {
      Files.writeString(file, page.substring(0, begin) + rows + page.substring(end));
      return;
    }
    assertEquals(page.substring(begin, end), rows, this::advice);
  }

  String text() throws IOException {
    return Files.readString(file);
  }

  private String advice() {
    return "write %s anew: mvn test -Dtest=%s -Dsamples.write=true"
        .formatted(file, test.getSimpleName());
  }
}
