package cn.unionecard.gateway.runtime.stores;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The roles of the database: who migrates owns the tables, who serves at the desks may only use
 * them ({@link #SERVES}), the checkout line sells and knows no names ({@link #LINE}), reports read
 * what they count ({@link #REPORTS}), who reads sees neither keys nor members ({@link #READS}). The
 * groups and their rights are made by {@code afterMigrate.sql}. Blocking.
 */
public final class DatabaseRoles {
  public static final String SERVES = "ecard_serves";
  public static final String READS = "ecard_reads";
  public static final String LINE = "ecard_line";
  public static final String REPORTS = "ecard_reports";

  /** Whether the session could do to the audit what nobody may. */
  public static final String OWNS =
      """
      select pg_has_role(current_user, c.relowner, 'usage') as owns
      from pg_class c where c.oid = 'audit'::regclass
      """;

  private static final String MAKE =
      """
      select case when exists (select from pg_roles where rolname = ?)
        then format('alter role %I login password %L', ?, ?)
        else format('create role %I login password %L', ?, ?) end
      """;

  private DatabaseRoles() {}

  /** A node serves with rights of an owner. */
  public static final class ServesAsOwner extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public ServesAsOwner() {
      super("this node's database login owns the tables");
    }
  }

  /**
   * Makes a login, or gives it a new password, and puts it into a group.
   *
   * @param owner may make roles
   */
  public static void let(Connection owner, String group, String login, String password)
      throws SQLException {
    String make;
    try (PreparedStatement format = owner.prepareStatement(MAKE)) {
      format.setString(1, login);
      format.setString(2, login);
      format.setString(3, password);
      format.setString(4, login);
      format.setString(5, password);
      make = text(format.executeQuery());
    }
    String grant;
    try (PreparedStatement format =
        owner.prepareStatement("select format('grant %I to %I', ?, ?)")) {
      format.setString(1, group);
      format.setString(2, login);
      grant = text(format.executeQuery());
    }
    try (Statement statement = owner.createStatement()) {
      boolean made = statement.execute(make);
      boolean granted = statement.execute(grant);
    }
  }

  private static String text(ResultSet rows) throws SQLException {
    try (rows) {
      if (!rows.next()) {
        throw new SQLException("no text");
      }
      return rows.getString(1);
    }
  }
}
