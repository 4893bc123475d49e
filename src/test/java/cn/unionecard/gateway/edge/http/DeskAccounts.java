package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.union.Passwords;
import cn.unionecard.gateway.union.StaffEpochs;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The accounts of a {@link DeskHouse}, one for every role of each union, and their tokens. */
final class DeskAccounts {
  private final String url;
  private final StaffEpochs epochs;
  private final TokenIssuer issuer;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();

  DeskAccounts(String url, StaffEpochs epochs, TokenIssuer issuer) {
    this.url = url;
    this.epochs = epochs;
    this.issuer = issuer;
  }

  /** The account of a role in an organisation. */
  static String login(String org, Role role) {
    return "u" + org + "." + role.name().toLowerCase(Locale.ROOT);
  }

  /** Before anybody listens. */
  static void addAll(String url) throws SQLException {
    String hash = new Passwords(new SecureRandom()).hash(DeskHouse.PASSWORD);
    try (Connection connection = PostgresUrl.parse(url).jdbcConnection();
        PreparedStatement add =
            connection.prepareStatement(
                """
                insert into staff (login, name, org, roles, status, password, merchant)
                select ?, '某人', id, array[?], 'ACTIVE', ?, case when ? then 1 end
                from org where code = ?""")) {
      for (String org : DeskHouse.ORGS) {
        for (Role role : Role.values()) {
          add.setString(1, login(org, role));
          add.setString(2, role.name());
          add.setString(3, hash);
          add.setBoolean(4, role == Role.MERCHANT);
          add.setString(5, org);
          add.addBatch();
        }
      }
      add.executeBatch();
    }
  }

  void add(String login, String org, Role... roles) {
    TestStores.execute(
        url,
        """
        insert into staff (login, name, org, roles, status, password, merchant)
        select '%s', '某人', o.id, r.roles, 'ACTIVE', s.password,
          case when 'MERCHANT' = any (r.roles) then 1 end
        from org o, (select string_to_array('%s', ',') as roles) r, (select password from staff limit 1) s where o.code = '%s'"""
            .formatted(
                login, Stream.of(roles).map(Role::name).collect(Collectors.joining(",")), org));
    awaitHeard(login);
    tokens.put(login, issuer.staff(login, org, Set.of(roles), 1, Duration.ofDays(1)));
  }

  /** Whosever the account of that name was before. */
  void give(String login, String merchantNo) {
    TestStores.execute(
        url,
        """
        delete from staff where login = '%1$s';
        insert into staff (login, name, org, roles, status, password, merchant)
        select '%1$s', '店长', m.signing_org, '{MERCHANT}', 'ACTIVE', s.password, m.id
        from merchant m, (select password from staff limit 1) s where m.merchant_no = '%2$s'"""
            .formatted(login, merchantNo));
    awaitHeard(login);
    tokens.put(
        login,
        issuer.staff(login, signingOrg(merchantNo), Set.of(Role.MERCHANT), 1, Duration.ofDays(1)));
  }

  /** Code of the union that signs it: the towns number theirs as they code them. */
  private String signingOrg(String merchantNo) {
    long id =
        TestStores.number(
            url, "select signing_org from merchant where merchant_no = '" + merchantNo + "'");
    return id == 9 ? "410802.0001" : Long.toString(id);
  }

  /** Waits until the edge has heard of an account. */
  private void awaitHeard(String login) {
    boolean heard = false;
    while (!heard) {
      try {
        heard = epochs.isCurrent(new Caller.Staff(login, "", Set.of(), 1));
      } catch (Fault.Busy notYet) {
        Thread.onSpinWait();
      }
    }
  }

  String token(String login) {
    return tokens.computeIfAbsent(
        login,
        name -> {
          int dot = name.lastIndexOf('.');
          Role role = Role.valueOf(name.substring(dot + 1).toUpperCase(Locale.ROOT));
          return issuer.staff(name, name.substring(1, dot), Set.of(role), 1, Duration.ofDays(1));
        });
  }

  /** Tokens of before are old by now: made anew. */
  void pass() {
    tokens.keySet().removeIf(login -> login.startsWith("u4"));
  }

  void awaitEnded(String login, long epoch) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (epochs.isCurrent(new Caller.Staff(login, "", Set.of(), epoch))) {
      if (System.nanoTime() > until) {
        throw new AssertionError("the edge has not heard of the end of " + login);
      }
    }
  }
}
