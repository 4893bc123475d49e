package cn.unionecard.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The documents of the repository. */
final class Documents {
  private Documents() {}

  static List<Path> all() throws IOException {
    List<Path> all =
        new ArrayList<>(
            List.of(
                Path.of("README.md"),
                Path.of("CHANGELOG.md"),
                Path.of("certs/README.md"),
                Path.of("loadtest/README.md")));
    try (Stream<Path> files = Files.walk(Path.of("src/docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(all::add);
    }
    return all;
  }

  /** The lines of one without its blocks of code. */
  static List<String> prose(Path document) throws IOException {
    List<String> prose = new ArrayList<>();
    boolean code = false;
    for (String line : Files.readAllLines(document)) {
      boolean fence = line.startsWith("```");
      if (!code && !fence) {
        prose.add(line);
      }
      code ^= fence;
    }
    return prose;
  }
}
