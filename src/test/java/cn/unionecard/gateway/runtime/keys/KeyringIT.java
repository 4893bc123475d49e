package cn.unionecard.gateway.runtime.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.keys.Keyring.Purpose;
import cn.unionecard.gateway.runtime.stores.Migrations;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.workbench.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyringIT {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-23T01:00:00Z"), ZoneOffset.UTC);
  private final SecureRandom random = new SecureRandom();
  private final Kek kek = Kek.ofHex(Secrets.hex(random, Kek.BYTES), "test");
  private final EmbeddedPostgres postgres;
  private final Connection database;

  KeyringIT(@TempDir Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder, 0);
    Migrations.migrate(postgres.url());
    database = PostgresUrl.parse(postgres.url()).jdbcConnection();
  }

  @BeforeEach
  void empty() throws SQLException {
    execute("truncate keyring, node_keys");
  }

  @AfterAll
  void stop() throws SQLException {
    database.close();
    postgres.close();
  }

  @Test
  void makesOneKeyPerPurposeAndKeepsThem() throws SQLException {
    Keyring first = Keyring.complete(database, kek, "SM2", CLOCK, random);
    Keyring again = Keyring.complete(database, kek, "SM2", CLOCK, random);
    for (Purpose purpose : Purpose.values()) {
      assertEquals(1, again.keys(purpose).size(), purpose.name());
      assertEquals(first.current(purpose).kid(), again.current(purpose).kid());
      assertArrayEquals(first.current(purpose).secret(), again.current(purpose).secret());
    }
    assertEquals(64, again.current(Purpose.CODE).secret().length);
    assertEquals(48, again.current(Purpose.VAULT).secret().length);
    assertEquals(32, again.current(Purpose.RECEIPT).secret().length);
    assertTrue(again.current(Purpose.TOKEN).kid().startsWith("token-20261123-"));
  }

  @Test
  void otherAlgorithmMakesANewReceiptKeyAndKeepsTheOld() throws SQLException {
    Keyring sm2 = Keyring.complete(database, kek, "SM2", CLOCK, random);
    Clock later = Clock.offset(CLOCK, Duration.ofSeconds(1));
    Keyring both = Keyring.complete(database, kek, "Ed25519", later, random);
    assertEquals(2, both.keys(Purpose.RECEIPT).size());
    assertEquals("Ed25519", both.current(Purpose.RECEIPT).algorithm());
    assertEquals(sm2.current(Purpose.RECEIPT).kid(), both.keys(Purpose.RECEIPT).get(1).kid());
  }

  @Test
  void aRetiredKeyStaysForCheckingOnly() throws SQLException {
    String old = Keyring.complete(database, kek, "SM2", CLOCK, random).current(Purpose.CODE).kid();
    execute("update keyring set retired_at = now() where kid = '" + old + "'");
    CannotStart none =
        assertThrows(CannotStart.class, () -> Keyring.load(database, kek).current(Purpose.CODE));
    assertTrue(none.getMessage().contains("holds no CODE key"));
    Keyring renewed = Keyring.complete(database, kek, "SM2", CLOCK, random);
    assertNotEquals(old, renewed.current(Purpose.CODE).kid());
    assertEquals(2, renewed.keys(Purpose.CODE).size());
  }

  @Test
  void refusesAnotherKek() throws SQLException {
    assertFalse(Keyring.complete(database, kek, "SM2", CLOCK, random).keys(Purpose.CODE).isEmpty());
    Kek other = Kek.ofHex(Secrets.hex(random, Kek.BYTES), "test");
    CannotStart refusal = assertThrows(CannotStart.class, () -> Keyring.load(database, other));
    assertTrue(
        refusal.getMessage().startsWith("the key-encryption key does not open stored key "),
        refusal.getMessage());
  }

  @Test
  void oneUnreadableKeyIsLeftOutAndNamedAndNoOtherTakesItsPlace() throws SQLException {
    Keyring whole = Keyring.complete(database, kek, "SM2", CLOCK, random);
    String kid = whole.current(Purpose.RECEIPT).kid();
    execute(
        """
        update keyring a set wrapped = b.wrapped from keyring b
        where a.purpose = 'RECEIPT' and b.purpose = 'TOKEN'""");
    Keyring rest = Keyring.load(database, kek);
    assertEquals("key " + kid, rest.unreadable().get(0).toString());
    assertEquals(1, rest.unreadable().size());
    assertEquals(List.of(), rest.keys(Purpose.RECEIPT));
    assertEquals(whole.current(Purpose.TOKEN).kid(), rest.current(Purpose.TOKEN).kid());
    CannotStart refusal =
        assertThrows(
            CannotStart.class, () -> Keyring.complete(database, kek, "SM2", CLOCK, random));
    assertTrue(refusal.getMessage().contains(kid), refusal.getMessage());
  }

  @Test
  void aKeyIsAnnouncedUsedAndEnds() throws SQLException {
    Keyring first = Keyring.complete(database, kek, "SM2", CLOCK, random);
    String before = first.current(Purpose.TOKEN).kid();
    Clock later = Clock.offset(CLOCK, Duration.ofMinutes(1));
    KeyRotation rotation = new KeyRotation(database, later);
    String kid = rotation.announce(kek, Purpose.TOKEN, "SM2", random);
    Keyring announced = Keyring.load(database, kek);
    assertEquals(before, announced.current(Purpose.TOKEN).kid(), "known, and not used yet");
    assertEquals(2, announced.takenAt(Purpose.TOKEN, later.instant()).size());
    rotation.use(kid, null);
    assertThrows(CannotStart.class, () -> rotation.use(kid, null), "once");
    Keyring used = Keyring.load(database, kek);
    assertEquals(kid, used.current(Purpose.TOKEN).kid());
    Keyring.Key former = used.keys(Purpose.TOKEN).get(1);
    Instant end = Objects.requireNonNull(former.endsAt());
    assertEquals(later.instant().plus(KeyRotation.TOKENS_TAKEN), end);
    assertTrue(former.isTakenAt(end.minusSeconds(1)));
    assertFalse(former.isTakenAt(end));
    assertEquals(
        first.current(Purpose.RECEIPT).kid(), used.current(Purpose.RECEIPT).kid(), "one purpose");
  }

  @Test
  void keysOfReceiptsNeverEnd() throws SQLException {
    Keyring first = Keyring.complete(database, kek, "SM2", CLOCK, random);
    String before = first.current(Purpose.RECEIPT).kid();
    KeyRotation rotation = new KeyRotation(database, Clock.offset(CLOCK, Duration.ofDays(1)));
    rotation.use(rotation.announce(kek, Purpose.RECEIPT, "SM2", random), Duration.ZERO);
    Keyring.Key former = Keyring.load(database, kek).keys(Purpose.RECEIPT).get(1);
    assertEquals(before, former.kid());
    assertEquals(null, former.endsAt());
    assertFalse(rotation.end(before));
  }

  @Test
  void aKeyIsUsedWhenEveryLivingNodeKnowsIt() throws SQLException {
    Keyring ring = Keyring.complete(database, kek, "SM2", CLOCK, random);
    KeyRotation rotation = new KeyRotation(database, CLOCK);
    String kid = rotation.announce(kek, Purpose.TOKEN, "SM2", random);
    String known = ring.current(Purpose.TOKEN).kid();
    execute(
        """
        insert into node_keys values ('n1', clock_timestamp(), '{%1$s}', '{a}'),
          ('n2', clock_timestamp(), '{%1$s,%2$s}', '{b,a}'),
          ('gone', clock_timestamp() - interval '1 hour', '{}', '{a}')"""
            .formatted(known, kid));
    assertEquals(List.of("n1"), rotation.without(kid));
    assertEquals(List.of("n1"), rotation.notWrappingWith("b"));
  }

  @Test
  void whatWasOpenedOnceStaysOpen() throws SQLException {
    Keyring whole = Keyring.complete(database, kek, "SM2", CLOCK, random);
    String kid = whole.current(Purpose.CODE).kid();
    execute("update keyring set wrapped = '\\x00' where kid = '" + kid + "'");
    Keyring rest = Keyring.load(database, kek);
    assertEquals(List.of(), rest.keys(Purpose.CODE));
    Keyring both = rest.orElseOf(whole);
    assertEquals(kid, both.current(Purpose.CODE).kid());
    assertEquals(List.of(), both.unreadable());
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }
}
