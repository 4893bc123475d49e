package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README names all commands, rooms and documents that there are. */
class ReadmeTest {
  private static final Path ROOMS = Path.of("src/main/java/cn/unionecard/gateway");
  private static final Path DOCUMENTS = Path.of("src/docs");

  /** Read by whoever reads another one, which leads there. */
  private static final Set<String> BEHIND_ANOTHER = Set.of("pos-samples.md");

  @Test
  void everyCommandHasALine() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("README.md"));
    Set<String> commands =
        new TreeSet<>(
            Main.commandLine(new Main(), Clock.systemUTC(), new SecureRandom())
                .getSubcommands()
                .keySet());
    commands.remove("help");
    commands.removeIf(
        command -> lines.stream().anyMatch(line -> line.matches("\\| [^|]*`" + command + "\\b.*")));
    assertEquals(Set.of(), commands);
  }

  @Test
  void everyRoomHasItsPlace() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    Set<String> rooms = names(ROOMS);
    rooms.removeIf(
        room -> readme.contains("`…/" + room + "`") || readme.contains("`…/" + room + "/"));
    rooms.removeIf(room -> !Files.isDirectory(ROOMS.resolve(room)));
    assertEquals(Set.of(), rooms);
  }

  @Test
  void everyDocumentIsLinked() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    Set<String> documents = names(DOCUMENTS);
    documents.removeIf(document -> readme.contains("](src/docs/" + document + ")"));
    documents.removeIf(document -> !document.endsWith(".md"));
    assertEquals(BEHIND_ANOTHER, documents);
  }

  private static Set<String> names(Path folder) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }
}
