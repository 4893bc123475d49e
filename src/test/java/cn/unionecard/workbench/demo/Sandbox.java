package cn.unionecard.workbench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.cli.Main;
import cn.unionecard.workbench.CodesCommand;
import cn.unionecard.workbench.Workbench;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * A demo as its user starts it, in a process of its own, and shells beside it. In these {@code java
 * -jar} runs what the tests were compiled to; {@code codes}, which is asked for often, is answered
 * by this process.
 */
final class Sandbox implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 180;
  private static final String SERVES = "Ctrl-C ends it";

  /** The start of a command; a class follows. */
  private static final List<String> JAVA =
      List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-XX:TieredStopAtLevel=1",
          "-cp",
          System.getProperty("java.class.path"));

  private static final Path REPOSITORY = Path.of("").toAbsolutePath();

  private final Path root;
  private final HttpServer phones;
  private @Nullable Process demo;

  private Sandbox(Path root, HttpServer phones) {
    this.root = root;
    this.phones = phones;
  }

  /** How a shell ended, and what it said. */
  record Said(int exit, String out, String err) {}

  static Sandbox start(Path root, String... options) throws Exception {
    HttpServer phones =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Sandbox sandbox = new Sandbox(root, phones);
    sandbox.answer("/codes", sandbox::codes);
    phones.start();
    sandbox.tools();
    sandbox.serve(options);
    return sandbox;
  }

  Path folder() {
    return root.resolve("demo-data");
  }

  Path demoJson() {
    return folder().resolve("demo.json");
  }

  /** Further paths that shells can ask for. */
  void answer(String path, HttpHandler handler) {
    phones.createContext(path, handler);
  }

  /** {@code http://host:port} of what they ask. */
  String address() {
    return "http://127.0.0.1:" + phones.getAddress().getPort();
  }

  // ---- the demo

  /** Starts the demo and waits until it serves. */
  void serve(String... options) throws Exception {
    begin(SERVES, options);
  }

  /** Starts the demo and waits until it says that. */
  void begin(String said, String... options) throws Exception {
    List<String> command = new ArrayList<>(JAVA);
    command.add(Workbench.class.getName());
    command.addAll(
        List.of("demo", "--cards=6000", "--port=0", "--pages-port=0", "--management-port=0"));
    command.addAll(List.of("--pos-port=0", "--pos-tls-port=0"));
    command.addAll(List.of(options));
    Path log = root.resolve("demo.log");
    Process begun =
        new ProcessBuilder(command)
            .directory(root.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    demo = begun;
    String unused = awaitLog(said);
  }

  /** What it has said, as soon as that is among it. */
  String awaitLog(String said) throws Exception {
    Process begun = Objects.requireNonNull(demo);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!log().contains(said)) {
      boolean ended = begun.waitFor(100, TimeUnit.MILLISECONDS);
      assertTrue(!ended && System.nanoTime() < until, log());
    }
    return log();
  }

  /** What it has said so far. */
  String log() throws IOException {
    return Files.readString(root.resolve("demo.log"));
  }

  /** As if its computer had lost power; what it had started lives on. */
  void kill() throws InterruptedException {
    assertEquals(137, demo().destroyForcibly().waitFor());
  }

  /** Ctrl-C: its exit status. */
  int end() throws InterruptedException {
    demo().destroy();
    assertTrue(demo().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it does not end");
    return demo().exitValue();
  }

  private Process demo() {
    return Objects.requireNonNull(demo, "no demo was started");
  }

  @Override
  public void close() {
    phones.stop(0);
    if (demo != null) {
      demo.destroyForcibly();
    }
  }

  // ---- shells

  /**
   * Runs a script of bash in a folder that looks like the repository's root with the demo in it.
   *
   * @param name of its folder
   */
  Said bash(String name, String script) throws Exception {
    Path home = Files.createDirectories(root.resolve("shell").resolve(name));
    link(home.resolve("demo-data"), folder());
    link(home.resolve("src"), REPOSITORY.resolve("src"));
    Path file = Files.writeString(home.resolve("script.sh"), script);
    Path out = home.resolve("said");
    Path err = home.resolve("complained");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-e", file.toString())
            .directory(home.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder
        .environment()
        .merge("PATH", root.resolve("bin").toString(), (old, bin) -> bin + ":" + old);
    builder.environment().put("CURL_HOME", root.resolve("bin").toString());
    Process shell = builder.start();
    shell.getOutputStream().close();
    try {
      assertTrue(shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), name + " does not end");
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
      Files.delete(home.resolve("src")); // what clears the folder away is not to follow them
      Files.delete(home.resolve("demo-data"));
    }
    return new Said(shell.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static void link(Path link, Path target) throws IOException {
    if (!Files.exists(link)) {
      Files.createSymbolicLink(link, target);
    }
  }

  /** A java that knows the two jars, and a curl that says what status it was answered with. */
  private void tools() throws IOException {
    Path bin = Files.createDirectories(root.resolve("bin"));
    Path java =
        Files.writeString(
            bin.resolve("java"),
            """
            #!/bin/sh
            [ "$1" = -jar ] || exit 99
            case $2 in
              target/ecard-workbench.jar) main=%s ;;
              target/ecard-gateway.jar) main=%s ;;
              *) exit 98 ;;
            esac
            shift 2
            if [ "$1" = codes ]; then
              shift
              exec curl -sS --fail-with-body -w '' '%s/codes' -d "$*"
            fi
            exec %s "$main" "$@"
            """
                .formatted(
                    Workbench.class.getName(),
                    Main.class.getName(),
                    address(),
                    String.join(" ", JAVA)));
    assertTrue(java.toFile().setExecutable(true));
    Files.writeString(bin.resolve(".curlrc"), "write-out = \"%{stderr}HTTP %{http_code}\\n\"\n");
  }

  /** The command {@code codes}, within this process. */
  private void codes(HttpExchange exchange) throws IOException {
    String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    List<String> arguments = new ArrayList<>(List.of(asked.split(" ")));
    arguments.removeIf(String::isEmpty);
    int at = arguments.indexOf("--data-folder");
    if (at >= 0) {
      assertEquals("demo-data", arguments.get(at + 1));
      arguments.subList(at, at + 2).clear();
    }
    arguments.addAll(List.of("--data-folder", folder().toString()));
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int exit =
        new CommandLine(new CodesCommand(Clock.systemUTC()))
            .setOut(out)
            .setErr(out)
            .execute(arguments.toArray(String[]::new));
    reply(exchange, exit == 0 ? 200 : 400, said.toString());
  }

  static void reply(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
