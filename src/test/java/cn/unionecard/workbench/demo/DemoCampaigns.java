package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;

/** The demo's campaigns in a town that is not the demo's city. */
public final class DemoCampaigns {
  private static final String ORG =
      """
      INSERT INTO org SELECT $1, $1::text, 410800, 'INDUSTRY', '工会' || $1, '410800',
        ARRAY[410800, $1] ON CONFLICT DO NOTHING""";

  private static final String CAMPAIGN =
      """
      INSERT INTO campaign (id, code, name, public_name, org, document_no, status, starts_at,
        ends_at, rule)
      VALUES (?, ?, ?, ?, ?, ?, 'RUNNING', ?::date, ?::date, ?::jsonb)""";

  private static final String BUDGET =
      "INSERT INTO allowance (holder, kind, owner, limit_fen) VALUES (0, 1, ?, 1000000000000)";

  /** What one looks like from outside. */
  public record Named(String code, String name, String publicName, boolean forEverybody) {}

  private DemoCampaigns() {}

  /** Adds them, with budgets that no test uses up, and the organisations that run them. */
  public static List<Named> load(String url, LocalDate today) throws SQLException {
    List<Campaign> campaigns = Campaigns.around(today);
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        PreparedStatement org = database.prepareStatement(ORG.replace("$1", "?::integer"));
        PreparedStatement add = database.prepareStatement(CAMPAIGN);
        PreparedStatement budget = database.prepareStatement(BUDGET)) {
      for (Campaign campaign : campaigns) {
        for (int i = 1; i <= 4; i++) {
          org.setInt(i, campaign.org());
        }
        int orgs = org.executeUpdate();
        add.setInt(1, campaign.id());
        add.setString(2, campaign.code());
        add.setString(3, campaign.name());
        add.setString(4, campaign.publicName());
        add.setInt(5, campaign.org());
        add.setString(6, campaign.documentNo());
        add.setString(7, campaign.starts().toString());
        add.setString(8, campaign.ends().toString());
        add.setString(9, campaign.rule());
        budget.setInt(1, campaign.id());
        if (add.executeUpdate() + budget.executeUpdate() + orgs < 2) {
          throw new SQLException("not added: " + campaign);
        }
      }
    }
    return campaigns.stream()
        .map(c -> new Named(c.code(), c.name(), c.publicName(), !c.rule().contains("\"members\"")))
        .toList();
  }
}
