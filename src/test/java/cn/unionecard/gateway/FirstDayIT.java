package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.cli.Main;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.workbench.embedded.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@code src/docs/first-day.md} as it is copied by its readers: one shell, the product's
 * commands on empty stores, the tools that it names. What a block prints is what stands behind it.
 */
class FirstDayIT {
  private static final Path DOCUMENT = Path.of("src/docs/first-day.md");
  private static final String MARK = "== end of block ";
  private static final int PATIENCE_SECONDS = 240;

  /** A block of the document, and what it is to print. */
  private record Block(int line, String shell, String prints) {}

  @Test
  void itGoesAsItIsWritten(@TempDir Path folder) throws Exception {
    List<Block> blocks = blocks();
    assertTrue(blocks.size() > 7, "blocks: " + blocks.size());
    Path script = folder.resolve("day.sh");
    Files.writeString(script, script(blocks, folder));
    Path said = folder.resolve("said");
    Process shell =
        new ProcessBuilder("bash", script.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertTrue(
          shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "it does not end: " + of(said));
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
    String output = of(said);
    assertEquals(0, shell.exitValue(), () -> output + "\n" + of(folder.resolve("gateway.log")));
    String rest = output;
    for (int i = 0; i < blocks.size(); i++) {
      String mark = MARK + i + "\n";
      int end = rest.indexOf(mark);
      Block block = blocks.get(i);
      assertEquals(block.prints, rest.substring(0, end), "the block of line " + block.line);
      rest = rest.substring(end + mark.length());
    }
  }

  /** All blocks but the settings, each with what stands behind it. */
  private static List<Block> blocks() throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (Fences.Fence fence : Fences.of(DOCUMENT)) {
      if (fence.info().equals("sh")) {
        blocks.add(new Block(fence.line(), fence.text(), ""));
      } else if (fence.info().equals("text")) {
        Block of = blocks.remove(blocks.size() - 1);
        blocks.add(new Block(of.line, of.shell, fence.text()));
      }
    }
    return blocks;
  }

  private static String script(List<Block> blocks, Path folder) throws IOException {
    StringBuilder script = new StringBuilder(settings(folder));
    for (int i = 0; i < blocks.size(); i++) {
      script.append(blocks.get(i).shell).append("echo '").append(MARK).append(i).append("'\n");
    }
    return script.toString();
  }

  /** What is the reader's to say. */
  private static String settings(Path folder) throws IOException {
    int https = FreePort.orAny(0);
    int iso = FreePort.orAny(0);
    int management = FreePort.orAny(0);
    Path gateway = folder.resolve("gateway");
    Files.writeString(
        gateway,
        """
        #!/bin/sh
        exec %s -XX:TieredStopAtLevel=1 -cp '%s' %s "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                Main.class.getName()));
    assertTrue(gateway.toFile().setExecutable(true));
    PostgresUrl owner = PostgresUrl.parse(TestStores.get().emptyDatabase());
    return """
        set -euo pipefail
        export ECARD_HTTP_PORT=%d ECARD_ISO8583_TLS_PORT=%d ECARD_MANAGEMENT_PORT=%d
        export ECARD_PAGES_PORT=-1 ECARD_HTTP_HOST=127.0.0.1 ECARD_ISO8583_HOST=127.0.0.1
        export ECARD_STORES_REDIS=%s
        host=localhost
        base=https://localhost:%d
        pos=localhost:%d
        ready=http://127.0.0.1:%d/health/ready
        owner=%s
        login=first_day
        trap 'kill -KILL $(jobs -p) 2> /dev/null || true' EXIT
        """
        .formatted(
            https,
            iso,
            management,
            TestStores.get().redisUrl(),
            https,
            iso,
            management,
            owner.url());
  }

  private static String of(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
