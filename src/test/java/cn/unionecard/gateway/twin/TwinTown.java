package cn.unionecard.gateway.twin;

import cn.unionecard.gateway.TestGateway;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.terminal.MasterKeys;
import cn.unionecard.gateway.terminal.TerminalSecrets;
import cn.unionecard.gateway.union.Passwords;
import java.security.SecureRandom;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Streets that share nothing, so that each may be walked beside the others: three merchants, five
 * terminals, three campaigns, cards of its own, and where they are given out, vouchers, quotas and
 * passes. One database is filled, the others are copies of it.
 */
final class TwinTown {
  /** What stands in a street, by place. */
  static final int MAIN = 0;

  static final int SECOND = 1;
  static final int AT_SUSPENDED_MERCHANT = 2;
  static final int AT_OTHER_MERCHANT = 3;
  static final int SUSPENDED = 4;

  private static final int CARDS = 20_000;

  /** Campaigns of a street behind which come those that give out what they are used with. */
  private static final int OPEN_TO_ALL = 3;

  private static final int QUOTA = OPEN_TO_ALL;
  private static final int VOUCHER = QUOTA + 1;
  private static final int PASS = VOUCHER + 1;

  private final int streets;
  private final List<String> urls = new ArrayList<>();
  private final MemberCodes codes;

  TwinTown(int streets, int copies, TwinClock clock) throws Exception {
    this.streets = streets;
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    for (int street = 0; street < streets; street++) {
      build(url, street);
    }
    codes = keys(url, clock);
    urls.add(url);
    int name = url.lastIndexOf('/') + 1;
    for (int copy = 1; copy < copies; copy++) {
      String copied = url.substring(name) + "_twin_" + copy;
      TestStores.execute(
          url.substring(0, name) + "postgres",
          "CREATE DATABASE " + copied + " TEMPLATE " + url.substring(name));
      urls.add(url.substring(0, name) + copied);
    }
    for (String each : urls) {
      // Nothing is killed here: no commit need wait for the disk.
      TestStores.execute(
          url, "ALTER DATABASE " + each.substring(name) + " SET synchronous_commit = off");
    }
  }

  private static void build(String url, int street) {
    int id = id(street, 0);
    boolean combines = street % 2 == 1;
    TestStores.execute(
        url,
        """
        INSERT INTO merchant
        SELECT %1$d + g, '84108021' || lpad((%1$d + g)::text, 7, '0'), '店' || %1$d + g,
               '91410800MA0000007L', 'EAT', '410802', 410802, 410800,
               CASE g WHEN 1 THEN 'SUSPENDED' ELSE 'LIVE' END
        FROM generate_series(0, 2) g;
        INSERT INTO terminal (id, terminal_no, merchant, serial_no, status, scene)
        SELECT %1$d + g, 'T' || lpad((%1$d + g)::text, 7, '0'),
               %1$d + CASE g WHEN 2 THEN 1 WHEN 3 THEN 2 ELSE 0 END, 'SN' || %1$d + g, 'ACTIVE',
               CASE g WHEN 1 THEN '%2$s' ELSE 'OFFLINE_POS' END
        FROM generate_series(0, 4) g"""
            .formatted(id, Scene.values()[street % Scene.values().length]));
    campaign(
        url,
        id,
        "{\"kind\":\"PERCENT\",\"basisPoints\":1000,\"capFen\":2000}",
        70,
        combines ? stack("\"groups\":[\"ONE\"],\"payableFenMin\":1") : "",
        9_000);
    campaign(
        url,
        id + 1,
        "{\"kind\":\"THRESHOLD\",\"thresholdFen\":5000,\"offFen\":900}",
        100,
        combines ? stack("\"groups\":[\"ONE\"]") : "",
        4_000);
    campaign(
        url,
        id + 2,
        combines
            ? "{\"kind\":\"FIXED\",\"offFen\":333,\"lines\":\"GOODS\"}"
            : "{\"kind\":\"FIXED\",\"offFen\":333}",
        50,
        ",\"scenes\":[\"OFFLINE_POS\",\"ONLINE_MALL\"]"
            + ",\"limits\":{\"memberDayCount\":2,\"memberFen\":800}"
            + (combines ? stack("\"base\":\"ORDER\"") : ""),
        2_500);
  }

  /** In every second street two of its campaigns can be given together. */
  private static String stack(String more) {
    return ",\"stack\":{\"sets\":[\"STREET\"]," + more + "}";
  }

  /** Members are given lots, vouchers and passes of campaigns of their street, everywhere alike. */
  void giveOut(TwinClock clock) {
    everywhere(
        """
        INSERT INTO staff (login, name, org, roles, status, password)
        SELECT 'twin.' || g, '某人', 410800, '{CLERK}', 'ACTIVE', '%s' FROM generate_series(1, 2) g"""
            .formatted(new Passwords(new SecureRandom()).hash("a long password")));
    for (int street = 0; street < streets; street++) {
      for (String url : urls) {
        giving(url, street);
      }
      give(street, clock.millis());
    }
  }

  /** What the street gives out: a quota, a voucher and a pass, as unlike as can be. */
  private static void giving(String url, int street) {
    boolean combines = street % 2 == 1;
    int id = id(street, 0);
    campaign(
        url,
        id + QUOTA,
        "{\"kind\":\"PERCENT\",\"basisPoints\":10000,\"capFen\":100000000}",
        60,
        combines ? stack("\"groups\":[\"TWO\"]") : "",
        90_000);
    campaign(
        url,
        id + VOUCHER,
        "{\"kind\":\"THRESHOLD\",\"thresholdFen\":5000,\"offFen\":1501}",
        100,
        combines ? stack("\"base\":\"ORDER\"") : "",
        40_000);
    campaign(
        url,
        id + PASS,
        "{\"kind\":\"FIXED\",\"offFen\":1111,\"lines\":\"GATE\"}",
        75,
        combines ? stack("\"groups\":[\"TWO\"]") : ",\"limits\":{\"memberFen\":3000}",
        20_000);
    TestStores.execute(
        url,
        """
        UPDATE campaign SET grants = '{"kind":"QUOTA","returnDays":%2$d}' WHERE id = %1$d + 3;
        UPDATE campaign SET grants = '{"kind":"VOUCHER","returnDays":%3$d}' WHERE id = %1$d + 4;
        UPDATE campaign SET grants =
          jsonb_build_object('kind', 'PASS', 'siteCount', 2, 'siteDayCount', 1 + %2$d, 'returnDays', %2$d)
        WHERE id = %1$d + 5;
        UPDATE campaign SET rule = jsonb_set(rule, '{merchants,ids}', '[%1$d,%4$d]')
        WHERE id = %1$d + 5;
        INSERT INTO benefit_round (id, campaign, name, document_no, way, state, prepared_by,
          approved_by, each, most, good_days, granted, fen, entries)
        OVERRIDING SYSTEM VALUE
        SELECT %1$d + n.place, %1$d + n.place, '批次', 'x', 'SHEET', 'OPEN', min(s.id), max(s.id), 2,
          100000, 30, 0, n.fen, n.entries
        FROM staff s, (VALUES (3, 1000, NULL), (4, NULL, NULL), (5, NULL, 3)) AS n (place, fen, entries)
        WHERE s.login LIKE 'twin.%%' GROUP BY n.place, n.fen, n.entries"""
            .formatted(id, street % 2, street % 3, id + 2));
  }

  /**
   * Every fourth member has two lots, every fourth two vouchers, every fourth a pass, some have all
   * of it; some of it is good from the second day on, some over on the third or fourth.
   */
  private void give(int street, long startMs) {
    int own = CARDS / streets;
    everywhere(
        """
        INSERT INTO entitlement (member, campaign, round, nth, kind, worth_fen, granted_at, from_ms,
          until_ms, limit_fen, limit_count)
        SELECT m, %1$d + 2 + w, %1$d + 2 + w, nth, k, 1, to_timestamp(%4$d / 1000), %4$d
            + CASE WHEN m %% 5 = 0 AND nth = 1 THEN 500000 ELSE -86400000 END,
          %4$d + CASE (m + nth) %% 3 WHEN 0 THEN 1500000 WHEN 1 THEN 2500000 ELSE 864000000 END,
          CASE k WHEN 2 THEN 1500 + 37 * (m %% 100) END,
          CASE k WHEN 1 THEN 1 WHEN 3 THEN 3 END
        FROM (SELECT m, nth, (ARRAY[2, 1, 3])[w] AS k, w
              FROM generate_series(%2$d, %3$d) m, generate_series(1, 3) w, generate_series(1, 2) nth) g
        WHERE (m %% 4 = w OR m %% 7 = 0) AND (k <> 3 OR nth = 1)
        ORDER BY m, k, nth;
        UPDATE benefit_round r SET granted = (SELECT count(*) FROM entitlement WHERE round = r.id)
        WHERE r.id BETWEEN %1$d + 3 AND %1$d + 5"""
            .formatted(id(street, 0), 1 + street * own, (street + 1) * own, startMs));
  }

  private static void campaign(
      String url, int id, String benefit, int unionPercent, String limits, long budgetFen) {
    String merchant =
        unionPercent == 100
            ? ""
            : ",{\"funder\":\"MERCHANT\",\"shareBp\":%d}".formatted(10_000 - 100 * unionPercent);
    int street = id / 10 * 10;
    TestTown.campaign(
        url,
        id,
        benefit(id),
        """
        {"benefit":%s,"funders":[{"funder":"UNION","org":410800,"shareBp":%d}%s],
         "merchants":{"ids":[%d,%d]}%s}"""
            .formatted(benefit, 100 * unionPercent, merchant, street, street + 1, limits),
        budgetFen);
  }

  /** The campaign's code, as a till names it. */
  static String benefit(int campaign) {
    return "C-" + campaign;
  }

  static MemberCodes keys(String url, TwinClock clock) throws Exception {
    SecureRandom random = new SecureRandom();
    Kek kek = Kek.of(new Config.Keys(null, TestGateway.KEK, "Ed25519"));
    TerminalSecrets secrets = new TerminalSecrets(kek, random);
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        var statement = database.createStatement();
        var rows = statement.executeQuery("SELECT terminal_no FROM terminal WHERE id >= 1000")) {
      MasterKeys keys = new MasterKeys(database);
      while (rows.next()) {
        TerminalId terminal = new TerminalId(rows.getString(1));
        var algorithm = TwinHouse.algorithm(terminal.value());
        keys.store(
            terminal,
            secrets.wrapMaster(terminal, TwinHouse.TMK),
            new MasterKeys.Stored(
                algorithm,
                MacMode.XOR_ECB,
                EcbCipher.checkValue(algorithm, TwinHouse.TMK),
                clock.instant()));
      }
      return TestGateway.codes(database, "Ed25519", clock);
    }
  }

  private static int id(int street, int place) {
    return 1_000 + 10 * street + place;
  }

  /** The terminal at that place of a street. */
  static String terminal(int street, int place) {
    return String.format(Locale.ROOT, "T%07d", id(street, place));
  }

  /** One of the street's campaigns. */
  static String benefit(int street, int which) {
    return benefit(id(street, which));
  }

  /** The street's cards are numbered from 0, round and round. */
  long card(int street, int number) {
    int own = CARDS / streets;
    return 1L + street * own + number % own;
  }

  /** One at a time: the codes' ciphers hold state. */
  synchronized String code(long card, long second) {
    return codes.issue(new CardNo(card), 1, second);
  }

  List<String> urls() {
    return urls;
  }

  /** The same change in every database. */
  void everywhere(String sql) {
    urls.forEach(url -> TestStores.execute(url, sql));
  }

  void suspendTerminals() {
    everywhere("UPDATE terminal SET status = 'SUSPENDED' WHERE id >= 1000 AND id % 10 = 4");
  }

  /** Merchants come and go, budgets grow a little, some of what was given is void: a day's news. */
  void nextDay(int day) {
    everywhere(
        """
        UPDATE merchant SET status =
          CASE (id / 10 + %d) %% 6 WHEN 0 THEN 'SUSPENDED' WHEN 1 THEN 'RECTIFYING' ELSE 'LIVE' END
        WHERE id >= 1000 AND id %% 10 = 0;
        UPDATE allowance SET limit_fen = limit_fen + 1500 WHERE kind = 1 AND owner >= 1000;
        UPDATE entitlement SET void_at = granted_at, void_reason = '补发'
        WHERE id %% 9 = %d AND void_at IS NULL"""
            .formatted(day, day));
  }
}
