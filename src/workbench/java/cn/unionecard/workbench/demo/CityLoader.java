package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.privacy.Column;
import cn.unionecard.gateway.privacy.MemberKey;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.runtime.CannotStart;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Loads the city into an empty database: everything in one transaction, by COPY. Personal data
 * leaves this class encrypted only.
 */
final class CityLoader {
  /** What was entered at a desk, not loaded, has numbers from 1,000,000,000 up. */
  private static final String COUNT =
      """
      select (select count(*) from org), (select count(*) from member where id < 1000000000),
             (select count(*) from card where member < 1000000000),
             (select count(*) from merchant where id < 1000000000),
             (select count(*) from terminal where id < 1000000000),
             (select count(*) from campaign)
      """;

  private static final String LOCK = "lock table org in exclusive mode";

  private static final String ORG =
      "copy org (id, code, parent, kind, name, area_code, path) from stdin";

  private static final String MERCHANT =
      """
      copy merchant (id, merchant_no, name, credit_code, category, area_code, authorising_org,
                     signing_org, status) from stdin
      """;

  private static final String TERMINAL =
      "copy terminal (id, terminal_no, merchant, serial_no, status) from stdin";

  private static final String CAMPAIGN =
      "copy campaign (id, code, name, public_name, org, document_no, status, starts_at, ends_at, rule) from stdin";

  /** Kind 1 is the budget of a campaign; it has no holder. */
  private static final String BUDGET = "copy allowance (holder, kind, owner, limit_fen) from stdin";

  private static final String MEMBER =
      "copy member (id, org, category, name_cipher, identity_cipher) from stdin";

  private static final String KEY = "copy member_key (member, wrapped, identity_index) from stdin";

  private static final String CARD =
      "copy card (serial, member, status, epoch, holder_mask) from stdin";

  private static final String ANALYZE =
      "analyze org, member, member_key, card, merchant, terminal, campaign, allowance";

  private final Connection connection;
  private final City city;
  private final MemberVault vault;

  private CityLoader(Connection connection, City city, MemberVault vault) {
    this.connection = connection;
    this.city = city;
    this.vault = vault;
  }

  /** How many rows of each kind the database holds. */
  record Counts(
      long orgs, long members, long cards, long merchants, long terminals, long campaigns) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

    static Counts of(City city) {
      return new Counts(
          city.orgs().size(),
          city.people().members(),
          city.people().cards(),
          city.merchants().size(),
          city.terminals().size(),
          city.campaigns().size());
    }

    /** People go on living there: members and merchants join, campaigns begin. */
    private boolean hasGrownFrom(Counts city) {
      return members == city.members
          && cards == city.cards
          && merchants == city.merchants
          && terminals == city.terminals
          && orgs >= city.orgs
          && campaigns >= city.campaigns;
    }
  }

  /**
   * Loads the city unless it is there already.
   *
   * @param connection used for one transaction; auto-commit is switched on again afterwards
   * @return whether it was loaded now
   * @throws CannotStart if the database holds something else
   */
  static boolean load(Connection connection, City city, MemberVault vault) throws SQLException {
    connection.setAutoCommit(false);
    try {
      boolean loaded = new CityLoader(connection, city, vault).load();
      connection.commit();
      return loaded;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** How large the city is that was loaded; zeros: none is there yet. */
  static Size size(Connection connection) throws SQLException {
    Counts there = count(connection);
    return new Size(
        Math.toIntExact(there.members),
        Math.toIntExact(there.merchants),
        Math.toIntExact(there.terminals));
  }

  private boolean load() throws SQLException {
    execute(LOCK);
    Counts present = count(connection);
    if (present.hasGrownFrom(Counts.of(city))) {
      return false;
    }
    if (!present.equals(Counts.NONE)) {
      throw new CannotStart("the database holds another city: " + present);
    }
    copyOrgs();
    copyMerchants();
    copyTerminals();
    copyCampaigns();
    copyBudgets();
    copyMembers();
    copyCards();
    execute(ANALYZE);
    return true;
  }

  private void copyOrgs() throws SQLException {
    try (CopyRows rows = new CopyRows(connection, ORG)) {
      for (Org org : city.orgs()) {
        CopyRows row = rows.add(org.id()).add(org.code());
        (org.isRoot() ? row.addNull() : row.add(org.parent()))
            .add(org.kind())
            .add(org.name())
            .add(org.areaCode())
            .add(org.path())
            .end();
      }
    }
  }

  private void copyMerchants() throws SQLException {
    try (CopyRows rows = new CopyRows(connection, MERCHANT)) {
      for (Merchant merchant : city.merchants()) {
        rows.add(merchant.id())
            .add(merchant.number())
            .add(merchant.name())
            .add(merchant.creditCode())
            .add(merchant.trade())
            .add(merchant.areaCode())
            .add(merchant.authorisingOrg())
            .add(merchant.signingOrg())
            .add(merchant.status())
            .end();
      }
    }
  }

  private void copyTerminals() throws SQLException {
    try (CopyRows rows = new CopyRows(connection, TERMINAL)) {
      for (Terminal terminal : city.terminals()) {
        rows.add(terminal.id())
            .add(terminal.number().value())
            .add(terminal.merchant())
            .add(terminal.serialNumber())
            .add(terminal.status())
            .end();
      }
    }
  }

  private void copyCampaigns() throws SQLException {
    try (CopyRows rows = new CopyRows(connection, CAMPAIGN)) {
      for (Campaign campaign : city.campaigns()) {
        rows.add(campaign.id())
            .add(campaign.code())
            .add(campaign.name())
            .add(campaign.publicName())
            .add(campaign.org())
            .add(campaign.documentNo())
            .add("RUNNING")
            .add(campaign.starts())
            .add(campaign.ends())
            .add(campaign.rule())
            .end();
      }
    }
  }

  private void copyBudgets() throws SQLException {
    try (CopyRows rows = new CopyRows(connection, BUDGET)) {
      for (Campaign campaign : city.campaigns()) {
        rows.add(0).add(1).add(campaign.id()).add(campaign.budgetFen()).end();
      }
    }
  }

  private void copyMembers() throws SQLException {
    // a connection copies into one table at a time, and the members come first
    List<byte[]> keys = new ArrayList<>();
    try (CopyRows rows = new CopyRows(connection, MEMBER)) {
      city.people()
          .forEach(
              (member, cards) -> {
                MemberKey key = vault.make(member.id());
                keys.add(key.wrapped());
                rows.add(member.id())
                    .add(member.org())
                    .add(member.category())
                    .add(key.encrypt(Column.NAME, member.name()))
                    .add(key.encrypt(Column.IDENTITY, member.identity()))
                    .end();
              });
    }
    Iterator<byte[]> wrapped = keys.iterator();
    try (CopyRows rows = new CopyRows(connection, KEY)) {
      city.people()
          .forEach(
              (member, cards) ->
                  rows.add(member.id())
                      .add(wrapped.next())
                      .add(vault.index(member.identity()))
                      .end());
    }
  }

  private void copyCards() throws SQLException {
    try (CopyRows rows = new CopyRows(connection, CARD)) {
      city.people().forEach((member, cards) -> cards.forEach(card -> copy(rows, card)));
    }
  }

  private static void copy(CopyRows rows, Card card) {
    rows.add(card.serial())
        .add(card.member())
        .add(card.status())
        .add(card.epoch())
        .add(card.holderMask())
        .end();
  }

  private static Counts count(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COUNT)) {
      if (!row.next()) {
        throw new IllegalStateException("count gave no row");
      }
      return new Counts(
          row.getLong(1),
          row.getLong(2),
          row.getLong(3),
          row.getLong(4),
          row.getLong(5),
          row.getLong(6));
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
