package cn.unionecard.gateway.union;

import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.CannotStart;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds an account from the command line, where there is nobody yet who could. Blocking. The audit
 * names the gateway itself.
 */
public final class FirstStaff {
  private static final String ADD =
      """
      insert into staff (login, name, org, roles, status, password, one_time_until)
      select ?, ?, id, ?, 'ACTIVE', ?, ? from org where code = ?
      on conflict (login) do nothing
      """;

  private static final String ADD_OF_A_MERCHANT =
      """
      insert into staff (login, name, org, roles, status, password, one_time_until, merchant)
      select ?, ?, signing_org, '{MERCHANT}', 'ACTIVE', ?, ?, id from merchant where merchant_no = ?
      on conflict (login) do nothing
      """;

  private static final String RENEW =
      """
      update staff set password = ?, one_time_until = null, tries = 0, locked_until = null
      where login = ? returning epoch
      """;

  private static final String KNOWN = "select from org where code = ?";
  private static final String KNOWN_MERCHANT = "select from merchant where merchant_no = ?";

  private static final String NOTE =
      """
      insert into audit (at, actor, orgs, action, subject, outcome, detail)
      select ?, 'gateway', array[org], 'staff.added', login, 'DONE', '{"by":"command line"}'
      from staff where login = ?
      """;

  private final Connection database;
  private final Passwords passwords;
  private final Clock clock;

  public FirstStaff(Connection database, Passwords passwords, Clock clock) {
    this.database = database;
    this.passwords = passwords;
    this.clock = clock;
  }

  /**
   * Adds an account.
   *
   * @param org code of the organisation
   * @param oneTime whether the password has to be changed at the first sign-in
   * @throws CannotStart if the login is taken or there is no such organisation
   */
  public void add(
      String login, String name, String org, Set<Role> roles, String password, boolean oneTime)
      throws SQLException {
    addOnce(
        login,
        () -> {
          require(KNOWN, org, "there is no organisation ");
          try (PreparedStatement add = database.prepareStatement(ADD)) {
            add.setString(1, login);
            add.setString(2, name);
            add.setArray(3, database.createArrayOf("text", roles.stream().sorted().toArray()));
            add.setString(4, passwords.hash(password));
            add.setObject(5, until(oneTime), Types.TIMESTAMP_WITH_TIMEZONE);
            add.setString(6, org);
            return add.executeUpdate();
          }
        });
  }

  /**
   * Adds an account of a merchant, with the union that signs it.
   *
   * @param oneTime whether the password has to be changed at the first sign-in
   * @throws CannotStart if the login is taken or there is no such merchant
   */
  public void addForMerchant(
      String login, String name, String merchantNo, String password, boolean oneTime)
      throws SQLException {
    addOnce(
        login,
        () -> {
          require(KNOWN_MERCHANT, merchantNo, "there is no merchant ");
          try (PreparedStatement add = database.prepareStatement(ADD_OF_A_MERCHANT)) {
            add.setString(1, login);
            add.setString(2, name);
            add.setString(3, passwords.hash(password));
            add.setObject(4, until(oneTime), Types.TIMESTAMP_WITH_TIMEZONE);
            add.setString(5, merchantNo);
            return add.executeUpdate();
          }
        });
  }

  /** Gives the number of rows it added. */
  private interface Adding {
    int add() throws SQLException;
  }

  private void addOnce(String login, Adding adding) throws SQLException {
    database.setAutoCommit(false);
    try {
      if (adding.add() == 0) {
        throw new CannotStart("login " + login + " is taken");
      }
      note(login);
      database.commit();
    } finally {
      database.rollback();
      database.setAutoCommit(true);
    }
  }

  private @Nullable OffsetDateTime until(boolean oneTime) {
    return oneTime ? now().plus(StaffRequests.LASTS) : null;
  }

  /**
   * Sees to it that there is such an account, with this password and no lock: for demos.
   *
   * @param org code of the organisation
   * @return the epoch of the account
   */
  public long renew(String login, String name, String org, Set<Role> roles, String password)
      throws SQLException {
    Long epoch = renew(login, password);
    if (epoch == null) {
      add(login, name, org, roles, password, false);
    }
    return epoch == null ? 1 : epoch;
  }

  /** The same for an account of a merchant; one that is there already stays its merchant's. */
  public long renewForMerchant(String login, String name, String merchantNo, String password)
      throws SQLException {
    Long epoch = renew(login, password);
    if (epoch == null) {
      addForMerchant(login, name, merchantNo, password, false);
    }
    return epoch == null ? 1 : epoch;
  }

  /** The account's epoch; null: there is none. */
  private @Nullable Long renew(String login, String password) throws SQLException {
    try (PreparedStatement renew = database.prepareStatement(RENEW)) {
      renew.setString(1, passwords.hash(password));
      renew.setString(2, login);
      try (ResultSet row = renew.executeQuery()) {
        return row.next() ? (Long) row.getLong(1) : null;
      }
    }
  }

  private void require(String sql, String code, String otherwise) throws SQLException {
    try (PreparedStatement known = database.prepareStatement(sql)) {
      known.setString(1, code);
      try (ResultSet row = known.executeQuery()) {
        if (!row.next()) {
          throw new CannotStart(otherwise + code);
        }
      }
    }
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  private void note(String login) throws SQLException {
    try (PreparedStatement note = database.prepareStatement(NOTE)) {
      note.setObject(1, now());
      note.setString(2, login);
      int unused = note.executeUpdate();
    }
  }
}
