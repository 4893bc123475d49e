package cn.unionecard.workbench.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.privacy.Column;
import cn.unionecard.gateway.privacy.MemberKey;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.Migrations;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.workbench.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole city in a real PostgreSQL. */
class CityLoaderIT {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 23);
  private static final City CITY = City.generate(City.SEED, Size.CITY, TODAY);

  private static EmbeddedPostgres postgres;
  private static Connection connection;
  private static MemberVault vault;

  @BeforeAll
  static void load(@TempDir Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder, 0);
    Migrations.migrate(postgres.url());
    connection = PostgresUrl.parse(postgres.url()).jdbcConnection();
    SecureRandom random = new SecureRandom();
    byte[] key = new byte[MemberVault.KEY_BYTES];
    random.nextBytes(key);
    vault = new MemberVault(key, Kek.of(new Config.Keys(null, "5a".repeat(32), "SM2")), random);
    assertTrue(CityLoader.load(connection, CITY, vault));
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
    postgres.close();
  }

  @Test
  void holdsEveryRow() throws SQLException {
    assertEquals(CITY.orgs().size(), number("select count(*) from org"));
    assertEquals(145_000, number("select count(*) from member"));
    assertEquals(145_000, number("select count(*) from card where status = 'ACTIVE'"));
    assertEquals(
        People.EXTRA_CARDS_MAX, number("select count(*) from card where status <> 'ACTIVE'"));
    assertEquals(600, number("select count(*) from merchant"));
    assertEquals(1_000, number("select count(*) from terminal"));
    assertEquals(22, number("select count(*) from campaign"));
    assertEquals(
        22,
        number(
            "select count(*) from allowance a join campaign c on c.id = a.owner"
                + " where a.kind = 1 and a.holder = 0 and a.limit_fen > 0"));
  }

  @Test
  void theTreeOfTheDatabaseIsTheTreeOfTheCity() throws SQLException {
    long under = CITY.orgs().stream().filter(org -> org.path().contains(410802)).count();
    assertEquals(under, number("select count(*) from org where path @> array[410802]"));
    assertEquals(
        0,
        number(
            "select count(*) from org o join org p on p.id = o.parent"
                + " where o.path <> p.path || o.id"));
  }

  @Test
  void windowsBeginAtMidnightInShanghai() throws SQLException {
    assertEquals(
        20,
        number(
            "select count(*) from campaign"
                + " where timestamptz '2026-11-23T12:00:00+08:00' between starts_at and ends_at"));
    assertEquals(
        22,
        number(
            "select count(*) from campaign"
                + " where (starts_at at time zone 'Asia/Shanghai')::time = time '00:00'"));
  }

  @Test
  void thePlannerKnowsTheTables() throws SQLException {
    assertEquals(
        145_480, number("select reltuples::bigint from pg_class where oid = 'card'::regclass"));
  }

  @Test
  void theVaultGivesBackNamesAndNumbers() throws SQLException {
    String sql =
        "select name_cipher, identity_cipher, k.identity_index, wrapped from member m"
            + " join member_key k on k.member = m.id where m.id = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Member member : membersUpTo(50)) {
        statement.setLong(1, member.id());
        try (ResultSet row = statement.executeQuery()) {
          assertTrue(row.next());
          MemberKey key = vault.open(member.id(), row.getBytes(4));
          assertEquals(member.name(), key.decrypt(Column.NAME, row.getBytes(1)));
          assertEquals(member.identity(), key.decrypt(Column.IDENTITY, row.getBytes(2)));
          assertArrayEquals(vault.index(member.identity()), row.getBytes(3));
        }
      }
    }
  }

  @Test
  void noNameAndNoNumberLiesInTheOpen() throws SQLException {
    String sql =
        "select count(*) from member m join card c on c.member = m.id where m.id = ? and"
            + " (position(convert_to(?, 'UTF8') in m.name_cipher || m.identity_cipher) > 0"
            + "  or position(convert_to(?, 'UTF8') in m.name_cipher || m.identity_cipher) > 0"
            + "  or (m.*)::text like '%' || ? || '%' or (m.*)::text like '%' || ? || '%'"
            + "  or (c.*)::text like '%' || ? || '%' or (c.*)::text like '%' || ? || '%')";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Member member : membersUpTo(500)) {
        statement.setLong(1, member.id());
        for (int place = 2; place <= 7; place++) {
          statement.setString(place, place % 2 == 0 ? member.name() : member.identity());
        }
        try (ResultSet row = statement.executeQuery()) {
          assertTrue(row.next());
          assertEquals(0, row.getInt(1), "member " + member.id());
        }
      }
    }
  }

  @Test
  void aLoadedCityIsRecognised() throws SQLException {
    long version = number("select version from definitions");
    assertFalse(CityLoader.load(connection, CITY, vault));
    assertEquals(version, number("select version from definitions"));
    assertTrue(connection.getAutoCommit());
  }

  @Test
  void aCityIsRecognisedWhenSomebodyHasJoined() throws SQLException {
    execute(
        """
        insert into member select 1000000000, org, category, '\\x00', '\\x00', '\\x00'
          from member where id = 1;
        insert into card values (8000000000, 1000000000, 'ISSUED', 1, '某*');
        """);
    try {
      assertFalse(CityLoader.load(connection, CITY, vault));
    } finally {
      execute(
          "delete from card where serial = 8000000000; delete from member where id = 1000000000");
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void anotherCityIsNotLoadedOverIt() throws SQLException {
    City other = City.generate(City.SEED, members(10), TODAY);
    assertThrows(CannotStart.class, () -> assertTrue(CityLoader.load(connection, other, vault)));
    assertEquals(145_000, number("select count(*) from member"));
  }

  @Test
  void aLargerOneIsLoadedAndKnownByItsSize() throws SQLException {
    execute("create database larger");
    String url = postgres.url().replaceFirst("/[^/]*$", "/larger");
    Migrations.migrate(url);
    Size size = new Size(100, 700, 1_500);
    try (Connection larger = PostgresUrl.parse(url).jdbcConnection()) {
      assertEquals(Size.AS_IT_IS, CityLoader.size(larger));
      assertTrue(CityLoader.load(larger, City.generate(City.SEED, size, TODAY), vault));
      assertEquals(size, CityLoader.size(larger));
      City city = City.generate(City.SEED, new Size(100, 0, 0).or(Size.CITY), TODAY);
      assertThrows(CannotStart.class, () -> assertTrue(CityLoader.load(larger, city, vault)));
    }
  }

  private static List<Member> membersUpTo(int id) {
    List<Member> members = new ArrayList<>();
    CITY.people()
        .forEach(
            (member, cards) -> {
              if (member.id() <= id) {
                members.add(member);
              }
            });
    return members;
  }

  private static long number(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertTrue(row.next());
      return row.getLong(1);
    }
  }

  private static Size members(int members) {
    return new Size(members, 0, 0).or(Size.CITY);
  }
}
