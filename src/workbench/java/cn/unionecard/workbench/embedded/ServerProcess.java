package cn.unionecard.workbench.embedded;

import cn.unionecard.gateway.runtime.CannotStart;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running server process: its output goes to a log file, and the line that says so makes it
 * ready. It lives in a session of its own, so that Ctrl-C reaches the gateway alone, which drains
 * first and stops its servers last.
 */
final class ServerProcess {
  private static final Logger log = LoggerFactory.getLogger(ServerProcess.class);
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
  private static final int LAST_LINES = 12;

  private final Process process;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final Thread pump;

  private ServerProcess(Process process, Path logFile, String readyLine) {
    this.process = process;
    this.pump = new Thread(() -> pump(logFile, readyLine), "log of " + logFile.getFileName());
    pump.setDaemon(true);
    pump.start();
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @param input what the server reads from its standard input
   * @throws CannotStart when it ends instead, with the last lines it said
   */
  static ServerProcess start(
      List<String> command, String input, Path folder, Path logFile, String readyLine)
      throws IOException, InterruptedException {
    ServerProcess server =
        new ServerProcess(launch(inOwnSession(command), input, folder), logFile, readyLine);
    server.awaitReady(command.get(0));
    return server;
  }

  /** Runs a command to its end; fails with what it said when it fails. */
  static void run(List<String> command, Path folder) throws IOException, InterruptedException {
    Process process = launch(command, "", folder);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new CannotStart(String.join(" ", command) + " failed: " + said.strip());
    }
  }

  /** Whether a command can be run at all and ends well. */
  static boolean works(String... command) throws InterruptedException {
    try {
      run(List.of(command), Path.of("/"));
      return true;
    } catch (IOException | CannotStart no) {
      return false;
    }
  }

  static void signal(long pid, String name) throws IOException, InterruptedException {
    Process kill = launch(List.of("sh", "-c", "kill -" + name + " " + pid), "", Path.of("/"));
    // The process may have ended by itself just now: no error.
    log.debug("signal {} to {}: {}", name, pid, kill.waitFor());
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Asks the server to end and waits; kills it when it does not. */
  void stop(String signal) throws IOException, InterruptedException {
    if (process.isAlive()) {
      signal(pid(), signal);
      if (!process.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        log.warn("process {} did not end by {}: killed", pid(), signal);
        process.destroyForcibly().waitFor();
      }
    }
    pump.join(STOP_PATIENCE.toMillis());
  }

  private static Process launch(List<String> command, String input, Path folder)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
    environment.put("LC_ALL", "C");
    Process process = builder.start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException endedBeforeReading) {
      log.debug("{} did not read its input", command.get(0), endedBeforeReading);
    }
    return process;
  }

  private static List<String> inOwnSession(List<String> command) {
    if (!Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      return command;
    }
    List<String> all = new ArrayList<>(List.of("/usr/bin/setsid"));
    all.addAll(command);
    return all;
  }

  private void awaitReady(String name) throws IOException, InterruptedException {
    try {
      ready.get(START_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException ended) {
      throw new CannotStart(name + " ended at start: " + lastWords());
    } catch (TimeoutException silent) {
      stop("KILL");
      throw new CannotStart(name + " was not ready after " + START_PATIENCE + ": " + lastWords());
    }
  }

  private String lastWords() {
    synchronized (lastLines) {
      return String.join("\n", lastLines);
    }
  }

  private void pump(Path logFile, String readyLine) {
    try (BufferedReader output =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Writer file = Files.newBufferedWriter(logFile)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        remember(line);
        write(file, line);
        if (line.contains(readyLine)) {
          ready.complete(null);
        }
      }
    } catch (IOException e) {
      log.warn("log {} ends early", logFile, e);
    }
    ready.completeExceptionally(new IllegalStateException("ended"));
  }

  private void remember(String line) {
    synchronized (lastLines) {
      lastLines.addLast(line);
      if (lastLines.size() > LAST_LINES) {
        lastLines.removeFirst();
      }
    }
  }

  /** A full disk must not stop the reading: the server would wait for its reader. */
  private static void write(Writer file, String line) {
    try {
      file.write(line);
      file.write('\n');
      file.flush();
    } catch (IOException e) {
      log.debug("server log line lost", e);
    }
  }
}
