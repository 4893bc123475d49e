package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A client under {@code clients}, built by its own tools and run as a process of its own. Where it
 * was not built its test is left out, unless {@code -Dclients=required}.
 */
public final class Client {
  private static final long PATIENCE_SECONDS = 120;

  private final Path folder;
  private final Path built;
  private final List<String> command;

  private Client(String name, String built, List<String> command) {
    this.folder = Path.of("src", "clients", name);
    this.built = folder.resolve(built);
    this.command = command;
  }

  /** One that {@code mvn package} builds. */
  public static Client ofMaven(String name) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = "target/classes:target/lib/*";
    return new Client(
        name,
        "target/classes/Till.class",
        List.of(java, "-XX:TieredStopAtLevel=1", "-cp", classPath, "Till"));
  }

  /** One that {@code npm ci && npm run build} builds. */
  public static Client ofNode(String name) {
    return new Client(name, "target/till.js", List.of("node", "target/till.js"));
  }

  /** Whether its test can be run, or must be. */
  public boolean isToBeRun() {
    return Files.exists(built) || "required".equals(System.getProperty("clients"));
  }

  /**
   * Runs it in its folder, to its end.
   *
   * @param log what it prints goes there
   * @return what it printed
   */
  public String run(Path log, String... arguments) throws IOException, InterruptedException {
    assertTrue(
        Files.exists(built), () -> built + " is missing: build " + folder + ", as .ci/run does");
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(whole)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertTrue(
          process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> folder + " does not end");
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(log, StandardCharsets.UTF_8);
    assertEquals(0, process.exitValue(), said);
    return said;
  }
}
