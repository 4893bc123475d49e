package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.model.Caller.Role;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * No token outlives the account it was given out for: every operation of the contract × every way
 * an account can end or change, and the streams that were open by then.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndedAccountIT {
  private static final String ORG = "410802";
  private static final long PATIENCE_S = 20;

  /** What ends the tokens of an account → the statement. */
  private static final Map<String, String> ENDS = new LinkedHashMap<>();

  static {
    ENDS.put("suspended", "update staff set status = 'SUSPENDED' where login = '%s'");
    ENDS.put("reset", "update staff set password = '%s' where login = '%s'");
    ENDS.put("moved", "update staff set org = 410800 where login = '%s'");
    ENDS.put("robbed", "update staff set roles = '{%s}' where login = '%s'");
  }

  private DeskHouse house;
  private int accounts;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("ended");
    house.startFeed();
  }

  @AfterAll
  void close() {
    house.close();
  }

  /** What takes the token it was called with, as it should. */
  private static final Set<String> ENDS_ITSELF = Set.of("endOwnSessions");

  /** An account of its own with a token. */
  private record Account(String login, Role role, String token) {}

  private Account account(Role role) {
    String login = "ended." + ++accounts;
    house.addStaff(login, ORG, role);
    return new Account(
        login, role, house.newToken(login, ORG, Set.of(role), 1, Duration.ofHours(1)));
  }

  private void end(String means, Account account) {
    String other = account.role() == Role.CLERK ? "APPROVER" : "CLERK";
    String otherHash = "$argon2id$v=19$m=19456,t=2,p=1$" + "B".repeat(22) + "$" + "B".repeat(43);
    // a merchant's account has no other role, but may be taken away
    String how = account.role() == Role.MERCHANT && means.equals("robbed") ? "suspended" : means;
    String statement =
        switch (how) {
          case "robbed" -> Objects.requireNonNull(ENDS.get(how)).formatted(other, account.login());
          case "reset" ->
              Objects.requireNonNull(ENDS.get(how)).formatted(otherHash, account.login());
          default -> Objects.requireNonNull(ENDS.get(how)).formatted(account.login());
        };
    TestStores.execute(house.url, statement);
    house.awaitEnded(account.login(), 1);
  }

  /** Nobody has to remember it who adds a column. */
  @Test
  void aColumnThatComesLaterEndsTokensButForThoseThatSayNothingOfRights() {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestStores.execute(
        url,
        """
        insert into staff (login, name, org, roles, status, password)
          values ('later.one', '某人', 410802, '{CLERK}', 'ACTIVE', '$argon2id$');
        alter table staff add column of_later integer;""");
    Map<String, Boolean> ends = new LinkedHashMap<>();
    ends.put("name = '另一人'", false);
    ends.put("tries = 3", false);
    ends.put("locked_until = now()", false);
    ends.put("one_time_until = now()", false);
    ends.put("name = name", false);
    ends.put("of_later = 1", true);
    ends.put("of_later = null", true);
    ends.put("second_factor_at = now()", true);
    ends.put("signed_out_at = now()", true);
    ends.put("status = 'SUSPENDED'", true);
    long epoch = 1;
    for (Map.Entry<String, Boolean> change : ends.entrySet()) {
      TestStores.execute(url, "update staff set " + change.getKey() + " where login = 'later.one'");
      epoch += change.getValue() ? 1 : 0;
      assertEquals(
          epoch,
          TestStores.number(url, "select epoch from staff where login = 'later.one'"),
          change.getKey());
    }
  }

  @Test
  void noOperationServesATokenOfAnAccountThatEndedOrChanged() throws Exception {
    Map<String, Map<Role, Account>> ended = new LinkedHashMap<>();
    Map<Role, Account> standing = new LinkedHashMap<>();
    for (Role role : Role.values()) {
      standing.put(role, account(role));
      for (String how : ENDS.keySet()) {
        Account account = account(role);
        end(how, account);
        ended.computeIfAbsent(how, first -> new LinkedHashMap<>()).put(role, account);
      }
    }
    List<String> wrong = new ArrayList<>();
    Set<String> walked = new TreeSet<>();
    for (Contract.Operation operation : Contract.operations()) {
      String at = operation.path().replaceAll("\\{[a-zA-Z]+}", "1");
      for (String name : operation.roles()) {
        if (Set.of("ANYBODY", "TERMINAL", "MEMBER").contains(name)) {
          continue;
        }
        walked.add(operation.id());
        Role role = Role.valueOf(name);
        String what = operation.method() + " " + at;
        if (!at.equals("/v1/feed")) {
          Account good = Objects.requireNonNull(standing.get(role));
          assertNotEquals(401, status(good, operation.method(), at), what + " for " + role);
          if (ENDS_ITSELF.contains(operation.id())) {
            standing.put(role, account(role));
          }
        }
        for (String how : ENDS.keySet()) {
          Account account =
              Objects.requireNonNull(Objects.requireNonNull(ended.get(how)).get(role));
          int status = status(account, operation.method(), at);
          if (status != 401) {
            wrong.add(what + " answers " + role + " " + how + " with " + status);
          }
        }
      }
    }
    assertTrue(walked.containsAll(Set.of("readFeed", "getBlock", "getReceipt")), walked::toString);
    assertTrue(walked.size() >= 60, () -> "operations walked: " + walked.size());
    assertEquals(List.of(), wrong);
  }

  private int status(Account account, String method, String path) throws Exception {
    return house.withToken(account.token(), method, path, new JsonObject()).status();
  }

  @Test
  void streamsCloseWhenTheirAccountEndsOrChanges() throws Exception {
    for (String how : ENDS.keySet()) {
      Account account = account(Role.AUDITOR);
      Streams streams = new Streams(account.token());
      end(how, account);
      streams.assertClosed();
    }
  }

  @Test
  void streamsCloseWhenTheirTokenEnds() throws Exception {
    house.addStaff("ended.timed", ORG, Role.AUDITOR);
    String token =
        house.newToken("ended.timed", ORG, Set.of(Role.AUDITOR), 1, Duration.ofSeconds(600));
    Streams streams = new Streams(token);
    house.pass(Duration.ofSeconds(600));
    streams.assertClosed();
    assertEquals(401, house.withToken(token, "GET", "/v1/feed", new JsonObject()).status());
  }

  /** Both kinds of streams, open. */
  private final class Streams {
    private final CompletableFuture<List<String>> events;
    private final CompletableFuture<Integer> socket = new CompletableFuture<>();

    Streams(String token) throws Exception {
      CountDownLatch open = new CountDownLatch(1);
      events =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return house.stream(
                      token,
                      line -> {
                        open.countDown();
                        return line.contains("signed out");
                      });
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      assertTrue(open.await(PATIENCE_S, TimeUnit.SECONDS), "no stream of events");
      URI at = URI.create(house.base().toString().replace("https", "wss") + "/v1/feed");
      WebSocket unused =
          HttpClient.newBuilder()
              .sslContext(house.trust())
              .build()
              .newWebSocketBuilder()
              .header("Authorization", "Bearer " + token)
              .buildAsync(
                  at,
                  new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onClose(WebSocket it, int status, String reason) {
                      socket.complete(status);
                      return CompletableFuture.completedFuture(null);
                    }
                  })
              .get(PATIENCE_S, TimeUnit.SECONDS);
    }

    void assertClosed() throws Exception {
      assertTrue(events.get(PATIENCE_S, TimeUnit.SECONDS).size() > 1);
      assertEquals(1001, socket.get(PATIENCE_S, TimeUnit.SECONDS));
    }
  }
}
