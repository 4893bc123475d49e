package cn.unionecard.gateway.pages;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestGateway;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.edge.http.Contract;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.ConfigReader;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.settlement.DayClose;
import cn.unionecard.gateway.settlement.Hints;
import cn.unionecard.gateway.settlement.Settlement;
import cn.unionecard.gateway.union.Passwords;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A gateway whose pages are open on this machine, in a town where something is sold. */
final class PagesHouse implements AutoCloseable {
  static final String TERMINAL = "T0000001";

  private static final Duration EARLY = Duration.ofDays(-1);

  /** A clerk of the city, which signs for the merchants. */
  private static final String CLERK = "clerk";

  private final String url;
  private final TestGateway house;
  private final MemberCodes codes;
  private final Clock clock = Clock.systemUTC();
  private int sales;

  PagesHouse(Path folder) throws Exception {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(
        url,
        1,
        "EAT-10",
        """
        {"benefit":{"kind":"PERCENT","basisPoints":1000,"capFen":2000},
         "funders":[{"funder":"UNION","org":410800,"shareBp":10000}],"merchants":{"ids":[1]}}""",
        1_000_000L);
    sql(
        "insert into staff (login, name, org, roles, status, password)"
            + " select '%s', '某人', id, '{CLERK}', 'ACTIVE', '%s' from org where code = '410800'"
                .formatted(CLERK, new Passwords(new SecureRandom()).hash("nobody signs in")));
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      codes = TestGateway.codes(database, "SM2", clock);
    }
    house =
        new TestGateway(
            url,
            TestStores.get().redisUrl(),
            folder,
            clock,
            List.of(
                "node.eventLoops=1",
                "pages.host=127.0.0.1",
                "pages.port=0",
                "pages.transport=plain",
                "limits.deadlineMs=20000",
                "limits.drainMs=20000"));
  }

  /** Where a browser goes. */
  String address(String path) {
    return "http://127.0.0.1:" + house.gateway().pagesPort() + path;
  }

  /** The answer to a file's or an operation's address on the pages' listener. */
  HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address(path)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<String> post(String path, String body) throws Exception {
    return client()
        .send(
            HttpRequest.newBuilder(URI.create(address(path)))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private HttpClient client() {
    return house.https();
  }

  /** The values of an enumeration of the contract. */
  static List<String> names(String schema) throws IOException {
    List<String> names = new ArrayList<>();
    Contract.strictly(Contract.written())
        .at("/components/schemas/" + schema + "/enum")
        .forEach(name -> names.add(name.asText()));
    return names;
  }

  void sql(String statement) {
    TestStores.execute(url, statement);
  }

  long number(String query) {
    return TestStores.number(url, query);
  }

  String text(String query) {
    return TestStores.text(url, query);
  }

  /** What a phone shows now. */
  String code(long card) {
    return codes.issue(new CardNo(card), 1, clock.instant().getEpochSecond());
  }

  /** Adds a clerk of the city who signs in. */
  void staff(String login, String password) {
    sql(
        "insert into staff (login, name, org, roles, status, password)"
            + " select '%s', '某人', id, '{CLERK}', 'ACTIVE', '%s' from org where code = '410800'"
                .formatted(login, new Passwords(new SecureRandom()).hash(password)));
  }

  int pagesPort() {
    return house.gateway().pagesPort();
  }

  /** Somebody who can sign in. */
  void staff(String login, String name, String org, String roles, String password) {
    sql(
        "insert into staff (login, name, org, roles, status, password)"
            + " select '%s', '%s', id, '{%s}', 'ACTIVE', '%s' from org where code = '%s'"
                .formatted(
                    login, name, roles, new Passwords(new SecureRandom()).hash(password), org));
  }

  /** An activation code for a terminal that has no device yet, as the city gives it out. */
  String activationCode(String terminal) throws Exception {
    sql("update terminal set status = 'REGISTERED' where terminal_no = '" + terminal + "'");
    return given("/v1/terminals/" + terminal + "/activation-codes");
  }

  /** A code by which a phone gets that card, as the city gives it out. */
  String enrolmentCode(long card) throws Exception {
    return given("/v1/cards/" + new CardNo(card).digits() + "/enrolments");
  }

  /** Takes a step with a complaint, as the city's clerk; with what belongs to it, as JSON. */
  void step(String complaint, String step) throws Exception {
    JsonNode unused = asClerk("/v1/complaints/" + complaint + "/steps", step);
  }

  /** The code that a clerk is given there. */
  private String given(String path) throws Exception {
    return asClerk(path, "{}").path("code").asText();
  }

  private JsonNode asClerk(String path, String body) throws Exception {
    String token =
        house
            .gateway()
            .tokenIssuer()
            .staff(CLERK, "410800", Set.of(Caller.Role.CLERK), 1, Duration.ofHours(1));
    HttpResponse<String> answer =
        client()
            .send(
                HttpRequest.newBuilder(URI.create(address(path)))
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException(answer.body());
    }
    return new ObjectMapper().readTree(answer.body());
  }

  /** The receipt of a sale that just happened, as the till has it. */
  @CanIgnoreReturnValue
  String sale(long orderFen) throws Exception {
    return sale(orderFen, code(101 + sales));
  }

  /** What a till hears that sells to who shows that code. */
  String sale(long orderFen, String code) throws Exception {
    int no = ++sales;
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("https://localhost:" + house.gateway().port() + "/v1/transactions"))
            .header("Authorization", "Bearer " + house.token(TERMINAL))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "pages-" + no)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"type\":\"SALE\",\"code\":\"%s\",\"orderFen\":%d}"
                        .formatted(code, orderFen)))
            .build();
    HttpResponse<String> answer = client().send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 201) {
      throw new IllegalStateException(answer.body());
    }
    return answer.body();
  }

  /** Closes the day before it is over, so that there are statements of it. */
  void closeTheDay() {
    Config defaults = ConfigReader.read(null, Map.of(), List.of()).config();
    Vertx vertx = Vertx.vertx();
    try {
      Pool pool = Settlement.closing(vertx, PostgresUrl.parse(url), defaults.limits());
      Hints hints = new Hints(defaults.settlement());
      int closed = Loops.await(new DayClose(pool, clock, EARLY, hints).run(step -> {}));
      if (closed == 0) {
        throw new IllegalStateException("no day closed");
      }
      Loops.await(pool.close());
    } finally {
      Loops.await(vertx.close());
    }
  }

  @Override
  public void close() {
    house.close();
  }
}
