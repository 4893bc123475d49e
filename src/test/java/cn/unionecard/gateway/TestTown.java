package cn.unionecard.gateway;

import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.model.CardNo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A town small enough to be known by heart: three unions, twenty thousand members with cards
 * 1…20000, four merchants, ten terminals, a few campaigns.
 *
 * <p>Terminals T0000001…T0000006 stand at the live restaurant (merchant 1), 7 at the suspended shop
 * (2), 8 at the live shop (3), 9 at one not yet approved (4), T0000010 is itself suspended.
 */
public final class TestTown {
  public static final List<CodeKey> CODE_KEYS = List.of(new CodeKey("c1", bytes(0), bytes(32)));

  private TestTown() {}

  private static byte[] bytes(int from) {
    byte[] key = new byte[32];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (from + i);
    }
    return key;
  }

  /** What the phone of that card shows. */
  public static String code(long serial, long epochMs) {
    return new MemberCodes(CODE_KEYS).issue(new CardNo(serial), 1, epochMs / 1000);
  }

  /** Fills a migrated database. */
  public static void load(String url) {
    TestStores.execute(
        url,
        """
        INSERT INTO org VALUES
          (410800, '410800', NULL, 'CITY', '市总工会', '410800', '{410800}'),
          (410802, '410802', 410800, 'DISTRICT', '区总工会', '410802', '{410800,410802}'),
          (410821, '410821', 410800, 'COUNTY', '县总工会', '410821', '{410800,410821}');
        INSERT INTO member
          SELECT g, CASE WHEN g % 2 = 0 THEN 410802 ELSE 410821 END,
                 CASE WHEN g % 10 = 0 THEN 'NEW_EMPLOYMENT_FORM' ELSE 'ORDINARY' END,
                 '\\x00', '\\x00', int8send(g)
          FROM generate_series(1, 20000) g;
        INSERT INTO card
          SELECT g, g, CASE g WHEN 9001 THEN 'LOST' WHEN 9002 THEN 'ISSUED' ELSE 'ACTIVE' END, 1, '张*'
          FROM generate_series(1, 20000) g;
        INSERT INTO merchant VALUES
          (1, '841080210000013', '饭店', '91410800MA0000007L', 'EAT', '410802', 410802, 410800, 'LIVE'),
          (2, '841080250000025', '停业店', '91410800MA0000007L', 'SHOP', '410802', 410802, 410800, 'SUSPENDED'),
          (3, '841080250000033', '超市', '91410800MA0000007L', 'SHOP', '410802', 410821, 410821, 'LIVE'),
          (4, '841080250000041', '新店', '91410800MA0000007L', 'SHOP', '410802', 410802, 410800, 'APPROVED');
        INSERT INTO terminal
          SELECT g, 'T' || lpad(g::text, 7, '0'),
                 CASE g WHEN 7 THEN 2 WHEN 8 THEN 3 WHEN 9 THEN 4 ELSE 1 END,
                 'SN' || g, CASE g WHEN 10 THEN 'SUSPENDED' ELSE 'ACTIVE' END
          FROM generate_series(1, 10) g;
        """);
  }

  /** EAT-10, a tenth off up to 20.00 at the shops that sell food, three tenths of it their own. */
  public static void tenPercent(String url) {
    String rule =
        """
        {"benefit":{"kind":"PERCENT","basisPoints":1000,"capFen":2000},
         "funders":[{"funder":"UNION","org":410800,"shareBp":7000},{"funder":"MERCHANT","shareBp":3000}],
         "merchants":{"categories":["EAT"]}}""";
    campaign(url, 1, "EAT-10", rule, 1_000_000_000L);
  }

  /** Adds a campaign that runs from long ago until 2099. */
  public static void campaign(
      String url, int id, String code, String rule, @Nullable Long budgetFen) {
    TestStores.execute(
        url,
        "INSERT INTO campaign VALUES (%d, '%s', '活动%d', 410800, '测试〔2026〕%d号', 'RUNNING',"
                .formatted(id, code, id, id)
            + " '2020-01-01Z', '2099-01-01Z', '"
            + rule
            + "')");
    if (budgetFen != null) {
      TestStores.execute(
          url,
          "INSERT INTO allowance (holder, kind, owner, limit_fen) VALUES (0, 1, %d, %d)"
              .formatted(id, budgetFen));
    }
  }
}
