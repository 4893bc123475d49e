package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.model.CardNo;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a newcomer opens first: a phone with a card and a till, each by a link that works once. The
 * codes in them are given out by the desk of the running gateway, as a union's clerk gives them.
 *
 * @param phone binds a browser to a card
 * @param till activates a browser as a terminal, or only opens it where one has been already
 */
public record Invitation(String phone, String till) {
  /** A terminal for browsers, beside those of the city. */
  static final String TERMINAL = "WEB00001";

  /** The last of the cards that no phone has: the demo's own phones begin with the first. */
  private static final String CARD =
      """
      select max(serial) as found from card where status = 'ACTIVE' and device_key is null""";

  /** In the shop of the first terminal; numbered as the desk numbers those that it binds. */
  private static final String BIND =
      """
      insert into terminal (id, terminal_no, merchant, serial_no, status)
      select nextval('terminal_id'), '%1$s', merchant, 'WEB-%1$s', 'REGISTERED'
      from terminal where terminal_no = 'T0000001' on conflict (terminal_no) do nothing"""
          .replace("%1$s", TERMINAL);

  private static final String IS_FREE =
      "select count(*) as found from terminal where status = 'REGISTERED' and terminal_no = '"
          + TERMINAL
          + "'";

  private static final String CLERK = "city.clerk";

  private static final String EPOCH =
      "select epoch as found from staff where login = '" + CLERK + "'";

  /** Makes the token of an account of the city. */
  public interface Tokens {
    String of(String login, long epoch);
  }

  /**
   * Asks the desk for the codes.
   *
   * @param pages where browsers look
   */
  public static Invitation of(House house, Https desk, String pages, Tokens tokens)
      throws SQLException {
    String token;
    String card;
    boolean isFree;
    try (Connection database = house.connect();
        Statement statement = database.createStatement()) {
      int unused = statement.executeUpdate(BIND);
      token = tokens.of(CLERK, number(statement, EPOCH));
      card = new CardNo(number(statement, CARD)).digits();
      isFree = number(statement, IS_FREE) == 1;
    }
    String bind = pages + "/card#bind=" + code(desk, token, "/v1/cards/" + card + "/enrolments");
    String till = pages + "/till";
    return new Invitation(
        bind,
        isFree
            ? till
                + "#activate="
                + TERMINAL
                + "."
                + code(desk, token, "/v1/terminals/" + TERMINAL + "/activation-codes")
            : till);
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      if (!row.next()) {
        throw new IllegalStateException("nothing by " + sql);
      }
      return row.getLong("found");
    }
  }

  private static String code(Https desk, String token, String path) {
    Https.Answer given = desk.post(path, token, null, new JsonObject());
    if (given.status() != 201) {
      throw new IllegalStateException(path + " answers " + given);
    }
    return given.json().getString("code");
  }
}
