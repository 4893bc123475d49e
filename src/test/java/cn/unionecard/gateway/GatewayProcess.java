package cn.unionecard.gateway;

import cn.unionecard.gateway.cli.Main;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A gateway in a process of its own, as an operator would run it. */
public final class GatewayProcess {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration POLL_TIMEOUT = Duration.ofSeconds(2);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final URI ready;

  private GatewayProcess(Process process, URI ready) {
    this.process = process;
    this.ready = ready;
  }

  /**
   * Starts {@code run}.
   *
   * @param environment the configuration, {@code ECARD_…}
   * @param managementPort where its health is asked for
   * @param log appended to
   */
  public static GatewayProcess start(Map<String, String> environment, int managementPort, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run"));
    builder.environment().put("ECARD_PAGES_PORT", "-1"); // several are on one machine
    builder.environment().putAll(environment);
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new GatewayProcess(
        builder.start(), URI.create("http://127.0.0.1:" + managementPort + "/health/ready"));
  }

  /** Completes when the gateway says that it is ready; fails if it ends before. */
  public CompletableFuture<Void> ready() {
    HttpRequest ask = HttpRequest.newBuilder(ready).timeout(POLL_TIMEOUT).build();
    return HTTP.sendAsync(ask, BodyHandlers.discarding())
        .thenApply(HttpResponse::statusCode)
        .exceptionally(notListening -> 0)
        .thenCompose(status -> status == 200 ? done() : later());
  }

  private CompletableFuture<Void> later() {
    if (!process.isAlive()) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("the gateway ended with " + process.exitValue()));
    }
    Executor pause = CompletableFuture.delayedExecutor(POLL.toMillis(), TimeUnit.MILLISECONDS);
    return CompletableFuture.supplyAsync(this::ready, pause).thenCompose(asked -> asked);
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  /** Lets it collect its garbage, so that what it uses is what it keeps. */
  public void collect() throws IOException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process collection =
        new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.run")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (collection.onExit().join().exitValue() != 0) {
      throw new IllegalStateException("no collection of garbage");
    }
  }

  /** Waits until it ends by itself; gives the exit code. */
  public int awaitExit() {
    return process.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue();
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** SIGTERM; gives the exit code. */
  public int stop() {
    process.destroy();
    return process.onExit().join().exitValue();
  }
}
