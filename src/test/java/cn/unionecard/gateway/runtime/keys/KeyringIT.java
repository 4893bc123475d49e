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
    execute("truncate keyring");
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

  private void execute(String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }
}
