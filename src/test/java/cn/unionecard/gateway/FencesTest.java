package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whoever writes a block into a document says what it is: {@code sh}, which a test runs as it
 * stands; {@code sh not-run} with the reason; {@code text}, which nobody would copy. A block
 * without a word might be a command that nobody runs.
 */
class FencesTest {
  private static final Pattern KNOWN = Pattern.compile("sh|sh settings|sh not-run \\S.{7,}|text");

  /** Few, or the documents are not what is tested. */
  private static final int NOT_RUN_MAX = 13;

  @Test
  void everyBlockSaysWhatItIs() throws IOException {
    List<String> unknown = new ArrayList<>();
    int run = 0;
    int notRun = 0;
    for (Path document : documents()) {
      for (Fences.Fence fence : Fences.of(document)) {
        if (!KNOWN.matcher(fence.info()).matches()) {
          unknown.add(document + ":" + fence.line() + " ```" + fence.info());
        }
        run += fence.info().equals("sh") ? 1 : 0;
        notRun += fence.info().startsWith("sh not-run") ? 1 : 0;
      }
    }
    assertEquals(List.of(), unknown);
    assertTrue(run > 20, "run: " + run);
    assertTrue(notRun <= NOT_RUN_MAX, "not run: " + notRun);
  }

  private static List<Path> documents() throws IOException {
    List<Path> all = new ArrayList<>(List.of(Path.of("README.md"), Path.of("certs/README.md")));
    try (Stream<Path> pages = Files.list(Path.of("src/docs"))) {
      pages.filter(page -> page.toString().endsWith(".md")).forEach(all::add);
    }
    return all;
  }
}
