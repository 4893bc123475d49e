package cn.unionecard.gateway.terminal;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.Config.Iso8583.SignOnCertificate;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Context;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
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

  private final Vertx vertx;
  private final SecureRandom random = new SecureRandom();
  private final HandClock clock = new HandClock();
  private final TerminalSecrets secrets =
      new TerminalSecrets(Kek.of(new Config.Keys(null, "5a".repeat(Kek.BYTES), "SM2")), random);
  private final byte[] desKey = EcbCipher.newKey(KeyAlgorithm.TRIPLE_DES, 16, random);
  private final byte[] sm4Key = EcbCipher.newKey(KeyAlgorithm.SM4, 16, random);
  private String url;
  private Pool pool;
  private Node here;
  private Node there;

  /** A node's sessions, on the event loop that they belong to. */
  private record Node(Context loop, TerminalSessions sessions) {
    Future<SessionReply> signOn(TerminalId terminal, TerminalSessions.Wish wish) {
      return Loops.on(loop, () -> sessions.signOn(terminal, wish));
    }

    Future<SessionReply> signOff(TerminalId terminal) {
      return Loops.on(loop, () -> sessions.signOff(terminal));
    }

    Future<SessionReply> session(TerminalId terminal) {
      return Loops.on(loop, () -> sessions.session(terminal));
    }

    Future<SessionReply> check(
        TerminalId terminal, boolean certified, Predicate<TerminalSession> proof) {
      return Loops.on(loop, () -> sessions.check(terminal, certified, proof));
    }
  }

  TerminalSessionsIT(Vertx vertx) {
    this.vertx = vertx;
  }

  @BeforeAll
  void start() throws SQLException {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    inject(DES, KeyAlgorithm.TRIPLE_DES, desKey);
    inject(SM4, KeyAlgorithm.SM4, sm4Key);
    inject(new TerminalId("T0000010"), KeyAlgorithm.SM4, sm4Key);
    pool = PostgresUrl.parse(url).pool(vertx, "test", 4, 100, TestLine.limits());
    here = node(false);
    there = node(false);
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

  private Node node() {
    return node(false);
  }

  /**
   * @param hears whether it would be told of changes, and so remembers for a moment
   */
  private Node node(boolean hears) {
    return node(pool, hears);
  }

  private Node node(Pool pool, boolean hears) {
    return new Node(
        Loops.loop(vertx),
        new TerminalSessions(
            new SessionRecords(pool),
            secrets,
            SignOnCertificate.ACTIVATED,
            () -> hears,
            random,
            clock));
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
    SessionReply.SignedOn des = signedOn(here.signOn(DES, wish(KeySet.DOUBLE)));
    opens(KeyAlgorithm.TRIPLE_DES, desKey, des.pinKey(), des.session().pinKey());
    opens(KeyAlgorithm.TRIPLE_DES, desKey, des.macKey(), des.session().macKey());
    assertEquals(16, des.session().macKey().length);
    assertNull(des.trackKey());
    assertEquals(1, des.batch().value());
    assertEquals(clock.instant(), des.at());

    SessionReply.SignedOn single = signedOn(here.signOn(DES, wish(KeySet.SINGLE)));
    assertEquals(8, single.macKey().encrypted().length);
    opens(KeyAlgorithm.TRIPLE_DES, desKey, single.macKey(), single.session().macKey());

    SessionReply.SignedOn sm4 = signedOn(here.signOn(SM4, wish(KeySet.DOUBLE_AND_TRACK)));
    byte[] trackKey = sm4.session().trackKey();
    assertNotNull(trackKey);
    opens(KeyAlgorithm.SM4, sm4Key, trackKey(sm4), trackKey);
    assertEquals(Refusal.TYPE_NOT_SUPPORTED, refusal(here.signOn(SM4, wish(KeySet.SINGLE))));
    held(here.check(SM4, false, under(sm4.session())));
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
        Refusal.TERMINAL_UNKNOWN,
        refusal(here.signOn(new TerminalId("X0000001"), wish(KeySet.DOUBLE))));
    assertEquals(
        Refusal.TERMINAL_UNKNOWN,
        refusal(here.signOn(new TerminalId("T0000004"), wish(KeySet.DOUBLE))),
        "no master key");
    assertEquals(
        Refusal.TERMINAL_SUSPENDED,
        refusal(here.signOn(new TerminalId("T0000010"), wish(KeySet.DOUBLE))));
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(here.session(new TerminalId("T0000004"))));
    assertEquals(Refusal.TERMINAL_UNKNOWN, refusal(here.signOff(new TerminalId("X0000001"))));
  }

  private static TerminalSessions.Wish wish(KeySet keys) {
    return new TerminalSessions.Wish(keys, 1, false);
  }

  /** Signs on and uses the keys. */
  @CanIgnoreReturnValue
  private static TerminalSession working(Node node, TerminalId terminal) {
    TerminalSession keys = signedOn(node.signOn(terminal, wish(KeySet.DOUBLE))).session();
    held(node.check(terminal, false, under(keys)));
    return keys;
  }

  @Test
  void newKeysComeIntoForceOnEveryNodeWithTheirFirstUse() {
    TerminalSession old = working(here, DES);
    TerminalSession fresh = signedOn(there.signOn(DES, wish(KeySet.DOUBLE))).session();
    held(here.check(DES, false, under(old)));
    held(there.check(DES, false, under(old)));
    SessionReply first = await(here.check(DES, false, under(fresh)));
    assertTrue(assertInstanceOf(SessionReply.Held.class, first).first());
    assertEquals(Refusal.MAC_WRONG, refusal(there.check(DES, false, under(old))));
    assertEquals(Refusal.MAC_WRONG, refusal(here.check(DES, false, under(old))));
    SessionReply next = await(there.check(DES, false, under(fresh)));
    assertFalse(assertInstanceOf(SessionReply.Held.class, next).first());
  }

  @Test
  void whoAsksAgainIsGivenTheSameKeysUntilTheyAreUsed() throws SQLException {
    working(here, DES);
    TerminalSession one = signedOn(here.signOn(DES, wish(KeySet.DOUBLE))).session();
    long written = version(DES);
    for (int i = 0; i < 50; i++) {
      TerminalSession again =
          signedOn((i % 2 == 0 ? here : there).signOn(DES, wish(KeySet.DOUBLE))).session();
      assertArrayEquals(one.macKey(), again.macKey());
      clock.ms.addAndGet(TerminalSessions.FRESH_MS / 2);
    }
    assertEquals(written, version(DES), "the row was not written");
    TerminalSession single = signedOn(here.signOn(DES, wish(KeySet.SINGLE))).session();
    assertFalse(
        Arrays.equals(single.macKey(), Arrays.copyOf(one.macKey(), 8)), "half of a longer key");
    held(here.check(DES, false, under(single)));
    assertEquals(Refusal.MAC_WRONG, refusal(here.check(DES, false, under(one))));
    assertFalse(
        Arrays.equals(
            one.macKey(), signedOn(here.signOn(DES, wish(KeySet.DOUBLE))).session().macKey()));
  }

  /** Grows with each write of the row. */
  private long version(TerminalId terminal) throws SQLException {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = database.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT s.xmin::text::bigint FROM terminal_session s JOIN terminal t"
                    + " ON t.id = s.terminal WHERE terminal_no = '"
                    + terminal
                    + "'")) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void wrongMacsEndNobodysSession() {
    TerminalSession keys = working(here, DES);
    for (int i = 0; i < 10; i++) {
      assertEquals(Refusal.MAC_WRONG, refusal(here.check(DES, false, session -> false)));
    }
    held(here.check(DES, false, under(keys)));
    held(there.check(DES, false, under(keys)));
  }

  @Test
  void whatItRemembersEndsWhenItIsToldOrSoon() {
    TerminalSession keys = working(here, SM4);
    Node told = node(true);
    Node untold = node(true);
    held(told.session(SM4));
    held(untold.check(SM4, false, under(keys)));
    assertInstanceOf(SessionReply.SignedOff.class, await(here.signOff(SM4)));
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(here.session(SM4)));
    held(told.session(SM4));
    told.sessions().forget(SM4.value());
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(told.session(SM4)));
    held(untold.check(SM4, false, under(keys)));
    clock.ms.addAndGet(TerminalSessions.FRESH_MS);
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(untold.check(SM4, false, under(keys))));
  }

  /** What it may still ask is not for the sessions to say; it may reverse. */
  @Test
  void aSuspendedTerminalKeepsItsSessionAndGetsNoOther() {
    TerminalSession keys = working(here, SM4);
    TestStores.execute(url, "UPDATE terminal SET status = 'SUSPENDED' WHERE id = 2");
    clock.ms.addAndGet(TerminalSessions.FRESH_MS);
    assertEquals(keys.version(), held(here.check(SM4, false, under(keys))).version());
    assertEquals(Refusal.TERMINAL_SUSPENDED, refusal(here.signOn(SM4, wish(KeySet.DOUBLE))));
    assertInstanceOf(SessionReply.SignedOff.class, await(here.signOff(SM4)));
    assertEquals(Refusal.TERMINAL_SUSPENDED, refusal(here.check(SM4, false, under(keys))));
    TestStores.execute(url, "UPDATE terminal SET status = 'ACTIVE' WHERE id = 2");
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(here.session(SM4)));
  }

  @Test
  void severalSignOnsAtOnceGiveOutTheSameKeys() {
    working(here, DES);
    List<Future<SessionReply>> replies = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      replies.add((i % 2 == 0 ? here : there).signOn(DES, wish(KeySet.DOUBLE)));
    }
    await(Future.all(replies));
    TerminalSession one = signedOn(replies.get(0)).session();
    for (Future<SessionReply> reply : replies) {
      assertArrayEquals(one.macKey(), signedOn(reply).session().macKey());
    }
    held(here.check(DES, false, under(one)));
    held(there.check(DES, false, under(one)));
  }

  /** A device that was given up, and what it still may: end what it began, not begin anew. */
  @Test
  void whoeverGivesADeviceUpEndsItsProofs() throws SQLException {
    TerminalId moved = new TerminalId("T0000003");
    inject(moved, KeyAlgorithm.SM4, sm4Key);
    TerminalSession keys = working(here, moved);
    TestStores.execute(
        url,
        "UPDATE terminal SET status = 'REGISTERED', device_key = null, merchant = 2 WHERE id = 3");
    Node deaf = node();
    assertEquals(Refusal.TERMINAL_UNKNOWN, refusal(deaf.signOn(moved, wish(KeySet.DOUBLE))));
    held(deaf.check(moved, false, under(keys)));
    TestStores.execute(
        url, "UPDATE terminal SET status = 'ACTIVE', device_key = '\\x01' WHERE id = 3");
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(node().check(moved, false, under(keys))));
    assertEquals(Refusal.TERMINAL_UNKNOWN, refusal(node().signOn(moved, wish(KeySet.DOUBLE))));
    inject(moved, KeyAlgorithm.SM4, sm4Key);
    TerminalSessions.Wish certified = new TerminalSessions.Wish(KeySet.DOUBLE, 1, true);
    assertInstanceOf(
        SessionReply.Uncertified.class, await(node().signOn(moved, wish(KeySet.DOUBLE))));
    signedOn(node().signOn(moved, certified));
  }

  @Test
  void anotherMasterKeyEndsTheSession() throws SQLException {
    TerminalSession keys = working(here, DES);
    TerminalSession offered = signedOn(here.signOn(DES, wish(KeySet.DOUBLE))).session();
    inject(DES, KeyAlgorithm.TRIPLE_DES, desKey);
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(node().session(DES)));
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(node().check(DES, false, under(keys))));
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(node().check(DES, false, under(offered))));
  }

  @Test
  void noKeyLiesOpenInAnyColumn() throws SQLException {
    SessionReply.SignedOn des = signedOn(here.signOn(DES, wish(KeySet.DOUBLE)));
    SessionReply.SignedOn sm4 = signedOn(here.signOn(SM4, wish(KeySet.DOUBLE_AND_TRACK)));
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
    Node crowded = node(narrow, true);
    Future<SessionReply> waits = crowded.session(new TerminalId("T0000003"));
    Future<SessionReply> checked =
        crowded.check(new TerminalId("T0000004"), false, session -> true);
    Future<SessionReply> signsOn = crowded.signOn(DES, wish(KeySet.DOUBLE));
    assertInstanceOf(Fault.Busy.class, failure(checked));
    assertInstanceOf(Fault.Busy.class, failure(signsOn));
    await(taken.close());
    assertEquals(Refusal.TERMINAL_NOT_SIGNED_ON, refusal(waits));
    await(narrow.close());
  }

  private static Fault failure(Future<SessionReply> reply) {
    return assertThrows(Fault.class, () -> await(reply));
  }
}
