package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.EventSchemas;
import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestConfig;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.campaign.Campaigns;
import cn.unionecard.gateway.complaint.Complaints;
import cn.unionecard.gateway.delivery.Couriers;
import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.FileSigner;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.feed.Feed;
import cn.unionecard.gateway.member.Members;
import cn.unionecard.gateway.merchant.Merchants;
import cn.unionecard.gateway.merchant.VetoSweep;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.partner.Partners;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.privacy.Privacy;
import cn.unionecard.gateway.progress.Progress;
import cn.unionecard.gateway.province.Province;
import cn.unionecard.gateway.receipt.SigningKey;
import cn.unionecard.gateway.report.Reports;
import cn.unionecard.gateway.review.Reviews;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.settlement.Settlement;
import cn.unionecard.gateway.shop.Customers;
import cn.unionecard.gateway.shop.Shop;
import cn.unionecard.gateway.tasks.Tasks;
import cn.unionecard.gateway.terminal.push.Push;
import cn.unionecard.gateway.union.Passwords;
import cn.unionecard.gateway.union.StaffEpochs;
import cn.unionecard.gateway.union.Union;
import cn.unionecard.gateway.voucher.Vouchers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  private final Config.Desk desk;
  public static final List<String> ORGS =
      List.of("410000", "410800", "410802", "410802.0001", "410821");

  /** Every account's. */
  public static final String PASSWORD = "correct horse battery";

  private static final int LIMIT = 100_000;
  private static final Config.Keys KEYS = new Config.Keys(null, "5a".repeat(Kek.BYTES), "SM2");

  /** Under which names and numbers of members lie. */
  public static final byte[] VAULT_KEY = new byte[MemberVault.KEY_BYTES];

  public final String url = TestStores.get().newDatabase();
  public final TestLine line;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final Map<String, String> cookies = new ConcurrentHashMap<>();
  private boolean beforeThePages;
  private final Pool pool;
  private final Pool voices;
  public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Feed feed;
  private final StaffEpochs epochs;
  private final EdgeHouse house;
  private ContractClient client;
  private @Nullable Union union;
  private @Nullable Privacy privacy;
  private @Nullable Members members;
  private @Nullable Partners partners;
  private @Nullable Progress progress;
  private @Nullable Vouchers vouchers;
  private @Nullable VetoSweep sweep;
  private @Nullable Complaints complaints;
  private @Nullable Settlement settlement;
  private int key;

  public DeskHouse(String node) throws Exception {
    this(node, TestLine.desk());
  }

  /** With desks that are set otherwise. */
  public DeskHouse(String node, Config.Desk desk) throws Exception {
    this.desk = desk;
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
    addStaff();
    house =
        new EdgeHouse(
            EdgeHouse.limits(15_000, 60_000, LIMIT, LIMIT),
            line.vertx,
            line.doors.get(0),
            line.line.archive(),
            this::desks,
            Map.of(
                "/v1/feed", router -> feed.routes().mount(router),
                "/v1/terminal", router -> push.routes().mount(router)),
            push::isRetired,
            epochs::isCurrent,
            member -> Objects.requireNonNull(members).standing().require(member));
    Loops.await(epochs.open(line.vertx));
    Void listening = Loops.await(push.start());
    client = house.plain();
  }

  private List<Desk> desks(EdgeHouse house) {
    Union union =
        new Union(
            line.vertx,
            pool,
            Kek.of(KEYS),
            (login, org, roles, epoch) ->
                house.issuer.staff(login, org, roles, epoch, Duration.ofMinutes(15)),
            desk,
            house.clock,
            new SecureRandom(),
            meters);
    this.union = union;
    Merchants merchants =
        new Merchants(
            line.vertx,
            pool,
            Kek.of(KEYS),
            house.certificates.authority(),
            desk,
            house.clock,
            new SecureRandom());
    sweep = merchants.sweep();
    List<Desk> desks = new ArrayList<>(merchants.desks());
    desks.add(union.desk());
    Privacy privacy =
        new Privacy(
            line.vertx,
            PostgresUrl.parse(TestStores.reporting(url)),
            pool,
            DeskHouse::vault,
            desk,
            TestLine.limits(),
            house.clock,
            meters);
    this.privacy = privacy;
    Members members =
        new Members(
            line.vertx,
            pool,
            line.line::blocks,
            DeskHouse::vault,
            () -> TestTown.CODE_KEYS,
            privacy.reads(),
            house.phones(),
            desk,
            TestLine.review().rightDays(),
            house.clock,
            new SecureRandom());
    this.members = members;
    vouchers =
        new Vouchers(
            line.vertx,
            line.vertx,
            pool,
            PostgresUrl.parse(TestStores.serving(url)),
            TestStores.get().redisUrl(),
            TestLine.limits(),
            house.clock,
            new SecureRandom());
    vouchers.open();
    desks.addAll(vouchers.desks());
    desks.addAll(privacy.desks());
    desks.addAll(members.desks());
    partners = new Partners(line.vertx, pool, house.programs(), house.clock, new SecureRandom());
    desks.addAll(partners.desks());
    desks.add(
        province(new Config.Province("", null, "", 1_000, 1_000, 1, 1_000), house.clock).desk());
    desks.add(new Tasks(pool, house.clock));
    desks.addAll(new Campaigns(pool, house.clock).desks());
    progress = new Progress(line.vertx, pool, Kek.of(KEYS), house.clock, new SecureRandom());
    desks.addAll(progress.desks());
    complaints = new Complaints(line.vertx, pool, voices, desk, house.clock, new SecureRandom());
    desks.addAll(complaints.desks());
    desks.addAll(new Reviews(pool, voices, TestLine.review(), house.clock).desks());
    PostgresUrl postgres = PostgresUrl.parse(TestStores.serving(url));
    PostgresUrl reporting = PostgresUrl.parse(TestStores.reporting(url));
    desks.add(new Reports(line.vertx, reporting, TestLine.limits(), house.clock).desk());
    desks.add(
        new Shop(line.vertx, postgres, TestLine.limits(), DeskHouse::customers, house.clock)
            .desk());
    settlement =
        new Settlement(
            line.vertx,
            postgres,
            pool,
            TestLine.settlement(),
            TestLine.limits(),
            new Settlement.Means(house.clock, new SecureRandom(), DeskHouse::signer, Kek.of(KEYS)));
    desks.addAll(settlement.desks());
    Couriers couriers =
        new Couriers(
            line.vertx,
            feed,
            postgres,
            pool,
            config(),
            new Couriers.Means(
                house.clock, new SecureRandom(), Kek.of(KEYS), new SimpleMeterRegistry()));
    desks.add(couriers.desk());
    return desks;
  }

  /** A vault of one's own, of the house's keys. */
  public static MemberVault vault() {
    return new MemberVault(VAULT_KEY, Kek.of(KEYS), new SecureRandom());
  }

  private static Customers customers() {
    MemberVault vault = vault();
    return (merchant, member, wrapped) -> vault.open(member, wrapped).pseudonym(merchant);
  }

  /** The room of what is a member's own. */
  public Privacy privacy() {
    return Objects.requireNonNull(privacy);
  }

  private Config config() {
    return TestConfig.of(
        new Config.Node("desk", 1, 1),
        new Config.Stores(TestStores.serving(url), ""),
        KEYS,
        TestLine.stream(),
        TestLine.limits());
  }

  private void addStaff() throws SQLException {
    String hash = new Passwords(new SecureRandom()).hash(PASSWORD);
    try (Connection connection = PostgresUrl.parse(url).jdbcConnection();
        PreparedStatement add =
            connection.prepareStatement(
                """
                insert into staff (login, name, org, roles, status, password, merchant)
                select ?, '某人', id, array[?], 'ACTIVE', ?, case when ? then 1 end
                from org where code = ?""")) {
      for (String org : ORGS) {
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

  /** Adds one more account of an organisation; if it is a merchant's, of the first one. */
  public void addStaff(String login, String org, Role... roles) {
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
    tokens.put(login, house.issuer.staff(login, org, Set.of(roles), 1, Duration.ofDays(1)));
  }

  /** Gives a merchant an account of that name, whosever it was before. */
  public void give(String login, String merchantNo) {
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
        house.issuer.staff(
            login, signingOrg(merchantNo), Set.of(Role.MERCHANT), 1, Duration.ofDays(1)));
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

  /** The account of a role in an organisation. */
  public static String login(String org, Role role) {
    return "u" + org + "." + role.name().toLowerCase(Locale.ROOT);
  }

  /** A token of that account. */
  public String token(String login) {
    return tokens.computeIfAbsent(
        login,
        name -> {
          int dot = name.lastIndexOf('.');
          Role role = Role.valueOf(name.substring(dot + 1).toUpperCase(Locale.ROOT));
          return house.issuer.staff(
              name, name.substring(1, dot), Set.of(role), 1, Duration.ofDays(1));
        });
  }

  /**
   * Gives an organisation one of everything a desk has: merchant, store, terminal, violation,
   * account, complaint, ticket, review, decision, subscription, event, card.
   *
   * @param number two digits, by which each of them is known
   */
  public void furnish(String org, int number) {
    TestStores.execute(
        url,
        """
        insert into merchant select %1$d, '8410802190000%1$d', '店%1$d', '914108%1$dMA0000007L',
          'EAT', '410802', id, id, 'LIVE' from org where code = '%2$s';
        insert into store overriding system value values
          (%1$d, %1$d, '总店', '410802', '解放路', 'OPEN');
        insert into terminal values (%1$d, 'G00000%1$d', %1$d, 'SG%1$d', 'REGISTERED');
        insert into staff (login, name, org, roles, status, password)
          select 'target.%1$d', '某人', o.id, '{CLERK}', 'ACTIVE', s.password
          from org o, (select password from staff limit 1) s where o.code = '%2$s';
        insert into member
          select %1$d00000, id, 'ORDINARY', '\\x00', '\\x00', int8send(%1$d00000) from org
          where code = '%2$s';
        insert into card values (90000000%1$d, %1$d00000, 'ACTIVE', 1, '张*');
        insert into data_request (id, member, card, kind, state, asked_at, due_at)
          overriding system value
          values (%1$d, %1$d00000, 90000000%1$d, 'ACCESS', 'ASKED', '2020-01-01', '2020-02-01');
        select setval(pg_get_serial_sequence('data_request', 'id'), 1000);
        insert into member_list (id, org, digest, dry, last_row, staff, started_at)
          overriding system value
          select %1$d, o.id, sha256('%1$d'), true, 1, s.id, now()
          from org o, (select min(id) as id from staff) s where o.code = '%2$s';
        select setval(pg_get_serial_sequence('member_list', 'id'), 1000);
        insert into staff_request (id, action, login, org, reason, requested_by, requested_at,
            expires_at)
          overriding system value
          select %1$d, 'ACTIVATE', 'grid.asked.%1$d', o.id, '启用', s.id, now(),
            now() + interval '7 days'
          from org o, (select id from staff limit 1) s where o.code = '%2$s';
        insert into labour_violation overriding system value
          select %1$d, '914108%1$dMA0000007L', 'HOTLINE_12351', 'x', '2020-01-01', 'r',
            sha256('x'), id, now() from staff limit 1;
        insert into complaint (no, lane, kind, severity, state, merchant, owner, text, token_hash,
            opened_at)
          select 'C000000000%1$d', 'OPEN', 'QUALITY', 'GENERAL', 'OPENED', %1$d, id, 'x',
            sha256('x'), now() from org where code = '%2$s';
        insert into complaint_step (complaint, step, from_state, to_state, hand, staff,
            owner_before, owner_after, at, text)
          select c.id, 'ASK', 'ACCEPTED', 'ANSWERING', 'STAFF', s.id, c.owner, c.owner,
            now() - interval '1 minute', '请说明'
          from complaint c, (select id from staff limit 1) s where c.no = 'C000000000%1$d';
        insert into ticket (no, kind, title, text, origin, holder, state, staff, opened_at)
          select 'T000000000%1$d', 'PROBLEM', 'x', 'x', o.id, o.id, 'OPEN', s.id, now()
          from org o, (select id from staff limit 1) s where o.code = '%2$s';
        insert into review (id, origin, transaction, merchant, payer, purchased_on, posted_at)
          overriding system value values (%1$d, %1$d, %1$d, %1$d, 1, '2026-11-01', now());
        insert into review_edition (review, edition, at, source, stars, quality, service,
          after_sales, tags) values (%1$d, 1, now(), 'MEMBER', 5, 5, 5, 5, '{}');
        insert into supervision_decision (id, merchant, stage, effect, at,
          took_us, policies, window_days, sample_payers, z_milli, warn_permille, rectify_permille,
          suspend_permille, auto_rectify, auto_suspend, review, counted_from, upto, reviews,
          payers, bad, bound_ppm, bad_reviews, appeal_until)
          overriding system value values (%1$d, %1$d, 'WARN', 'DONE', now(), 1, '{1}', 90, 20, 1960, 100, 150, 250, true,
            true, %1$d, now(), 1, 1, 1, 0, 0, '{}', now() + interval '9 days');
        insert into subscription (id, org, kind, target, kinds, status, position, created_at)
          overriding system value select %1$d, id, 'WEBHOOK', 'https://%1$d.example/', '{}',
            'ACTIVE', 0, now() from org where code = '%2$s';
        insert into delivery (subscription, seq, merchant, status, attempts)
          values (%1$d, 1, %1$d, 'DEAD', 10);
        insert into outbox (kind, merchant, subject, at, body)
          values ('grid.made', %1$d, 1, now(), '{"mark":"told-%1$d"}');
        insert into campaign (id, code, name, org, document_no, status, starts_at, ends_at, rule)
          select %1$d, 'GRID-%1$d', '活动%1$d', id, 'x', 'PAUSED', '2020-01-01', '2020-02-01',
            jsonb_build_object('benefit', '{"kind":"FIXED","offFen":1}'::jsonb, 'funders',
              jsonb_build_array(jsonb_build_object('funder', 'UNION', 'org', id, 'shareBp', 10000)))
          from org where code = '%2$s';
        insert into allowance (holder, kind, owner, limit_fen) values (0, 1, %1$d, 100);
        insert into benefit_round (id, campaign, name, document_no, way, state, prepared_by, each,
            most, good_days, granted)
          overriding system value select %1$d, %1$d, '第一批', 'x', 'SHEET', 'DRAFT', s.id, 1, 10, 30, 1
          from (select id from staff limit 1) s;
        insert into benefit_round (id, campaign, name, document_no, way, state, prepared_by,
            approved_by, each, most, good_days, opens_at, closes_at, seed_hash)
          overriding system value select 1%1$d, %1$d, '第二批', 'x', 'LOTTERY', 'OPEN', s.id,
            t.id, 1, 10, 30, '2020-01-01', '2020-01-02', sha256('x')
          from (select id from staff order by id limit 1) s,
            (select id from staff order by id desc limit 1) t;
        insert into entitlement (id, member, campaign, round, nth, kind, worth_fen, granted_at,
            from_ms, until_ms, limit_count)
          values (%1$d, %1$d00000, %1$d, %1$d, 1, 1, 1, now(), 1, 2, 1);
        insert into responsible (id, org, post, contact, name_mask, phone_mask, since, named_by,
            named_at)
          select 90%1$d, o.id, 'LEADER', null, '张*', '****', '2026-01-01', s.id, now()
          from org o, (select id from staff limit 1) s where o.code = '%2$s'
          on conflict do nothing;
        insert into name_list (id, org, title, document_no, due_on, demanded_by, demanded_at)
          overriding system value select %1$d, o.id, '名单', 'x', '2026-01-01', s.id, now()
          from org o, (select id from staff limit 1) s where o.code = '%2$s';
        select setval(pg_get_serial_sequence('name_list', 'id'), 1000);
        insert into notice_schedule (id, org, every, kind, title, text, document_no, criteria, staff,
            ordered_at, next_on)
          overriding system value select %1$d, o.id, 'MONTH', 'CIRCULAR', '月度', 'x', 'x',
            '{"direct":true,"measure":"ACTIVATED","relation":"HIGHEST","value":1}', s.id, now(),
            '2099-01-01'
          from org o, (select min(id) as id from staff) s where o.code = '%2$s';
        select setval(pg_get_serial_sequence('notice_schedule', 'id'), 1000);
        insert into province_row (id, kind, subject, bad, field, reason, shown, org, place, at)
          overriding system value select %1$d, 'ORG', int8send(%1$d), 1, 'name', 'x', 'x', o.id, '',
            now() from org o where o.code = '%2$s';
        select setval(pg_get_serial_sequence('province_row', 'id'), 1000);
        insert into partner (no, org, kind, name, purpose, contact, scopes, requests_per_minute,
            state, applied_by)
          select 'P000000000%1$d', o.id, 'UNION_PLATFORM', '平台', 'x', 'x', '{EVENTS}', 60, 'APPLIED',
            s.id
          from org o, staff s where o.code = '%2$s' and s.login = 'target.%1$d';
        insert into notice (no, org, kind, state, title, body, hash, concerned, prepared_by,
            prepared_at)
          select 'N000000000%1$d', o.id, 'CIRCULAR', 'DRAFT', '通报', b.body,
            sha256(convert_to(b.body, 'UTF8')), array[o.id], s.id, now()
          from org o, (select min(id) as id from staff) s, (select
            '{"form":1,"notice":"N000000000%1$d","org":"410802","orgName":"x","kind":"CIRCULAR",'
            || '"title":"x","text":"x","documentNo":"x","year":2026,"asOf":"2026-01-01T00:00:00+08:00",'
            || '"criteria":{"direct":true,"measure":"ACTIVATED","relation":"HIGHEST","value":1},'
            || '"named":[{"org":"410802","figure":1}],"figures":[{"org":"410802","name":"x",'
            || '"registered":1,"verified":1,"bound":1,"activated":1,"used":1,"newEmployment":0}]}'
            as body) b
          where o.code = '%2$s';
        """
            .formatted(number, org));
  }

  /** The room of money. */
  public Settlement settlement() {
    return Objects.requireNonNull(settlement);
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
        line.vertx,
        house.openPages(epochs::hasEnded, Objects.requireNonNull(union)::used),
        trust());
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
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (epochs.isCurrent(new Caller.Staff(login, "", Set.of(), epoch))) {
      if (System.nanoTime() > until) {
        throw new AssertionError("the edge has not heard of the end of " + login);
      }
    }
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
    Void summed = Loops.await(Objects.requireNonNull(union).sumSignIns());
  }

  /** One round of the sweep. */
  public int sweep() {
    return Loops.await(Objects.requireNonNull(sweep).run());
  }

  /** Writes the notices that are due by their schedule; how many were looked at. */
  public int writeNotices() {
    return Loops.await(Objects.requireNonNull(progress).writeNotices());
  }

  private static FileSigner signer() {
    SigningKey key = TestLine.signingKey();
    return new FileSigner(key.kid(), key.algorithm().header, key::sign);
  }

  /** What is done in the name of staff. */
  public Office office() {
    return new Office(pool, house.clock);
  }

  /** One more node's link to a platform of the province. */
  public Province province(Config.Province config) {
    return province(config, house.clock);
  }

  private Province province(Config.Province config, Clock clock) {
    return new Province(
        line.vertx,
        pool,
        () -> Objects.requireNonNull(members).roster(),
        DeskHouse::signer,
        config,
        clock,
        new SecureRandom(),
        new SimpleMeterRegistry());
  }

  /** Suspends the partners whose agreement is over; how many. */
  public int sweepPartners() {
    return Loops.await(Objects.requireNonNull(partners).sweep());
  }

  /** One round of the sweep of complaints, as of one more node. */
  public int sweepComplaints() {
    return Loops.await(Objects.requireNonNull(complaints).sweep().run());
  }

  /** Gives by the queries of open rounds; how many were taken. */
  public int sweepRounds() {
    return Loops.await(Objects.requireNonNull(vouchers).sweep());
  }

  /** Tells of what is over by now; of how many rounds. */
  public int tellExpiries() {
    return Loops.await(Objects.requireNonNull(vouchers).tellExpiries());
  }

  /** The time at the desks. */
  public Instant now() {
    return house.clock.instant();
  }

  /** Lets time pass at the desks. */
  public void pass(Duration time) {
    house.clock.seconds += time.toSeconds();
    tokens.keySet().removeIf(login -> login.startsWith("u4")); // old by then: made anew
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
