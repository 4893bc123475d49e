package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.union.FirstStaff;
import cn.unionecard.gateway.union.Passwords;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Accounts of the demo: one for every role of the province, the city and a district, and a
 * merchant's.
 */
public final class DemoStaff {
  private static final String READER = "city.auditor";

  /**
   * An account with its password in the clear, for the file that the demo's owner alone may read.
   *
   * @param org code of the organisation
   * @param epoch for tokens of the account
   * @param merchantNo whose account it is; null: the union's
   */
  public record Account(
      String login,
      String password,
      String org,
      Role role,
      long epoch,
      @Nullable String merchantNo) {
    @Override
    public String toString() {
      return login;
    }
  }

  /** The login of the merchant's account. */
  public static final String SHOP = "shop.keeper";

  /** That of the account, if there is one; else that of the first terminal at which others sell. */
  private static final String ITS_MERCHANT =
      """
      select m.merchant_no, o.code from merchant m join org o on o.id = m.signing_org
      left join staff s on s.merchant = m.id and s.login = 'shop.keeper'
      where s.id is not null
        or m.status = 'LIVE' and exists (select from terminal t where t.merchant = m.id)
      order by s.id is null, (select min(t.terminal_no) from terminal t
          where t.merchant = m.id and t.terminal_no > 'T0000005'), m.id
      limit 1
      """;

  private DemoStaff() {}

  /**
   * Makes what is missing, and sees to it that each has its password, unlocked.
   *
   * @param known passwords by login; who is not among them gets a new one
   */
  static List<Account> renew(
      Connection database, Map<String, String> known, Clock clock, SecureRandom random)
      throws SQLException {
    Passwords passwords = new Passwords(random);
    FirstStaff first = new FirstStaff(database, passwords, clock);
    List<Account> accounts = new ArrayList<>();
    for (Level level : levels(database)) {
      for (Role role : EnumSet.complementOf(EnumSet.of(Role.MERCHANT))) {
        String login = level.name + "." + role.name().toLowerCase(Locale.ROOT);
        String kept = known.get(login);
        String password = kept == null ? passwords.make() : kept;
        long epoch = first.renew(login, role.name(), level.org, Set.of(role), password);
        accounts.add(new Account(login, password, level.org, role, epoch, null));
      }
    }
    String kept = known.get(SHOP);
    accounts.addAll(shop(database, first, kept == null ? passwords.make() : kept));
    return accounts;
  }

  /** The account of a merchant at which the demo sells; none in a city without one. */
  private static List<Account> shop(Connection database, FirstStaff first, String password)
      throws SQLException {
    try (Statement statement = database.createStatement();
        var rows = statement.executeQuery(ITS_MERCHANT)) {
      if (!rows.next()) {
        return List.of();
      }
      String no = rows.getString("merchant_no");
      String org = rows.getString("code");
      long epoch = first.renewForMerchant(SHOP, "店长", no, password);
      return List.of(new Account(SHOP, password, org, Role.MERCHANT, epoch, no));
    }
  }

  /** The account that reads the city's feed. */
  static Account reader(List<Account> accounts) {
    return accounts.stream()
        .filter(account -> account.login().equals(READER))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("there is no " + READER));
  }

  private record Level(String name, String org) {}

  private static List<Level> levels(Connection database) throws SQLException {
    List<Level> levels = new ArrayList<>();
    try (Statement statement = database.createStatement();
        var rows =
            statement.executeQuery(
                """
                select lower(kind), code from (
                  select kind, code, row_number() over (partition by kind order by id) as place
                  from org where kind in ('PROVINCE', 'CITY', 'DISTRICT')) o
                where place = 1 order by code
                """)) {
      while (rows.next()) {
        levels.add(new Level(rows.getString(1), rows.getString(2)));
      }
    }
    return levels;
  }
}
