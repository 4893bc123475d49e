package cn.unionecard.gateway.runtime.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestConfig;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config.Log.Access;
import cn.unionecard.gateway.runtime.watch.RequestMeters.Edge;
import cn.unionecard.gateway.runtime.watch.RequestMeters.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
  private static final Instant NOW = Instant.parse("2026-11-23T01:00:00Z");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private AccessLog open(Access access, String file, OutputStream standard) {
    return AccessLog.open(
        TestConfig.log(access, file), standard, Clock.fixed(NOW, ZoneOffset.UTC), meters);
  }

  private static void tell(AccessLog log, Outcome outcome, @Nullable String trace) {
    tell(log, Edge.HTTPS, outcome, trace);
  }

  private static void tell(AccessLog log, Edge edge, Outcome outcome, @Nullable String trace) {
    if (log.wants(outcome)) {
      log.tell(
          new AccessLine(
              log.now(),
              new AccessLine.Asked(edge, "POST", "/v1/transactions/:id/void", TransactionType.VOID),
              outcome,
              201,
              null,
              4_321,
              812,
              "192.0.2.7",
              new AccessLine.Who("T0000001", null),
              trace));
    }
  }

  /** So many lines, and no more, once the log has ended. */
  private static List<String> written(AccessLog log, ByteArrayOutputStream out, int lines) {
    while (out.toString(StandardCharsets.UTF_8).lines().count() < lines) {
      Thread.yield();
    }
    log.close();
    List<String> written = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(lines, written.size());
    return written;
  }

  private double dropped() {
    return meters.get("ecard.access.lines.dropped").counter().count();
  }

  @Test
  void eachRequestIsALineWithoutWhatACallerMayHide() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AccessLog log = open(Access.ALL, "", out);
    tell(log, Outcome.APPROVED, "0af7651916cd43dd8448eb211c80319c");
    tell(log, Outcome.REFUSED, "84012345678901234567");
    List<String> lines = written(log, out, 2);
    JsonObject wanted =
        new JsonObject()
            .put("ts", "2026-11-23T01:00:00Z")
            .put("logger", "access")
            .put("edge", "https")
            .put("method", "POST")
            .put("route", "/v1/transactions/:id/void")
            .put("type", "VOID")
            .put("outcome", "approved")
            .put("status", 201)
            .put("us", 4_321)
            .put("bytes", 812)
            .put("terminal", "T0000001")
            .put("from", "192.0.2.7")
            .put("traceId", "0af7651916cd43dd8448eb211c80319c");
    assertEquals(wanted, new JsonObject(lines.get(0)));
    assertEquals("********************", new JsonObject(lines.get(1)).getString("traceId"));
    assertEquals(0, dropped());
  }

  @Test
  void eachListenerHasItsName() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AccessLog log = open(Access.ALL, "", out);
    for (Edge edge : Edge.values()) {
      tell(log, edge, Outcome.APPROVED, "000123");
    }
    List<String> names =
        written(log, out, Edge.values().length).stream()
            .map(JsonObject::new)
            .map(line -> line.getString("edge") + (line.containsKey("stan") ? " stan" : " traceId"))
            .toList();
    assertEquals(List.of("https traceId", "pages traceId", "iso8583 stan"), names);
  }

  @Test
  void problemsAreThoseThatNoRuleRefusedAndSoManyAMinute() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AccessLog log = open(Access.PROBLEMS, "", out);
    tell(log, Outcome.APPROVED, null);
    tell(log, Outcome.REFUSED, null);
    for (Outcome outcome : Outcome.values()) {
      tell(log, outcome, null);
    }
    int problems = Outcome.values().length - 2;
    int more = 100;
    for (int i = 0; i < AccessLog.PROBLEMS_PER_MINUTE + more; i++) {
      tell(log, Outcome.MALFORMED, null);
    }
    int told = problems + AccessLog.PROBLEMS_PER_MINUTE + more;
    List<String> lines = written(log, out, told - (int) dropped());
    assertFalse(lines.stream().anyMatch(line -> line.contains("approved")));
    assertTrue(dropped() > 0 && dropped() <= problems + more, () -> "dropped " + dropped());
  }

  @Test
  void whoDoesNotReadCostsLinesAndNoTill() {
    CountDownLatch read = new CountDownLatch(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AccessLog log =
        open(
            Access.ALL,
            "",
            new OutputStream() {
              @Override
              public void write(int one) {
                throw new AssertionError("lines are written together");
              }

              @Override
              public void write(byte[] bytes, int from, int length) throws IOException {
                try {
                  read.await();
                } catch (InterruptedException e) {
                  throw new IOException(e);
                }
                out.write(bytes, from, length);
              }
            });
    int told = 3 * AccessLog.WAITING_MAX;
    for (int i = 0; i < told; i++) {
      tell(log, Outcome.APPROVED, null);
    }
    assertTrue(dropped() >= AccessLog.WAITING_MAX, () -> "dropped " + dropped());
    read.countDown();
    List<String> lines = written(log, out, told - (int) dropped());
    assertTrue(lines.size() >= AccessLog.WAITING_MAX, () -> "written " + lines.size());
  }

  @Test
  void aFileThatWasMovedAwayIsOpenedAnew(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("access.log");
    Path moved = folder.resolve("access.log.1");
    AccessLog log = open(Access.ALL, file.toString(), OutputStream.nullOutputStream());
    tell(log, Outcome.APPROVED, "first");
    while (lines(file).isEmpty()) {
      Thread.onSpinWait();
    }
    Files.move(file, moved);
    while (Files.notExists(file) || lines(file).isEmpty()) {
      tell(log, Outcome.APPROVED, "later");
      Thread.yield();
    }
    log.close();
    assertTrue(lines(moved).get(0).contains("\"traceId\":\"first\""));
    assertTrue(lines(file).stream().allMatch(line -> line.contains("later")));
  }

  private static List<String> lines(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.toList();
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsToldAtTheStart(@TempDir Path folder) {
    String nowhere = folder.resolve("no/such/folder/access.log").toString();
    CannotStart refusal =
        assertThrows(
            CannotStart.class, () -> open(Access.ALL, nowhere, OutputStream.nullOutputStream()));
    assertTrue(refusal.getMessage().startsWith("log.accessFile"), refusal::getMessage);
    AccessLog none = open(Access.NONE, nowhere, OutputStream.nullOutputStream());
    assertFalse(none.wants(Outcome.FAULT));
  }
}
