package cn.unionecard.gateway.outage;

import static cn.unionecard.gateway.Loops.await;
import static cn.unionecard.gateway.TestLine.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.Migrations;
import cn.unionecard.gateway.runtime.stores.Postgres;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.stores.StoreProbe;
import cn.unionecard.gateway.runtime.stores.Unfit;
import cn.unionecard.gateway.terminal.BatchRecords;
import cn.unionecard.gateway.terminal.KeySet;
import cn.unionecard.gateway.terminal.MasterKeys;
import cn.unionecard.gateway.terminal.SessionRecords;
import cn.unionecard.gateway.terminal.StoredBatches;
import cn.unionecard.gateway.terminal.TerminalSecrets;
import cn.unionecard.gateway.terminal.TerminalSessions;
import cn.unionecard.workbench.embedded.EmbeddedPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL takes no writes: lane, desk, POS session and batch say so with one word, health tells,
 * the log has one line, and all serve again by themselves.
 */
class ReadOnlyStoreIT {
  private static final byte[] TMK = new byte[16];
  private static final TerminalId TILL = new TerminalId("T0000001");
  private static final BatchTotals NOTHING = new BatchTotals(Fen.ZERO, 0, Fen.ZERO, 0);

  private static final String WORK =
      "insert into node_pulse (node, at) values ('desk', now()) on conflict (node) do update set at = now()";

  private final Clock clock = Clock.systemUTC();
  private final SecureRandom random = new SecureRandom();
  private final TerminalSecrets secrets =
      new TerminalSecrets(Kek.of(new Config.Keys(null, "5a".repeat(Kek.BYTES), "SM2")), random);
  private int sales;
  private int closed;

  @Test
  void oneWordForItEverywhere(@TempDir Path folder) throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, 0)) {
      String url = server.url();
      Migrations.migrate(url);
      TestStores.letIn(url);
      TestTown.load(url);
      inject(url);
      try (TestLine line = new TestLine(url, "ro", 1, clock)) {
        Pool pool = PostgresUrl.parse(url).pool(line.vertx, "ro", 4, 100, TestLine.limits());
        Map<String, Supplier<Future<?>>> all = all(line, pool);
        for (var one : all.entrySet()) {
          await(one.getValue().get());
        }
        ListAppender<ILoggingEvent> log = listen();

        TestStores.execute(url, "alter system set default_transaction_read_only = on");
        TestStores.execute(url, "select pg_reload_conf()");
        for (var one : all.entrySet()) {
          await(until(line, one.getValue(), true));
        }
        for (int i = 0; i < 20; i++) {
          for (var one : all.entrySet()) {
            assertInstanceOf(expected(one.getKey()), failure(one.getValue().get()), one.getKey());
          }
        }
        assertEquals("takes no writes", ((Unfit) failure(all.get("health").get())).word());
        assertEquals(1, lines(log, "the lane is closed"));

        TestStores.execute(url, "alter system reset default_transaction_read_only");
        TestStores.execute(url, "select pg_reload_conf()");
        for (var one : all.entrySet()) {
          await(until(line, one.getValue(), false));
        }
        assertEquals(1, lines(log, "the lane is closed"));
        assertEquals(1, lines(log, "is taken, it stands"));
        await(pool.close());
      }
      TestLine.assertAuditClean(url);
    }
  }

  private static Class<? extends Throwable> expected(String name) {
    return name.equals("health") ? Unfit.class : Fault.Busy.class;
  }

  private Map<String, Supplier<Future<?>>> all(TestLine line, Pool pool) {
    Office office = new Office(pool, clock);
    Caller.Staff clerk = new Caller.Staff("clerk", "410800", Set.of(Caller.Role.CLERK), 1);
    TerminalSessions sessions =
        new TerminalSessions(
            new SessionRecords(pool),
            secrets,
            Config.Iso8583.SignOnCertificate.NEVER,
            () -> false,
            random,
            clock);
    StoredBatches batches =
        new StoredBatches(
            line.vertx,
            new BatchRecords(pool),
            TestLine.limits(),
            clock,
            new SimpleMeterRegistry());
    StoreProbe probe = new StoreProbe(line.vertx, "PostgreSQL", new Postgres(pool, "ro")::writes);
    Map<String, Supplier<Future<?>>> all = new LinkedHashMap<>();
    all.put("lane", () -> sell(line));
    all.put("desk", () -> office.serve(clerk, visit -> visit.ask(WORK)));
    // keys that were never used are given out again without a write
    all.put(
        "session",
        () ->
            sessions
                .signOn(TILL, new TerminalSessions.Wish(KeySet.DOUBLE, 1, false))
                .compose(given -> sessions.check(TILL, false, session -> true)));
    all.put("batch", () -> batches.close(TILL, new BatchNo(++closed), NOTHING));
    all.put("health", probe::ask);
    return all;
  }

  private Future<Reply> sell(TestLine line) {
    sales++;
    String code = TestTown.code(1 + sales % 1_000, clock.millis());
    return line.doors.get(0).submit(sale("T0000002", "ro-" + sales, code, 1_000));
  }

  private void inject(String url) throws Exception {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      new MasterKeys(database)
          .store(
              TILL,
              secrets.wrapMaster(TILL, TMK),
              new MasterKeys.Stored(
                  KeyAlgorithm.SM4,
                  MacMode.XOR_ECB,
                  EcbCipher.checkValue(KeyAlgorithm.SM4, TMK),
                  clock.instant()));
    }
    TestStores.execute(
        url,
        """
        insert into staff (login, name, org, roles, status, password)
        select 'clerk', '某人', id, array['CLERK'], 'ACTIVE', '$argon2id$x' from org where code = '410800'""");
  }

  /** Asks until it fails, or until it does not. */
  private static Future<?> until(TestLine line, Supplier<Future<?>> asked, boolean fails) {
    return asked
        .get()
        .transform(
            answer ->
                answer.failed() == fails
                    ? Future.succeededFuture()
                    : line.vertx
                        .timer(10, TimeUnit.MILLISECONDS)
                        .compose(over -> until(line, asked, fails).mapEmpty()));
  }

  private static Throwable failure(Future<?> asked) {
    return await(asked.<Throwable>map(done -> new AssertionError("done")).otherwise(why -> why));
  }

  private static ListAppender<ILoggingEvent> listen() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    ((Logger) LoggerFactory.getLogger("cn.unionecard.gateway")).addAppender(log);
    return log;
  }

  private static long lines(ListAppender<ILoggingEvent> log, String text) {
    return List.copyOf(log.list).stream()
        .filter(event -> event.getFormattedMessage().contains(text))
        .count();
  }
}
