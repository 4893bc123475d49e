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

  private static final String RENEW =
      """
      update staff set password = ?, one_time_until = null, tries = 0, locked_until = null
      where login = ? returning epoch
      """;

  private static final String KNOWN = "select from org where code = ?";

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
    database.setAutoCommit(false);
    try {
      requireKnown(org);
      try (PreparedStatement add = database.prepareStatement(ADD)) {
        add.setString(1, login);
        add.setString(2, name);
        add.setArray(3, database.createArrayOf("text", roles.stream().sorted().toArray()));
        add.setString(4, passwords.hash(password));
        add.setObject(
            5, oneTime ? now().plus(StaffRequests.LASTS) : null, Types.TIMESTAMP_WITH_TIMEZONE);
        add.setString(6, org);
        if (add.executeUpdate() == 0) {
          throw new CannotStart("login " + login + " is taken");
        }
      }
      note(login);
      database.commit();
    } finally {
      database.rollback();
      database.setAutoCommit(true);
    }
  }

  /**
   * Sees to it that there is such an account, with this password and no lock: for demos.
   *
   * @param org code of the organisation
   * @return the epoch of the account
   */
  public long renew(String login, String name, String org, Set<Role> roles, String password)
      throws SQLException {
    try (PreparedStatement renew = database.prepareStatement(RENEW)) {
      renew.setString(1, passwords.hash(password));
      renew.setString(2, login);
      try (ResultSet row = renew.executeQuery()) {
        if (row.next()) {
          return row.getLong(1);
        }
      }
      add(login, name, org, roles, password, false);
      return 1;
    }
  }

  private void requireKnown(String org) throws SQLException {
    try (PreparedStatement known = database.prepareStatement(KNOWN)) {
      known.setString(1, org);
      try (ResultSet row = known.executeQuery()) {
        if (!row.next()) {
          throw new CannotStart("there is no organisation " + org);
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
