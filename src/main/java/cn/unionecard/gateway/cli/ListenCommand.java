package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.runtime.CannotStart;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** {@code feed listen}: prints events as they come, and goes on behind the last after a cut. */
@Command(
    name = "listen",
    mixinStandardHelpOptions = true,
    description = {
      "连接事件流，逐条打印，每行一个 CloudEvent JSON；断线后自动续传，Ctrl-C 结束。",
      "Prints events as they come, one CloudEvent in JSON a line; resumes after a cut with"
          + " Last-Event-ID. Ctrl-C ends it. What is printed can be given to 'feed verify'.",
      "令牌在每次连接时重新读取。",
      "The token is read anew at each connection, so whatever renews it may write the file."
    },
    exitCodeListHeading = "%n退出码 Exit codes:%n",
    exitCodeList = {
      "0:由 Ctrl-C 或 SIGTERM 结束 ended by Ctrl-C, SIGTERM or a reader that went away",
      "1:被拒绝，或首次连接失败 refused, or not reached at all",
      "2:用法错误 wrong usage"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ecard-gateway feed listen --base https://gateway:8443 --token-file token",
      "  ecard-gateway feed listen --base https://localhost:8443 --ca certs/ca.pem \\",
      "    --token-file token --from start --pretty \\",
      "    --types cn.unionecard.transaction.sale.v1,cn.unionecard.batch.closed.v1"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ListenCommand implements Callable<Integer> {
  private static final int REFUSED = 1;
  private static final int OK = 200;
  private static final int SERVER_ERROR = 500;
  private static final int TOO_MANY = 429;
  private static final int LINES_MAX = 1_024;
  private static final int CONNECT_S = 10;

  /** A stream says something every quarter of a minute, if only that it is there. */
  private static final long SILENCE_S = 60;

  private static final long RETRY_MS = 3_000;
  private static final long RETRY_MS_MAX = 60_000;

  /** Behind the last line of a stream; no line has a line feed in it. */
  private static final String END = "\n";

  @Spec private CommandSpec spec;

  @Option(
      names = "--base",
      required = true,
      paramLabel = "URL",
      description = "网关地址 The gateway, as https://host:port.")
  private URI base;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "信任的根证书（PEM），缺省为 Java 自带 The authority to trust; else those of Java.")
  private @Nullable Path ca;

  @Option(
      names = "--token-file",
      required = true,
      paramLabel = "FILE",
      description = "访问令牌所在文件 A file with the access token of staff.")
  private Path tokenFile;

  @Option(
      names = "--from",
      paramLabel = "start|ID",
      description =
          "起点：start 从头，或某个 sequence 之后；缺省从现在起 From the beginning or behind an id; else now.")
  private @Nullable String from;

  @Option(
      names = "--types",
      split = ",",
      paramLabel = "TYPE",
      description = "只要这些类型 Only events of these types.")
  private List<String> types = new ArrayList<>();

  @Option(names = "--pretty", description = "缩进显示 Indented, over several lines.")
  private boolean pretty;

  private final CountDownLatch asked = new CountDownLatch(1);
  private String last = "";
  private long retryMs = RETRY_MS;

  /** A refusal that no repeat will change. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  @Override
  public Integer call() {
    Thread reader = Thread.currentThread();
    SignalHandler end =
        signal -> {
          asked.countDown();
          reader.interrupt();
        };
    SignalHandler beforeInt = Signal.handle(new Signal("INT"), end);
    SignalHandler beforeTerm = Signal.handle(new Signal("TERM"), end);
    try {
      listen(client(ca));
      return 0;
    } catch (InterruptedException e) {
      return 0;
    } catch (Refused e) {
      tell(String.valueOf(e.getMessage()));
      return REFUSED;
    } finally {
      Signal.handle(new Signal("INT"), beforeInt);
      Signal.handle(new Signal("TERM"), beforeTerm);
    }
  }

  private static HttpClient client(@Nullable Path ca) {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(CONNECT_S));
    return ca == null ? client.build() : client.sslContext(Authority.trusting(ca)).build();
  }

  private void listen(HttpClient client) throws InterruptedException, Refused {
    boolean reached = false;
    do {
      try {
        HttpResponse<Stream<String>> answer =
            client.send(request(), HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = answer.body()) {
          if (answer.statusCode() == OK) {
            reached = true;
            if (!read(lines)) {
              return;
            }
          } else if (!reached || !passes(answer.statusCode())) {
            throw new Refused(answer.statusCode() + " " + problem(lines));
          }
        }
        tell("断开，即将续传 cut off, resuming behind " + (last.isEmpty() ? "now" : last));
      } catch (IOException | UncheckedIOException e) {
        if (!reached) {
          throw new Refused("无法连接 cannot be reached: " + base + ": " + e);
        }
        tell("无法连接，稍后再试 cannot be reached, trying again: " + e);
      }
    } while (!asked.await(retryMs, TimeUnit.MILLISECONDS));
  }

  /** What may be otherwise a moment later. */
  private static boolean passes(int status) {
    return status >= SERVER_ERROR || status == TOO_MANY;
  }

  private static String problem(Stream<String> lines) {
    String body = String.join("\n", lines.limit(LINES_MAX).toList());
    try {
      JsonObject problem = new JsonObject(body);
      return problem.getString("title", "") + ": " + problem.getString("detail", "");
    } catch (DecodeException | ClassCastException e) {
      return body;
    }
  }

  private HttpRequest request() {
    StringBuilder query = new StringBuilder("/v1/feed?");
    if (from != null) {
      query.append(from.equals("start") ? "from=start&" : "after=" + encoded(from) + "&");
    }
    types.forEach(type -> query.append("type=").append(encoded(type)).append('&'));
    query.setLength(query.length() - 1);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(query.toString()))
            .header("Authorization", "Bearer " + token());
    return last.isEmpty() ? request.build() : request.header("Last-Event-ID", last).build();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private String token() {
    try {
      return Files.readString(tokenFile).strip();
    } catch (IOException e) {
      throw new CannotStart("--token-file " + tokenFile + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Prints a stream to its end, in a thread beside the one that reads it: so neither silence nor a
   * wish to end waits for a line.
   *
   * @return whether anybody still takes what is printed
   */
  private boolean read(Stream<String> lines) throws InterruptedException {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>(LINES_MAX);
    Thread reader = new Thread(() -> hear(lines, heard), "feed");
    reader.setDaemon(true);
    reader.start();
    try {
      return print(heard);
    } finally {
      reader.interrupt();
    }
  }

  private static void hear(Stream<String> lines, BlockingQueue<String> heard) {
    try {
      Iterator<String> each = lines.iterator();
      while (goesOn(each)) {
        heard.put(each.next());
      }
      heard.put(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean goesOn(Iterator<String> lines) {
    try {
      return lines.hasNext();
    } catch (UncheckedIOException cut) {
      return false;
    }
  }

  private boolean print(BlockingQueue<String> heard) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    String id = "";
    String data = "";
    String line = heard.poll(SILENCE_S, TimeUnit.SECONDS);
    while (line != null && !line.equals(END)) {
      if (line.startsWith("id:")) {
        id = line.substring("id:".length()).strip();
      } else if (line.startsWith("data:")) {
        data = line.substring("data:".length()).strip();
      } else if (line.startsWith("retry:")) {
        retryMs = Math.min(RETRY_MS_MAX, Long.parseLong(line.substring("retry:".length()).strip()));
      } else if (line.isEmpty() && !id.isEmpty()) {
        if (!data.isEmpty()) {
          out.println(pretty ? new JsonObject(data).encodePrettily() : data);
          if (out.checkError()) {
            return false;
          }
        }
        last = id;
        id = "";
        data = "";
      }
      line = heard.poll(SILENCE_S, TimeUnit.SECONDS);
    }
    return true;
  }

  private void tell(String message) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(message);
    err.flush();
  }
}
