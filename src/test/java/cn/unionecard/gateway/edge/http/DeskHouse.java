package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.EventSchemas;
import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.feed.Feed;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.privacy.Privacy;
import cn.unionecard.gateway.province.Province;
import cn.unionecard.gateway.review.Reviews;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.settlement.Settlement;
import cn.unionecard.gateway.terminal.push.Push;
import cn.unionecard.gateway.union.StaffEpochs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.security.KeyPair;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The union desk behind a real edge, over the {@link TestTown} with a real line: a province above
 * its city, a primary union below the district 410802, and an account for every role of each.
 *
 * <pre>
 * 410000 ── 410800 ─┬─ 410802 ── 410802.0001
 *                   └─ 410821
 * </pre>
 */
public final class DeskHouse implements AutoCloseable {
  public static final List<String> ORGS =
      List.of("410000", "410800", "410802", "410802.0001", "410821");

  /** Every account's. */
  public static final String PASSWORD = "correct horse battery";

  private static final int LIMIT = 100_000;

  /** Under which names and numbers of members lie. */
  public static final byte[] VAULT_KEY = new byte[MemberVault.KEY_BYTES];

  public final String url = TestStores.get().newDatabase();
  public final TestLine line;
  private final Map<String, String> cookies = new ConcurrentHashMap<>();
  private boolean beforeThePages;
  private final Pool pool;
  private final Pool voices;
  public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Feed feed;
  private final StaffEpochs epochs;
  private final EdgeHouse house;
  private ContractClient client;
  private final DeskAccounts accounts;
  private @Nullable DeskRooms rooms;
  private int key;

  public DeskHouse(String node) throws Exception {
    this(node, TestLine.desk());
  }

  /** With desks that are set otherwise. */
  public DeskHouse(String node, Config.Desk desk) throws Exception {
    TestTown.load(url);
    TestStores.execute(
        url,
        """
        insert into org values
          (410000, '410000', null, 'PROVINCE', '省总工会', '410000', '{410000}');
        update org set parent = coalesce(parent, 410000), path = 410000 || path
        where id <> 410000;
        insert into org values (9, '410802.0001', 410802, 'PRIMARY', '某厂工会', '410802',
          '{410000,410800,410802,9}');
        """);
    line = new TestLine(url, node, 1, Clock.systemUTC());
    pool =
        PostgresUrl.parse(TestStores.serving(url))
            .pool(line.vertx, "desk", 4, 1000, TestLine.limits());
    voices =
        PostgresUrl.parse(TestStores.serving(url))
            .pool(line.vertx, "voice", 4, 1000, TestLine.limits(), Reviews.SESSION);
    feed =
        new Feed(
            line.vertx,
            PostgresUrl.parse(TestStores.serving(url)),
            TestLine.limits(),
            new SimpleMeterRegistry());
    Push push =
        new Push(
            line.vertx,
            PostgresUrl.parse(TestStores.serving(url)),
            TestLine.limits(),
            Clock.systemUTC(),
            new SimpleMeterRegistry());
    epochs =
        new StaffEpochs(
            PostgresUrl.parse(TestStores.serving(url)), TestLine.limits(), System::nanoTime);
    DeskAccounts.addAll(url);
    house =
        new EdgeHouse(
            EdgeHouse.limits(15_000, 60_000, LIMIT, LIMIT),
            line.vertx,
            line.doors.get(0),
            line.line.archive(),
            house -> open(house, desk),
            Map.of(
                "/v1/feed", router -> feed.routes().mount(router),
                "/v1/terminal", router -> push.routes().mount(router)),
            push::isRetired,
            epochs::isCurrent,
            member -> rooms().members.standing().require(member));
    accounts = new DeskAccounts(url, epochs, house.issuer);
    Loops.await(epochs.open(line.vertx));
    Void listening = Loops.await(push.start());
    client = house.plain();
  }

  private List<Desk> open(EdgeHouse house, Config.Desk desk) {
    rooms = new DeskRooms(house, new DeskRooms.Means(url, line, pool, voices, feed, desk, meters));
    return rooms.desks();
  }

  private DeskRooms rooms() {
    return Objects.requireNonNull(rooms);
  }

  /** A vault of one's own, of the house's keys. */
  public static MemberVault vault() {
    return DeskRooms.vault();
  }

  /** The room of what is a member's own. */
  public Privacy privacy() {
    return rooms().privacy;
  }

  /** Adds one more account of an organisation; if it is a merchant's, of the first one. */
  public void addStaff(String login, String org, Role... roles) {
    accounts.add(login, org, roles);
  }

  /** Gives a merchant an account of that name, whosever it was before. */
  public void give(String login, String merchantNo) {
    accounts.give(login, merchantNo);
  }

  /** The account of a role in an organisation. */
  public static String login(String org, Role role) {
    return DeskAccounts.login(org, role);
  }

  /** A token of that account. */
  public String token(String login) {
    return accounts.token(login);
  }

  /**
   * Gives an organisation one of everything a desk has.
   *
   * @param number two digits, by which each of them is known
   */
  public void furnish(String org, int number) {
    Furniture.put(url, org, number);
  }

  /** The room of money. */
  public Settlement settlement() {
    return rooms().settlement;
  }

  /** A client without a certificate, which believes what the contract describes. */
  public ContractClient client() {
    return client;
  }

  /** Asks as that account; null: without a token. */
  public Answer get(@Nullable String login, String path) throws Exception {
    return client.send(as(client.request(path), login));
  }

  /** Asks as that account for a media type. */
  public Answer get(String login, String path, String accept) throws Exception {
    return client.send(as(client.request(path).header("Accept", accept), login));
  }

  /** Lets the feed number what was and will be written. */
  public void startFeed() {
    Loops.await(feed.start());
  }

  /**
   * What the feed tells that account from the start: its events as CloudEvents, up to the one that
   * says something.
   */
  public List<JsonObject> listen(String login, String last) throws Exception {
    return client
        .lines(
            as(client.request("/v1/feed?from=start"), login),
            line -> line.startsWith("data: ") && line.contains(last))
        .stream()
        .filter(line -> line.startsWith("data: "))
        .map(line -> new JsonObject(line.substring("data: ".length())))
        .toList();
  }

  /** Sends as that account; null: without a token. */
  public Answer post(@Nullable String login, String path, JsonObject body) throws Exception {
    return client.send(as(client.post(path, body.encode()), login));
  }

  /** Shows the token of an account; null: none. */
  public HttpRequest.Builder as(HttpRequest.Builder request, @Nullable String login) {
    if (beforeThePages) {
      HttpRequest.Builder own = request.header("Sec-Fetch-Site", "same-origin");
      return login == null
          ? own
          : own.header("Cookie", cookies.computeIfAbsent(login, this::signedIn));
    }
    return login == null ? request : request.header("Authorization", "Bearer " + token(login));
  }

  /** From now on accounts sit before the pages, and ask there by the cookie they are given. */
  void goBeforeThePages() {
    client = pages();
    beforeThePages = true;
  }

  /** A client of the pages' listener, which is opened for it. */
  public ContractClient pages() {
    return new ContractClient(
        line.vertx, house.openPages(epochs::hasEnded, rooms().union::used), trust());
  }

  /** What only our own pages may ask. */
  public static HttpRequest.Builder ofOwnPage(HttpRequest.Builder request) {
    return request.header("Sec-Fetch-Site", "same-origin");
  }

  private String signedIn(String login) {
    try {
      Answer answer =
          client.send(
              ofOwnPage(
                  client.post(
                      "/v1/sessions",
                      new JsonObject().put("login", login).put("password", PASSWORD).encode())));
      return cookie(answer);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The cookie that an answer gives, as a browser sends it. */
  static String cookie(Answer answer) {
    String given = answer.header("set-cookie");
    return given.substring(0, given.indexOf(';'));
  }

  /** Sends with that very token. */
  public Answer withToken(String token, String method, String path, JsonObject body)
      throws Exception {
    HttpRequest.Builder request =
        method.equals("GET") ? client.request(path) : client.post(path, body.encode());
    return client.send(
        request.header("Authorization", "Bearer " + token).header("Sec-Fetch-Site", "same-origin"));
  }

  /** A token as the sign-in would give it. */
  public String newToken(String login, String org, Set<Role> roles, long epoch, Duration lifetime) {
    return house.issuer.staff(login, org, roles, epoch, lifetime);
  }

  /** A token of the phone that a card is bound to in that epoch. */
  public String phoneToken(CardNo card, long epoch) {
    return house.issuer.member(card, epoch, Duration.ofDays(1));
  }

  /** A stream of events, to be read from {@code lines}. */
  List<String> stream(String token, Predicate<String> last) throws Exception {
    return client.lines(
        client.request("/v1/feed").header("Authorization", "Bearer " + token), last);
  }

  /** The edge's address and who vouches for it. */
  public URI base() {
    return house.base;
  }

  /** The certificate (PEM) of who vouches for the edge. */
  public String authority() {
    return house.certificates.authority().certificate();
  }

  SSLContext trust() {
    return house.certificates.context(Optional.empty());
  }

  /** Waits until the edge has heard that an account is in a later epoch. */
  void awaitEnded(String login, long epoch) {
    accounts.awaitEnded(login, epoch);
  }

  /** Sends with that very token. */
  public Answer withToken(String token, String path) throws Exception {
    return client.send(client.request(path).header("Authorization", "Bearer " + token));
  }

  /** A till that shows this certificate (PEM) with its key. */
  public ContractClient till(KeyPair keys, String certificate) {
    return house.shows(TestCertificates.identity(keys, certificate));
  }

  /** A terminal's client whose certificate the house's authority has made. */
  public ContractClient till(String terminal) {
    return house.shows("urn:ecard:terminal:" + terminal);
  }

  /** A sale at a till: the receipt's body. */
  public JsonObject sell(ContractClient till, long card, long fen) throws Exception {
    return sell(till, TestTown.code(card, line.clock.millis()), fen);
  }

  /** A sale for what a phone shows. */
  public JsonObject sell(ContractClient till, String code, long fen) throws Exception {
    Answer answer =
        till.send(
            till.post(
                    "/v1/transactions",
                    "{\"type\":\"SALE\",\"code\":\"%s\",\"orderFen\":%d}".formatted(code, fen))
                .header("Idempotency-Key", "desk-" + ++key));
    return answer.json().getJsonObject("body");
  }

  /** Gives an amount of a sale back. */
  public JsonObject refund(ContractClient till, JsonObject sale, long fen) throws Exception {
    return till.send(
            till.post(
                    "/v1/transactions/" + sale.getString("id") + "/refunds",
                    new JsonObject().put("orderFen", fen).encode())
                .header("Idempotency-Key", "desk-" + ++key))
        .json()
        .getJsonObject("body");
  }

  /** Waits for what is written behind an answer. */
  public void awaitNumber(String sql, long number) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (TestStores.number(url, sql) != number) {
      if (System.nanoTime() > until) {
        throw new AssertionError(TestStores.number(url, sql) + " by " + sql);
      }
    }
  }

  /** What is told once a minute. */
  public void sumSignIns() {
    Void summed = Loops.await(rooms().union.sumSignIns());
  }

  /** One round of the sweep. */
  public int sweep() {
    return Loops.await(rooms().vetoes.run());
  }

  /** Writes the notices that are due by their schedule; how many were looked at. */
  public int writeNotices() {
    return Loops.await(rooms().progress.writeNotices());
  }

  /** What is done in the name of staff. */
  public Office office() {
    return new Office(pool, house.clock);
  }

  /** One more node's link to a platform of the province. */
  public Province province(Config.Province config) {
    return rooms().province(config, house.clock);
  }

  /** Suspends the partners whose agreement is over; how many. */
  public int sweepPartners() {
    return Loops.await(rooms().partners.sweep());
  }

  /** One round of the sweep of complaints, as of one more node. */
  public int sweepComplaints() {
    return Loops.await(rooms().complaints.sweep().run());
  }

  /** Gives by the queries of open rounds; how many were taken. */
  public int sweepRounds() {
    return Loops.await(rooms().vouchers.sweep());
  }

  /** Tells of what is over by now; of how many rounds. */
  public int tellExpiries() {
    return Loops.await(rooms().vouchers.tellExpiries());
  }

  /** The time at the desks. */
  public Instant now() {
    return house.clock.instant();
  }

  /** Lets time pass at the desks. */
  public void pass(Duration time) {
    house.clock.seconds += time.toSeconds();
    accounts.pass();
  }

  public Vertx vertx() {
    return line.vertx;
  }

  @Override
  public void close() {
    house.end();
    line.close();
    try {
      EventSchemas.assertAllFit(url);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
