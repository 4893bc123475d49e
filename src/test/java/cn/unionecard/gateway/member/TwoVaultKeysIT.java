package cn.unionecard.gateway.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.privacy.IndexMove;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.privacy.VaultKey;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.security.SecureRandom;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is entered by nodes of which one takes another key for the newer is one person. */
class TwoVaultKeysIT {
  private static final VaultKey FORMER = new VaultKey(1, key(3));
  private static final VaultKey NEWER = new VaultKey(2, key(4));
  private DeskHouse house;
  private Office office;
  private int clerk;

  private static byte[] key(int each) {
    byte[] key = new byte[MemberVault.KEY_BYTES];
    java.util.Arrays.fill(key, (byte) each);
    return key;
  }

  @BeforeEach
  void open() throws Exception {
    house = new DeskHouse("two-keys");
    house.addStaff("two.keys", "410802", Role.CLERK);
    office = house.office();
    clerk = (int) TestStores.number(house.url, "select id from staff where login = 'two.keys'");
  }

  @AfterEach
  void close() throws Exception {
    house.close();
  }

  private static MemberVault vault(VaultKey... keys) {
    List<VaultKey> all = List.of(keys);
    return new MemberVault(
        () -> all,
        Kek.of(new Config.Keys(null, "5a".repeat(Kek.BYTES), "SM2")),
        new SecureRandom());
  }

  private static String identity(int n) {
    String payload = "4108021990010110" + n;
    return payload + ResidentNumber.checkCharacter(payload);
  }

  private static Roster.Entry entry(String name, int n) {
    return new Roster.Entry(identity(n), name, "ORDINARY", "410802", "", "");
  }

  private Future<Optional<Roster.Taken>> enter(
      String name, int n, Supplier<Future<Void>> before, VaultKey... keys) {
    return office.inTheNameOf(
        clerk,
        Role.CLERK,
        tx ->
            new Roster(vault(keys))
                .enter(tx, entry(name, n))
                .compose(taken -> before.get().map(taken)));
  }

  private static Future<Void> atOnce() {
    return Future.succeededFuture();
  }

  private long people() {
    return TestStores.number(
        house.url,
        "select count(*) from member m join member_key k on k.member = m.id where m.org ="
            + " (select id from org where code = '410802')");
  }

  @Test
  void twoAtOnceUnderDifferentKeysEnterOnePerson() throws Exception {
    long before = people();
    Promise<Void> seen = Promise.promise();
    Promise<Void> goOn = Promise.promise();
    Future<Optional<Roster.Taken>> first =
        enter(
            "张三",
            1,
            () -> {
              seen.complete();
              return goOn.future();
            },
            NEWER,
            FORMER);
    Loops.await(seen.future());
    Future<Optional<Roster.Taken>> second = enter("张三", 1, TwoVaultKeysIT::atOnce, FORMER, NEWER);
    house.awaitNumber(
        "select count(*) from pg_stat_activity where datname = current_database()"
            + " and wait_event_type = 'Lock' and query like '%insert into member_key%'",
        1);
    goOn.complete();
    assertFalse(Loops.await(first).orElseThrow().isBad());
    Throwable failure = assertThrows(Throwable.class, () -> Loops.await(second).isPresent());
    assertEquals(StoreFailure.CONFLICT, StoreFailure.of(rootOf(failure)), failure::toString);
    assertEquals(before + 1, people());
    // whoever asks again finds him, by each of the keys and by both
    for (VaultKey[] keys : List.of(new VaultKey[] {FORMER}, new VaultKey[] {NEWER, FORMER})) {
      assertFalse(Loops.await(enter("李四", 1, TwoVaultKeysIT::atOnce, keys)).orElseThrow().isBad());
    }
    assertEquals(before + 1, people());
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure : rootOf(cause);
  }

  @Test
  void whoeverIsFoundByTheFormerAloneIsMovedAndNobodyElse() throws Exception {
    for (int n = 1; n <= 3; n++) {
      assertFalse(
          Loops.await(enter("张三", n, TwoVaultKeysIT::atOnce, FORMER)).orElseThrow().isBad());
    }
    long people = people();
    assertFalse(
        Loops.await(enter("张三", 2, TwoVaultKeysIT::atOnce, NEWER, FORMER)).orElseThrow().isBad());
    assertEquals(people, people());
    // a sheet of a list that goes on, and what the province has said
    TestStores.execute(
        house.url,
        """
        insert into member_list (org, digest, dry, last_row, staff, started_at)
          select o.id, decode(repeat('00', 32), 'hex'), false, 9, s.id, now()
          from org o, staff s where o.code = '410802' and s.login = 'two.keys';
        insert into member_list_named (list, identity_index, row)
          select max(l.id), k.identity_index, 2 + k.member %% 100 from member_list l, member_key k
          where k.identity_index is not null group by k.identity_index, k.member;
        insert into member_list_named (list, identity_index, row)
          select max(id), decode(repeat('0a', 32), 'hex'), 500 from member_list;
        insert into province_row (kind, subject, taken, digest, shown, place, at)
          select 'MEMBER', identity_index, 1, '\\x01', '4**1', '', now() from member_key
          where identity_index is not null;
        insert into province_row (kind, subject, taken, digest, shown, place, at)
          values ('ORG', 'pv.1', 1, '\\x01', 'pv.1', '', now()),
            ('MEMBER', decode(repeat('0b', 32), 'hex'), 1, '\\x01', '4**2', '', now())"""
            .replace("%%", "%"));
    long named = TestStores.number(house.url, "select count(*) from member_list_named");
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection()) {
      IndexMove move = new IndexMove(database, vault(NEWER, FORMER), FORMER.place());
      assertTrue(move.left().members() >= 3, move.left()::toString);
      List<Long> stay = move.run(step -> assertTrue(step.done() >= 3, step::toString));
      assertEquals(List.of(), stay);
      assertEquals(new IndexMove.Left(0, 0, 1), move.left(), "a row that is no member's");
      assertEquals(2 * named - 1, number("select count(*) from member_list_named"));
      assertEquals(
          0,
          number(
              """
              select count(*) from province_row r join member_key k on k.identity_index = r.subject"""));
      assertEquals(1, number("select count(*) from province_row where digest = '\\x01'"));
      move.clear();
    }
    assertEquals(0, number("select count(*) from member_key where identity_index is not null"));
    assertEquals(named - 1, number("select count(*) from member_list_named"));
    assertEquals(0, number("select count(*) from province_row where key_place = 1"));
    assertEquals(1, number("select count(*) from province_row where kind = 'ORG'"));
    assertFalse(Loops.await(enter("张三", 3, TwoVaultKeysIT::atOnce, NEWER)).orElseThrow().isBad());
    assertEquals(people, people());
    // whoever is forgotten is forgotten here, too
    TestStores.execute(house.url, "delete from member_key where member in (select id from member)");
    assertEquals(0, number("select count(*) from province_row where kind = 'MEMBER'"));
  }

  private long number(String sql) {
    return TestStores.number(house.url, sql);
  }
}
