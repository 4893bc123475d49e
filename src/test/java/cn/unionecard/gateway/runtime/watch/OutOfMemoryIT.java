package cn.unionecard.gateway.runtime.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process out of memory ends, whichever collector it has and whoever swallows the error. */
class OutOfMemoryIT {
  @ParameterizedTest
  @CsvSource({
    "logs, -XX:+UseG1GC",
    "logs, -XX:+UseSerialGC",
    "swallows, -XX:+UseG1GC",
    "swallows, -XX:+UseSerialGC"
  })
  void itEnds(String how, String collector, @TempDir Path folder) throws Exception {
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx48m",
                    collector,
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    LeakyProcess.class.getName(),
                    how))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      process.getOutputStream().close();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it goes on without memory");
      assertEquals(OutOfMemory.STATUS, process.exitValue(), Files.readString(said));
    } finally {
      process.destroyForcibly();
    }
  }
}
