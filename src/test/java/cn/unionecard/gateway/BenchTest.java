package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bench is started by hand, so nothing else would see that it fits the product no longer. */
class BenchTest {
  private static final Path BENCH = Path.of("loadtest", "bench");

  static List<Path> programs() throws IOException {
    return filesOfBench(".java");
  }

  static List<Path> scripts() throws IOException {
    return filesOfBench(".sh");
  }

  private static List<Path> filesOfBench(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(BENCH)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  @Test
  void thereIsABench() throws IOException {
    assertFalse(programs().isEmpty());
    assertFalse(scripts().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("programs")
  void itsProgramsCompile(Path program, @TempDir Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      // as bench_java does: what a program shares with another lies in a file of its own
      List<String> options =
          List.of(
              "-proc:none",
              "-d",
              classes.toString(),
              "-classpath",
              classPath(),
              "-sourcepath",
              BENCH.toString());
      boolean good =
          compiler
              .getTask(said, files, null, options, null, files.getJavaFileObjects(program))
              .call();
      assertTrue(good, said::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void itsScriptsCanBeRead(Path script) throws Exception {
    Process bash =
        new ProcessBuilder("bash", "-n", script.toString()).redirectErrorStream(true).start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, bash.waitFor(), said);
  }

  /** The process of the tests may hide it behind a jar that the compiler does not read. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
