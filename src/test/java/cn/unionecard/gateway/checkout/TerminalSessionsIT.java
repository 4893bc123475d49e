package cn.unionecard.gateway.checkout;

import static cn.unionecard.gateway.TestLine.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.ledger.MasterKeys;
import cn.unionecard.gateway.ledger.SessionRecords;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Config;
import cn.unionecard.gateway.runtime.EcbCipher;
import cn.unionecard.gateway.runtime.Kek;
import cn.unionecard.gateway.runtime.PostgresUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Sessions over a real database, seen by two nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TerminalSessionsIT {
  private static final TerminalId DES = new TerminalId("T0000001");
  private static final TerminalId SM4 = new TerminalId("T0000002");

  /** Moved by hand. */
  private static final class HandClock extends Clock {
    private final AtomicLong ms =
        new AtomicLong(Instant.parse("2026-11-23T01:00:00Z").toEpochMilli());

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(ms.get());
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final SecureRandom random = new SecureRandom();
  private final HandClock clock = new HandClock();
  private final TerminalSecrets secrets =
      new TerminalSecrets(Kek.of(new Config.Keys(null, "5a".repeat(Kek.BYTES), "SM2")), random);
  private final byte[] desKey = EcbCipher.newKey(KeyAlgorithm.TRIPLE_DES, 16, random);
  private final byte[] sm4Key = EcbCipher.newKey(KeyAlgorithm.SM4, 16, random);
  private String url;
  private Pool pool;
  private TerminalSessions here;
  private TerminalSessions there;

  @BeforeAll
  void start() throws SQLException {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    inject(DES, KeyAlgorithm.TRIPLE_DES, desKey);
    inject(SM4, KeyAlgorithm.SM4, sm4Key);
    inject(new TerminalId("T0000010"), KeyAlgorithm.SM4, sm4Key);
    pool = PostgresUrl.parse(url).pool(vertx, "test", 4, 100, TestLine.limits());
    here = node();
    there = node();
  }

  private void inject(TerminalId terminal, KeyAlgorithm algorithm, byte[] key) throws SQLException {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      new MasterKeys(database)
          .store(
              terminal,
              secrets.wrapMaster(terminal, key),
              new MasterKeys.Stored(
                  algorithm,
                  MacMode.XOR_ECB,
                  EcbCipher.checkValue(algorithm, key),
                  clock.instant()));
    }
  }

  private TerminalSessions node() {
    return new TerminalSessions(new SessionRecords(pool), secrets, random, clock);
  }

  @AfterAll
  void stop() {
    await(pool.close());
    await(vertx.close());
  }

  @CanIgnoreReturnValue
  private static SessionReply.SignedOn signedOn(Future<SessionReply> reply) {
    return assertInstanceOf(SessionReply.SignedOn.class, await(reply));
  }

  @CanIgnoreReturnValue
  private static TerminalSession held(Future<SessionReply> reply) {
    return assertInstanceOf(SessionReply.Held.class, await(reply)).session();
  }

  private static Refusal refusal(Future<SessionReply> reply) {
    return assertInstanceOf(SessionReply.Refused.class, await(reply)).refusal();
  }

  /** What a message's MAC under these keys comes to. */
  private static Predicate<TerminalSession> under(TerminalSession keys) {
    return session -> Arrays.equals(session.macKey(), keys.macKey());
  }

  @Test
  void handsOutKeysThatTheTerminalCanOpenAndCheck() {
    SessionReply.SignedOn des = signedOn(here.signOn(DES, KeySet.DOUBLE));
    opens(KeyAlgorithm.TRIPLE_DES, desKey, des.pinKey(), des.session().pinKey());
    opens(KeyAlgorithm.TRIPLE_DES, desKey, des.macKey(), des.session().macKey());
    assertEquals(16, des.session().macKey().length);
    assertNull(des.trackKey());
    assertEquals(1, des.batch().value());
    assertEquals(clock.instant(), des.at());

    SessionReply.SignedOn single = signedOn(here.signOn(DES, KeySet.SINGLE));
    assertEquals(8, single.macKey().encrypted().length);
    opens(KeyAlgorithm.TRIPLE_DES, desKey, single.macKey(), single.session().macKey());

    SessionReply.SignedOn sm4 = signedOn(here.signOn(SM4, KeySet.DOUBLE_AND_TRACK));
    byte[] trackKey = sm4.session().trackKey();
    assertNotNull(trackKey);
    opens(KeyAlgorithm.SM4, sm4Key, trackKey(sm4), trackKey);
    assertEquals(Refusal.TYPE_NOT_SUPPORTED, refusal(here.signOn(SM4, KeySet.SINGLE)));
    assertArrayEquals(sm4.session().macKey(), held(there.session(SM4)).macKey());
  }

  private static SessionReply.SealedKey trackKey(SessionReply.SignedOn reply) {
    SessionReply.SealedKey sealed = reply.trackKey();
    assertNotNull(sealed);
    return sealed;
  }

  private static void opens(
      KeyAlgorithm algorithm, byte[] tmk, SessionReply.SealedKey sealed, byte[] key) {
    assertArrayEquals(key, EcbCipher.decrypt(algorithm, tmk, sealed.encrypted()));
    assertArrayEquals(EcbCipher.checkValue(algorithm, key), sealed.checkValue());
  }

  @Test
  void refusesWhomItDoesNotKnowOrHasSuspended() {
    assertEquals(
        Refusal.TERMINAL_UNKNOWN, refusal(here.signOn(new TerminalId("X0000001"), KeySet.DOUBLE)));
    assertEquals(
        Refusal.TERMINAL_UNKNOWN,
        refusal(here.signOn(new TerminalId("T0000003"), KeySet.DOUBLE)),
        "no master key");
    assertEquals(
        Refusal.TERMINAL_SUSPENDED,
        refusal(here.signOn(new TerminalId("T0000010"), KeySet.DOUBLE)));
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(here.session(new TerminalId("T0000003"))));
    assertEquals(Refusal.TERMINAL_UNKNOWN, refusal(here.signOff(new TerminalId("X0000001"))));
  }

  @Test
  void newKeysOfAnotherNodeBindAtOnce() {
    TerminalSession old = signedOn(here.signOn(DES, KeySet.DOUBLE)).session();
    assertEquals(old.version(), held(here.check(DES, under(old))).version());
    TerminalSession fresh = signedOn(there.signOn(DES, KeySet.DOUBLE)).session();
    assertEquals(fresh.version(), held(here.check(DES, under(fresh))).version());
    assertEquals(Refusal.MAC_WRONG, refusal(here.check(DES, under(old))));
    assertEquals(fresh.version(), held(here.check(DES, under(fresh))).version());
  }

  @Test
  void threeWrongMacsInARowEndTheSessionOnEveryNode() {
    TerminalSession keys = signedOn(here.signOn(DES, KeySet.DOUBLE)).session();
    held(there.check(DES, under(keys)));
    assertEquals(Refusal.MAC_WRONG, refusal(here.check(DES, session -> false)));
    assertEquals(Refusal.MAC_WRONG, refusal(there.check(DES, session -> false)));
    held(here.check(DES, under(keys)));
    assertEquals(Refusal.MAC_WRONG, refusal(here.check(DES, session -> false)), "counted anew");
    assertEquals(Refusal.MAC_WRONG, refusal(there.check(DES, session -> false)));
    assertEquals(Refusal.MAC_WRONG, refusal(here.check(DES, session -> false)));
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(here.check(DES, under(keys))));
    clock.ms.addAndGet(TerminalSessions.FRESH_MS);
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(there.check(DES, under(keys))));
    TerminalSession again = signedOn(there.signOn(DES, KeySet.DOUBLE)).session();
    held(here.check(DES, under(again)));
  }

  @Test
  void signingOffBindsOnTheOtherNodeWithinItsFreshness() {
    TerminalSession keys = signedOn(here.signOn(SM4, KeySet.DOUBLE)).session();
    held(there.session(SM4));
    assertInstanceOf(SessionReply.SignedOff.class, await(here.signOff(SM4)));
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(here.session(SM4)));
    clock.ms.addAndGet(TerminalSessions.FRESH_MS);
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(there.check(SM4, under(keys))));
  }

  /** What it may still ask is not for the sessions to say; it may reverse. */
  @Test
  void aSuspendedTerminalKeepsItsSessionAndGetsNoOther() {
    TerminalSession keys = signedOn(here.signOn(SM4, KeySet.DOUBLE)).session();
    TestStores.execute(url, "UPDATE terminal SET status = 'SUSPENDED' WHERE id = 2");
    clock.ms.addAndGet(TerminalSessions.FRESH_MS);
    assertEquals(keys.version(), held(here.check(SM4, under(keys))).version());
    assertEquals(Refusal.TERMINAL_SUSPENDED, refusal(here.signOn(SM4, KeySet.DOUBLE)));
    assertInstanceOf(SessionReply.SignedOff.class, await(here.signOff(SM4)));
    assertEquals(Refusal.TERMINAL_SUSPENDED, refusal(here.check(SM4, under(keys))));
    TestStores.execute(url, "UPDATE terminal SET status = 'ACTIVE' WHERE id = 2");
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(here.session(SM4)));
  }

  @Test
  void ofSeveralSignOnsAtOnceTheLastCommittedWins() {
    List<Future<SessionReply>> replies = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      replies.add((i % 2 == 0 ? here : there).signOn(DES, KeySet.DOUBLE));
    }
    await(Future.all(replies));
    TerminalSession last = null;
    for (Future<SessionReply> reply : replies) {
      TerminalSession one = signedOn(reply).session();
      last = last == null || one.version() > last.version() ? one : last;
    }
    assertNotNull(last);
    assertArrayEquals(last.macKey(), held(node().session(DES)).macKey());
    held(here.check(DES, under(last)));
    held(there.check(DES, under(last)));
  }

  @Test
  void anotherMasterKeyEndsTheSession() throws SQLException {
    signedOn(here.signOn(DES, KeySet.DOUBLE));
    inject(DES, KeyAlgorithm.TRIPLE_DES, desKey);
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(node().session(DES)));
  }

  @Test
  void noKeyLiesOpenInAnyColumn() throws SQLException {
    SessionReply.SignedOn des = signedOn(here.signOn(DES, KeySet.DOUBLE));
    SessionReply.SignedOn sm4 = signedOn(here.signOn(SM4, KeySet.DOUBLE_AND_TRACK));
    for (byte[] key :
        List.of(
            desKey,
            sm4Key,
            des.session().pinKey(),
            des.session().macKey(),
            sm4.session().macKey(),
            trackKey(sm4).encrypted(),
            des.macKey().encrypted())) {
      assertEquals(List.of(), tablesWith(key));
      assertEquals(List.of(), tablesWith(Arrays.copyOf(key, 8)), "not even half of it");
    }
    assertEquals(
        List.of("terminal_key"),
        tablesWith(EcbCipher.checkValue(KeyAlgorithm.TRIPLE_DES, desKey)),
        "the search finds what is there");
  }

  /** The tables with a row that shows these bytes in any column. */
  private List<String> tablesWith(byte[] bytes) throws SQLException {
    List<String> found = new ArrayList<>();
    String hex = HexFormat.of().formatHex(bytes);
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = database.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")) {
        while (rows.next()) {
          tables.add(rows.getString(1));
        }
      }
      for (String table : tables) {
        String search =
            "SELECT count(*) FROM %s r WHERE lower(r::text) LIKE '%%%s%%'".formatted(table, hex);
        try (ResultSet rows = statement.executeQuery(search)) {
          rows.next();
          if (rows.getLong(1) > 0) {
            found.add(table);
          }
        }
      }
    }
    return found;
  }

  /** Whoever asks while nobody can be asked hears that nothing happened, not that it may have. */
  @Test
  void aFullQueueIsBusy() {
    Pool narrow = PostgresUrl.parse(url).pool(vertx, "test", 1, 1, TestLine.limits());
    SqlConnection taken = await(narrow.getConnection());
    TerminalSessions crowded =
        new TerminalSessions(new SessionRecords(narrow), secrets, random, clock);
    Future<SessionReply> waits = crowded.session(new TerminalId("T0000003"));
    Future<SessionReply> checked = crowded.check(new TerminalId("T0000004"), session -> true);
    Future<SessionReply> signsOn = crowded.signOn(DES, KeySet.DOUBLE);
    assertInstanceOf(Fault.Busy.class, failure(checked));
    assertInstanceOf(Fault.Busy.class, failure(signsOn));
    await(taken.close());
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(waits));
    await(narrow.close());
  }

  private static Throwable failure(Future<SessionReply> reply) {
    CompletionException thrown =
        assertThrows(
            CompletionException.class,
            () -> reply.toCompletionStage().toCompletableFuture().join());
    return Objects.requireNonNull(thrown.getCause());
  }
}
