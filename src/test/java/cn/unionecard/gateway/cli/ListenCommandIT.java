package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Ids;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import sun.misc.Signal;

/** {@code feed listen} at a real edge, over a network that is cut. */
class ListenCommandIT {
  private static final String ORG = DeskHouse.ORGS.get(2);
  private static final int MERCHANT = 91;

  private static DeskHouse house;
  private static Path folder;
  private static NetServer relay;
  private static final Queue<NetSocket> sockets = new ConcurrentLinkedQueue<>();

  private final BlockingQueue<String> printed = new LinkedBlockingQueue<>();
  private final StringWriter said = new StringWriter();

  @BeforeAll
  static void open(@TempDir Path temporary) throws Exception {
    folder = temporary;
    house = new DeskHouse("listen");
    house.furnish(ORG, MERCHANT);
    house.startFeed();
    Files.writeString(folder.resolve("ca.pem"), house.authority());
    Files.writeString(
        folder.resolve("token"),
        house.newToken(
                DeskHouse.login(ORG, Role.AUDITOR),
                ORG,
                Set.of(Role.AUDITOR),
                1,
                Duration.ofHours(1))
            + "\n");
    Vertx vertx = house.vertx();
    relay =
        Loops.await(
            vertx
                .createNetServer()
                .connectHandler(near -> relayed(vertx, near))
                .listen(0, "127.0.0.1"));
  }

  private static void relayed(Vertx vertx, NetSocket near) {
    near.pause();
    vertx
        .createNetClient()
        .connect(house.base().getPort(), "localhost")
        .onSuccess(
            far -> {
              sockets.add(near);
              near.pipeTo(far);
              far.pipeTo(near);
              near.resume();
            });
  }

  @AfterAll
  static void close() {
    house.close();
  }

  /** Lets whoever waits for a line have it as soon as it is whole. */
  private PrintWriter lines() {
    return new PrintWriter(
        new Writer() {
          private final StringBuilder line = new StringBuilder();

          @Override
          public void write(char[] text, int from, int length) {
            for (int i = from; i < from + length; i++) {
              if (text[i] == '\n') {
                printed.add(line.toString());
                line.setLength(0);
              } else {
                line.append(text[i]);
              }
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        },
        true);
  }

  private int listen(int port, String... more) {
    return listenWith("token", port, more);
  }

  private int listenWith(String token, int port, String... more) {
    CommandLine line = Main.commandLine(new Main(), Clock.systemUTC(), Ids.secureRandom());
    line.setOut(lines());
    line.setErr(new PrintWriter(said, true));
    List<String> all = new ArrayList<>(List.of("feed", "listen"));
    all.addAll(List.of("--base", "https://localhost:" + port));
    all.addAll(List.of("--ca", folder.resolve("ca.pem").toString()));
    all.addAll(List.of("--token-file", folder.resolve(token).toString()));
    all.addAll(List.of(more));
    return line.execute(all.toArray(String[]::new));
  }

  private static void event(String kind, JsonObject data) {
    TestStores.execute(
        house.url,
        "insert into outbox (kind, merchant, subject, at, body) values ('%s', %d, 1, now(), '%s')"
            .formatted(kind, MERCHANT, data.encode()));
  }

  private static void reply(int review) {
    event(
        "review.replied",
        new JsonObject().put("review", review).put("merchant", "8410802190000" + MERCHANT));
  }

  private String next() throws InterruptedException {
    String line = printed.poll(30, TimeUnit.SECONDS);
    assertNotNull(line, () -> "nothing was printed; " + said);
    return line;
  }

  private static int number(String line) {
    return new JsonObject(line).getJsonObject("data").getInteger("review");
  }

  @Test
  void goesOnBehindACutAndEndsWithCtrlC() throws Exception {
    reply(1);
    event("staff.locked", new JsonObject().put("audit", 1));
    CompletableFuture<Integer> status =
        CompletableFuture.supplyAsync(
            () ->
                listen(
                    relay.actualPort(),
                    "--from",
                    "start",
                    "--types",
                    "cn.unionecard.review.replied.v1,cn.unionecard.review.hidden.v1"));
    assertEquals(1, number(next()));
    for (int n = 2; n < 4; n++) {
      for (NetSocket one = sockets.poll(); one != null; one = sockets.poll()) {
        Loops.await(one.close());
      }
      reply(n);
      assertEquals(n, number(next()));
    }
    Signal.raise(new Signal("INT"));
    assertEquals(0, status.get(30, TimeUnit.SECONDS));
    assertTrue(printed.isEmpty(), printed::toString);
    assertTrue(said.toString().contains("resuming behind "), said::toString);
  }

  @Test
  void printsForPeople() throws Exception {
    event("terminal.activated", new JsonObject().put("terminal", "T0000001"));
    CompletableFuture<Integer> status =
        CompletableFuture.supplyAsync(
            () ->
                listen(
                    relay.actualPort(),
                    "--pretty",
                    "--from",
                    "0",
                    "--types",
                    "cn.unionecard.terminal.activated.v1"));
    StringBuilder all = new StringBuilder();
    String line = next();
    while (!line.equals("}")) {
      all.append(line).append('\n');
      line = next();
    }
    assertTrue(all.toString().startsWith("{\n  \"specversion\" : \"1.0\",\n"), all::toString);
    JsonObject data = new JsonObject(all + "}").getJsonObject("data");
    assertEquals("T0000001", data.getString("terminal"));
    Signal.raise(new Signal("TERM"));
    assertEquals(0, status.get(30, TimeUnit.SECONDS));
  }

  @Test
  void saysWhyItIsRefused() throws Exception {
    assertEquals(
        1, listen(house.base().getPort(), "--types", "cn.unionecard.transaction.sales.v1"));
    assertTrue(
        said.toString().contains("the nearest is cn.unionecard.transaction.sale.v1"),
        said::toString);
    Files.writeString(folder.resolve("stale"), "x.y.z");
    assertEquals(1, listenWith("stale", house.base().getPort()));
    assertTrue(said.toString().contains("401 "), said::toString);
  }

  @Test
  void endsIfThereIsNobody() {
    assertEquals(1, listen(1));
    assertTrue(said.toString().contains("cannot be reached"), said::toString);
  }
}
