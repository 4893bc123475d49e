package cn.unionecard.gateway.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field61Original;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.workbench.demo.DemoCampaigns;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cashier asks the same of members of every kind, at shops of every trade and over both
 * protocols, and tries to tell them apart. Whatever he does, what he hears has the same shape:
 * amounts and public names of benefits differ, nothing else. So have the events.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NeutralIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FIRST = 1_000;
  private static final int CARDS_OF_A_KIND = 3_000;
  private static final int FIRST_CARD = 10;
  private static final long[] AMOUNTS = {50, 1_000, 5_000, 20_000};
  private static final long ORDER = 5_000;

  /** Shops at which benefits are named, one of each trade that has some for few. */
  private static final Set<Integer> NAMING = Set.of(0, 4);

  private static final int TOO_MUCH = 100_000_001;
  private static final int ORDINARY = 0;

  /** What a member can be, and his union: what a cashier must not learn. */
  private static final List<String> KINDS =
      List.of(
          "ORDINARY 410802",
          "NEW_EMPLOYMENT_FORM 410802",
          "HARDSHIP 410802",
          "MODEL 410802",
          "ORDINARY 410823",
          "HARDSHIP 410800101");

  private static final List<String> TRADES =
      List.of("EAT", "STAY", "TRANSPORT", "TOUR", "SHOP", "ENTERTAIN");

  /** What differs from one answer to the next, whoever asks. */
  private static final Set<String> MARKS =
      Set.of(
          "id",
          "at",
          "card",
          "original",
          "requestId",
          "claimedUntil",
          "until",
          "tillAt",
          "traceId",
          "instance",
          "block",
          "path",
          "signature",
          "leaf",
          "counter");

  private final TwinClock clock = new TwinClock(Instant.parse("2026-11-24T09:00:00+08:00"));
  private final Map<Integer, Integer> nextCard = new TreeMap<>();
  private final StringBuilder heard = new StringBuilder();

  /** Of each kind of member by what was asked: the shape of what was heard. */
  private final Map<Integer, Map<String, String>> shapes = new TreeMap<>();

  /** What each request was, by terminal and key, to find its event. */
  private final Map<String, String> asked = new LinkedHashMap<>();

  private String url;
  private List<DemoCampaigns.Named> campaigns;
  private MemberCodes codes;
  private TwinHouse house;
  private IsoTill pos;
  private int trace;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    campaigns = DemoCampaigns.load(url, clock.instant().atZone(Clocks.CHINA).toLocalDate());
    combine(
        "EAT-01", "HELP-01", "NEF-01", "JIEFANG-01", "SHOP-02", "NEF-02", "TOUR-01", "MODEL-01");
    List<String> terminals = new ArrayList<>();
    for (int i = 0; i < TRADES.size(); i++) {
      shop(FIRST + i, TRADES.get(i), 410802);
      terminals.add(terminal(i));
    }
    shop(FIRST + TRADES.size(), "EAT", 410871);
    terminals.add(terminal(TRADES.size()));
    for (int kind = 0; kind < KINDS.size(); kind++) {
      String[] words = KINDS.get(kind).split(" ");
      TestStores.execute(
          url,
          "UPDATE member SET category = '%s', org = %s WHERE id BETWEEN %d AND %d"
              .formatted(words[0], words[1], firstCard(kind), firstCard(kind + 1) - 1));
      nextCard.put(kind, firstCard(kind));
      shapes.put(kind, new LinkedHashMap<>());
    }
    codes = TwinTown.keys(url, clock);
    house = new TwinHouse(5, url, folder, clock);
    pos = new IsoTill(house, terminals, new Ids());
  }

  /** What only some may use comes together with what is open to all. */
  private void combine(String... codes) {
    TestStores.execute(
        url,
        "UPDATE campaign SET rule = rule || '{\"stack\":{\"sets\":[\"ALL\"],\"payableFenMin\":1}}'"
            + " WHERE code IN ('"
            + String.join("','", codes)
            + "')");
  }

  private void shop(int id, String trade, int org) {
    TestStores.execute(
        url,
        """
        INSERT INTO merchant VALUES (%1$d, '84108021000%1$d', '店%1$d', '91410800MA0000007L', '%2$s',
          '410802', %3$d, 410800, 'LIVE');
        INSERT INTO terminal VALUES (%1$d, 'T000%1$d', %1$d, 'SN%1$d', 'ACTIVE')"""
            .formatted(id, trade, org));
  }

  private static int firstCard(int kind) {
    return FIRST_CARD + kind * CARDS_OF_A_KIND;
  }

  private static String terminal(int shop) {
    return "T000" + (FIRST + shop);
  }

  @AfterAll
  void close() throws Exception {
    pos.close();
    house.close();
    TestLine.assertAuditClean(url);
  }

  @Test
  void aCashierCannotTellMembersApart() throws Exception {
    for (int kind = 0; kind < KINDS.size(); kind++) {
      for (int shop = 0; shop <= TRADES.size(); shop++) {
        overJson(kind, shop);
        overIso(kind, shop);
      }
    }
    Map<String, String> ordinary = shapesOf(ORDINARY);
    assertTrue(ordinary.size() > 500, "asked: " + ordinary.size());
    for (int kind = 1; kind < KINDS.size(); kind++) {
      for (Map.Entry<String, String> each : shapesOf(kind).entrySet()) {
        assertEquals(
            ordinary.get(each.getKey()), each.getValue(), KINDS.get(kind) + ": " + each.getKey());
      }
    }
    noPrivateNameWasHeard();
    theDiscountsDifferAndStaffCanTellWhy();
    eventsHaveTheSameShape();
  }

  private Map<String, String> shapesOf(int kind) {
    return Objects.requireNonNull(shapes.get(kind));
  }

  private String code(int kind) {
    int serial = Objects.requireNonNull(nextCard.get(kind));
    // two of the town's cards are not active
    int next = serial == 9_000 ? 9_003 : serial + 1;
    assertTrue(next < firstCard(kind + 1), "no cards left");
    nextCard.put(kind, next);
    return codes.issue(new CardNo(serial), 1, clock.second());
  }

  private void hear(int kind, String what, String shape) {
    String before = shapesOf(kind).put(what, shape);
    assertTrue(before == null, "asked twice: " + what);
  }

  // ---- JSON

  private void overJson(int kind, int shop) throws Exception {
    for (long fen : AMOUNTS) {
      json(kind, shop, "verify " + fen, "/v1/verifications", code(kind), fen, null, null);
      sell(kind, shop, "of " + fen, code(kind), fen, null, null);
    }
    life(kind, shop, ORDER);
    String used = code(kind);
    sell(kind, shop, "first use", used, 5_000, null, null);
    sell(kind, shop, "second use", used, 5_000, null, null);
    sell(kind, shop, "too much", code(kind), TOO_MUCH, null, null);
    sell(kind, shop, "nothing", code(kind), 0, null, "REFUSE");
    for (String without : new String[] {"APPROVE", "REFUSE", null}) {
      for (String named : named(shop)) {
        String what = named + " " + without;
        json(kind, shop, "verify " + what, "/v1/verifications", code(kind), 5_000, named, without);
        sell(kind, shop, what, code(kind), 5_000, named, without);
      }
    }
  }

  private List<String> named(int shop) {
    return NAMING.contains(shop)
        ? Stream.concat(campaigns.stream().map(DemoCampaigns.Named::code), Stream.of("NOBODY-01"))
            .toList()
        : List.of();
  }

  private void life(int kind, int shop, long fen) throws Exception {
    String sold = sell(kind, shop, "sale " + fen, code(kind), fen, null, null);
    follow(kind, shop, "part " + fen, sold, "refunds", fen / 3 + 1);
    follow(kind, shop, "much " + fen, sold, "refunds", fen);
    String voided = sell(kind, shop, "to void " + fen, code(kind), fen, null, null);
    follow(kind, shop, "void " + fen, voided, "void", 0);
    follow(kind, shop, "void again " + fen, voided, "void", 0);
    String undone = sell(kind, shop, "to reverse " + fen, code(kind), fen, null, null);
    follow(kind, shop, "reversal " + fen, undone, "reversal", 0);
    String held = hold(kind, shop, "hold " + fen, fen);
    follow(kind, shop, "completion " + fen, held, "completion", 0);
    String let = hold(kind, shop, "to release " + fen, fen);
    follow(kind, shop, "release " + fen, let, "release", 0);
  }

  @CanIgnoreReturnValue
  private String sell(
      int kind,
      int shop,
      String what,
      String code,
      long fen,
      @Nullable String named,
      @Nullable String without)
      throws Exception {
    ObjectNode body = body(code, fen, named, without).put("type", "SALE");
    return transaction(kind, shop, "sale " + what, body);
  }

  private String hold(int kind, int shop, String what, long fen) throws Exception {
    return transaction(kind, shop, what, body(code(kind), fen, null, null).put("type", "HOLD"));
  }

  private static ObjectNode body(
      String code, long fen, @Nullable String named, @Nullable String without) {
    ObjectNode body = JSON.createObjectNode().put("code", code).put("orderFen", fen);
    if (named != null) {
      body.put("benefit", named);
    }
    return without == null ? body : body.put("withoutBenefit", without);
  }

  private void json(
      int kind,
      int shop,
      String what,
      String path,
      String code,
      long fen,
      @Nullable String named,
      @Nullable String without)
      throws Exception {
    String unused = post(kind, shop, what, path, body(code, fen, named, without));
  }

  /** Asks, then reads it again as the till may: the id of what was recorded. */
  private String transaction(int kind, int shop, String what, ObjectNode body) throws Exception {
    String id = post(kind, shop, what, "/v1/transactions", body);
    if (!id.isEmpty()) {
      HttpResponse<String> read = send(shop, "/v1/transactions/" + id, null, null);
      hear(kind, "json " + shop + " read " + what, shape(read));
    }
    return id;
  }

  private void follow(int kind, int shop, String what, String id, String path, long fen)
      throws Exception {
    ObjectNode body = JSON.createObjectNode();
    if (fen > 0) {
      body.put("orderFen", fen);
    }
    String unused = post(kind, shop, what, "/v1/transactions/" + id + "/" + path, body);
  }

  private String post(int kind, int shop, String what, String path, ObjectNode body)
      throws Exception {
    String name = "json " + shop + " " + what;
    String key = "k" + kind + "-" + asked.size();
    asked.put(terminal(shop) + "/" + key, kind + " " + name);
    HttpResponse<String> answer = send(shop, path, key, body);
    hear(kind, name, shape(answer));
    return JSON.readTree(answer.body()).path("body").path("id").asText();
  }

  private HttpResponse<String> send(
      int shop, String path, @Nullable String key, @Nullable ObjectNode body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + house.port() + path))
            .header("Authorization", "Bearer " + house.token(terminal(shop)));
    if (body != null) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    }
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    HttpResponse<String> answer =
        house.https().send(request.build(), HttpResponse.BodyHandlers.ofString());
    heard.append(answer.body()).append('\n');
    return answer;
  }

  private static String shape(HttpResponse<String> answer) throws IOException {
    return answer.statusCode() + " " + shape(JSON.readTree(answer.body()));
  }

  /** With amounts, public names and marks left out. */
  private static String shape(JsonNode node) {
    blank(node);
    return node.toString();
  }

  private static void blank(JsonNode node) {
    for (Iterator<Map.Entry<String, JsonNode>> it = node.fields(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> member = it.next();
      String name = member.getKey();
      boolean amount = name.endsWith("Fen") || name.equals("fen");
      if (amount || MARKS.contains(name) || name.equals("benefitName")) {
        member.setValue(JSON.nullNode());
      } else if (name.equals("say")) {
        member.setValue(JSON.getNodeFactory().textNode(numbersOut(member.getValue().asText())));
      } else {
        blank(member.getValue());
      }
    }
    if (node.isArray()) {
      node.forEach(NeutralIT::blank);
    }
  }

  private static String numbersOut(String text) {
    return text.replaceAll("[0-9]+(\\.[0-9]+)?", "N");
  }

  // ---- ISO 8583

  private void overIso(int kind, int shop) throws IOException {
    for (long fen : AMOUNTS) {
      iso(
          kind,
          shop,
          "verify " + fen,
          priced(shop, 0x0200, 310000, 1, code(kind), fen, null, null));
      IsoMessage sale = priced(shop, 0x0200, 0, 22, code(kind), fen, null, null);
      iso(kind, shop, "sale " + fen, sale);
      iso(kind, shop, "repeat " + fen, sale);
      if (fen != ORDER) {
        continue;
      }
      iso(kind, shop, "part " + fen, undo(shop, 0x0220, 25, sale, fen / 3 + 1));
      IsoMessage other = priced(shop, 0x0200, 0, 22, code(kind), fen, null, null);
      iso(kind, shop, "to void " + fen, other);
      iso(kind, shop, "void " + fen, undo(shop, 0x0200, 23, other, 0));
      IsoMessage hold = priced(shop, 0x0100, 30000, 10, code(kind), fen, null, null);
      iso(kind, shop, "hold " + fen, hold);
      iso(kind, shop, "completion " + fen, following(shop, 0x0200, 0, 6, 20, hold, 0));
      IsoMessage lost = priced(shop, 0x0200, 0, 22, code(kind), fen, null, null);
      iso(kind, shop, "lost " + fen, lost);
      IsoMessage reversal = message(shop, 0x0400, 0, 0, 22);
      reversal.set(11, lost.number(11));
      iso(kind, shop, "reversal " + fen, reversal);
      iso(kind, shop, "offline " + fen, offline(shop, code(kind), fen));
    }
    String used = code(kind);
    iso(kind, shop, "first use", priced(shop, 0x0200, 0, 22, used, 5_000, null, null));
    iso(kind, shop, "second use", priced(shop, 0x0200, 0, 22, used, 5_000, null, null));
    for (String without : new String[] {Field59Tags.APPROVE, Field59Tags.REFUSE, null}) {
      for (String named : named(shop)) {
        String what = named + " " + without;
        iso(kind, shop, what, priced(shop, 0x0200, 0, 22, code(kind), 5_000, named, without));
      }
    }
  }

  private IsoMessage priced(
      int shop,
      int mti,
      int processing,
      int type,
      String code,
      long fen,
      @Nullable String named,
      @Nullable String without) {
    IsoMessage message = message(shop, mti, processing, type == 10 ? 6 : 0, type);
    message.set(4, fen);
    Map<String, String> data = new LinkedHashMap<>(Map.of(Field59Tags.CODE, code));
    if (named != null) {
      data.put(Field59Tags.BENEFIT, named);
    }
    if (without != null) {
      data.put(Field59Tags.WITHOUT, without);
    }
    new Field59Tags(data).write(message);
    return message;
  }

  private IsoMessage offline(int shop, String code, long fen) {
    IsoMessage message = message(shop, 0x0220, 0, 0, 30);
    ZonedDateTime now = clock.instant().atZone(Clocks.CHINA);
    message.set(4, fen);
    message.set(12, now.getHour() * 10_000L + now.getMinute() * 100L + now.getSecond());
    message.set(13, now.getMonthValue() * 100L + now.getDayOfMonth());
    new Field59Tags(Map.of(Field59Tags.CODE, code, Field59Tags.COUNTER, Integer.toString(trace)))
        .write(message);
    return message;
  }

  private IsoMessage undo(int shop, int mti, int type, IsoMessage original, long fen) {
    return following(shop, mti, 200000, 0, type, original, fen);
  }

  private IsoMessage following(
      int shop, int mti, int processing, int condition, int type, IsoMessage original, long fen) {
    IsoMessage message = message(shop, mti, processing, condition, type);
    if (fen > 0) {
      message.set(4, fen);
    }
    new Field61Original(1, (int) original.number(11), Field61Original.NO_DATE).write(message);
    return message;
  }

  private IsoMessage message(int shop, int mti, int processing, int condition, int type) {
    IsoMessage message = new IsoMessage();
    message.begin(mti);
    message.set(3, processing);
    message.set(25, condition);
    message.set(49, "156");
    message.set(11, ++trace);
    message.set(41, terminal(shop));
    new Field60Batch(type, 1, 0).write(message);
    return message;
  }

  private void iso(int kind, int shop, String what, IsoMessage message) throws IOException {
    String name = "iso " + shop + " " + what;
    String key = "b%06d-%06d".formatted(1, message.number(11));
    if (message.mti() != 0x0400) {
      asked.put(terminal(shop) + "/" + key, kind + " " + name);
    }
    IsoMessage reply = pos.ask(message);
    hear(kind, name, shape(reply));
  }

  private String shape(IsoMessage reply) {
    StringBuilder shape = new StringBuilder();
    for (int field = 2; field <= 64; field++) {
      if (!reply.has(field)) {
        continue;
      }
      shape.append(" F").append(field).append('=');
      switch (field) {
        case 4, 11, 12, 13, 37, 38, 64 -> shape.append(reply.length(field));
        case 54 -> shape.append(reply.text(54).replaceAll("[0-9]", "N"));
        case 59 ->
            Field59Tags.read(reply).values().forEach((tag, v) -> shape.append(tag + v.length()));
        case 63 -> shape.append(slip(Field63Slip.read(reply).text()));
        default -> shape.append(reply.text(field));
      }
    }
    return shape.toString();
  }

  /** The name stands before the discount, or on the line behind it where a price is asked for. */
  private String slip(String text) {
    heard.append(text).append('\n');
    return numbersOut(text.replaceAll("参考号.*", "参考号X").replaceAll("回执.*", "回执X"))
        .replaceFirst("^([^\n]*\n原价-?N\n)[^\n]*?([-+]N\n)", "$1X$2")
        .replaceFirst("^([^\n]*\n原价N\n可优惠N\n)[^\n]*", "$1X");
  }

  // ---- what else there is to hear

  private void noPrivateNameWasHeard() {
    String all = heard.toString();
    for (DemoCampaigns.Named campaign : campaigns) {
      if (!campaign.forEverybody()) {
        assertFalse(all.contains(campaign.name()), campaign.name());
        assertFalse(all.contains(campaign.code()), campaign.code());
      }
    }
    assertFalse(all.contains("THIS_MEMBER"), "a refusal tells what a member is");
  }

  private void theDiscountsDifferAndStaffCanTellWhy() {
    for (String code : List.of("HELP-01", "NEF-01", "NEF-02", "MODEL-01", "JIEFANG-01")) {
      assertTrue(
          TestStores.number(
                  url,
                  "SELECT count(*) FROM allocation a JOIN campaign c ON c.id = a.campaign"
                      + " WHERE c.code = '%s'".formatted(code))
              > 0,
          code);
      assertTrue(
          TestStores.number(
                  url,
                  "SELECT count(*) FROM transaction_trace WHERE verdict = 'CHOSEN' AND fen > 0"
                      + " AND benefit = '%s'".formatted(code))
              > 0,
          code);
    }
    assertTrue(
        TestStores.number(
                url, "SELECT count(*) FROM transaction_trace WHERE verdict = 'NOT_FOR_MEMBER'")
            > 0);
    assertTrue(
        TestStores.number(
                url,
                "SELECT count(*) FROM transaction t JOIN campaign c ON c.id = ANY (t.campaigns)"
                    + " WHERE c.code IN ('HELP-01', 'NEF-01', 'JIEFANG-01')"
                    + " AND (SELECT count(DISTINCT p) FROM unnest(t.campaigns) AS u (p)) > 1")
            > 0,
        "nothing for few was combined");
  }

  private void eventsHaveTheSameShape() throws SQLException, IOException {
    Map<Integer, Map<String, String>> events = new TreeMap<>();
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery("SELECT kind, body FROM event ORDER BY id")) {
      while (rows.next()) {
        JsonNode body = JSON.readTree(rows.getString(2));
        String key = body.path("terminal").asText() + "/" + body.path("requestId").asText();
        String what = asked.get(key);
        if (what != null && !rows.getString(1).equals("transaction.reversal")) {
          int space = what.indexOf(' ');
          events
              .computeIfAbsent(Integer.valueOf(what.substring(0, space)), k -> new TreeMap<>())
              .put(what.substring(space + 1), rows.getString(1) + " " + shape(body));
        }
      }
    }
    assertEquals(KINDS.size(), events.size());
    Map<String, String> ordinary = Objects.requireNonNull(events.get(ORDINARY));
    assertTrue(ordinary.size() > 300, "events: " + ordinary.size());
    events.forEach((kind, heardOf) -> assertEquals(ordinary, heardOf, KINDS.get(kind)));
  }
}
