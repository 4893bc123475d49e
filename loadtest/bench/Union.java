import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.node.Gateway;
import cn.unionecard.gateway.runtime.ResourceFolder;
import cn.unionecard.gateway.union.FirstStaff;
import cn.unionecard.gateway.union.Passwords;
import cn.unionecard.workbench.demo.Https;
import cn.unionecard.workbench.simulate.Testbed;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The people of a city's unions at a gateway's desks, over HTTPS: a clerk and an approver of each union that pays. An answer that is no
 * success is an exception that says what was asked and what was answered.
 */
final class Union {
  static final int CITY = 410800;
  private static final int DISTRICT = 410802;
  private static final Duration TOKEN_LIFETIME = Duration.ofMinutes(5);
  private static final String REASON = "按文件办理";

  /** Rows of one sheet. */
  private static final int SHEET_ROWS = 500;

  /** Fen that every example may spend at least: what ends in the month ends by its day's or its count's limit. */
  private static final long BUDGET_FEN = 10_000_000_000L;

  /** A refusal that its caller can go on from. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient Https.Answer answer;

    Refused(String what, Https.Answer answer) {
      super(what + " answers " + answer);
      this.answer = answer;
    }
  }

  /** One union with its two people. */
  record Office(int id, String code, String clerk, String approver, long clerkEpoch, long approverEpoch) {}

  private final Gateway gateway;
  private final Https https;
  final Map<Integer, Office> offices = new LinkedHashMap<>();

  private Union(Gateway gateway, Https https) {
    this.gateway = gateway;
    this.https = https;
  }

  /** Whoever pays for a campaign of the city, or will. */
  static Union of(Gateway gateway, String ca, Connection database, Clock clock) throws Exception {
    Union union = new Union(gateway, Https.to("https://localhost:" + gateway.port(), ca));
    Passwords passwords = new Passwords(new SecureRandom());
    FirstStaff staff = new FirstStaff(database, passwords, clock);
    Map<Integer, String> codes = new LinkedHashMap<>();
    try (var statement = database.createStatement();
        var rows =
            statement.executeQuery(
                """
                select id, code from org where id in (%d, %d) or id in (
                  select (f ->> 'org')::int from campaign, jsonb_array_elements(rule -> 'funders') f where f ? 'org')
                order by id"""
                    .formatted(CITY, DISTRICT))) {
      while (rows.next()) {
        codes.put(rows.getInt(1), rows.getString(2));
      }
    }
    for (var org : codes.entrySet()) {
      String clerk = "month.clerk." + org.getKey();
      String approver = "month.approver." + org.getKey();
      long clerkEpoch = staff.renew(clerk, "经办", org.getValue(), Set.of(Role.CLERK), passwords.make());
      long approverEpoch = staff.renew(approver, "审批", org.getValue(), Set.of(Role.APPROVER), passwords.make());
      union.offices.put(org.getKey(), new Office(org.getKey(), org.getValue(), clerk, approver, clerkEpoch, approverEpoch));
    }
    return union;
  }

  Office city() {
    return offices.get(CITY);
  }

  private String token(Office office, Role role) {
    boolean clerk = role == Role.CLERK;
    return gateway
        .tokenIssuer()
        .staff(
            clerk ? office.clerk : office.approver,
            office.code,
            Set.of(role),
            clerk ? office.clerkEpoch : office.approverEpoch,
            TOKEN_LIFETIME);
  }

  JsonObject post(Office office, Role role, String path, JsonObject body) {
    Https.Answer answer = https.post(path, token(office, role), null, body);
    if (answer.status() / 100 != 2) {
      throw new Refused("POST " + path + " of " + office.code, answer);
    }
    return answer.json();
  }

  byte[] get(Office office, Role role, String path) {
    Https.Answer answer = https.get(path, token(office, role));
    if (answer.status() != 200) {
      throw new Refused("GET " + path + " of " + office.code, answer);
    }
    return answer.body();
  }

  JsonObject read(Office office, Role role, String path) {
    return new JsonObject(new String(get(office, role, path), StandardCharsets.UTF_8));
  }

  static JsonObject because() {
    return new JsonObject().put("reason", REASON);
  }

  private void step(String path, JsonObject wish) {
    JsonObject unused = post(city(), Role.APPROVER, path + "/steps", wish.put("reason", REASON));
  }

  /**
   * The rules of conf/examples, so one campaign at least of every kind, entered by one and approved by another; and to each that gives
   * something out a round, by sheet to some members or by query to a group.
   *
   * @param shops merchants for the campaign that names its own
   * @return how many run
   */
  int enterCampaigns(LocalDate first, LocalDate end, List<String> shops, List<Testbed.Card> cards) throws Exception {
    int running = 0;
    for (var file : ResourceFolder.files("conf/examples", "xian-fuel.yaml").entrySet()) {
      if (!file.getKey().contains("/")) {
        enter(read(new String(file.getValue(), StandardCharsets.UTF_8), shops), first, end, cards, running);
        running++;
      }
    }
    return running;
  }

  private JsonObject read(String yaml, List<String> shops) throws Exception {
    String here = yaml.replace("'" + CITY + "'", "'" + city().code + "'").replace("'" + DISTRICT + "'", "'" + offices.get(DISTRICT).code + "'");
    Map<String, Object> read = new YAMLMapper().readValue(here, new TypeReference<>() {});
    JsonObject campaign = new JsonObject(new JsonObject(read).encode());
    JsonObject merchants = campaign.getJsonObject("rule").getJsonObject("merchants");
    if (merchants != null && merchants.containsKey("merchantNos")) {
      merchants.put("merchantNos", new JsonArray(new ArrayList<>(shops.subList(0, Math.min(3, shops.size())))));
    }
    return campaign;
  }

  private void enter(JsonObject campaign, LocalDate first, LocalDate last, List<Testbed.Card> cards, int nth) {
    Object grants = campaign.remove("grants");
    // what ends first is used first, or nobody would use a pass where entry is free for all
    LocalDate end = grants == null ? last : last.minusDays(1);
    String code = campaign.getString("code");
    String path = "/v1/campaigns/" + code;
    campaign.put("startsAt", first + "T00:00:00+08:00").put("endsAt", end + "T00:00:00+08:00");
    JsonObject budget = campaign.getJsonObject("budget");
    budget.put("fen", Math.max(BUDGET_FEN, budget.getLong("fen")));
    JsonObject written = post(city(), Role.CLERK, "/v1/campaigns", campaign);
    if (grants instanceof JsonObject given) {
      written = post(city(), Role.CLERK, path + "/grants", given);
    }
    JsonObject unused = post(city(), Role.CLERK, path + "/steps", because().put("step", "SUBMIT"));
    step(path, new JsonObject().put("step", "APPROVE").put("edition", written.getInteger("edition")));
    step(path, new JsonObject().put("step", "RUN"));
    if (grants instanceof JsonObject given) {
      give(campaign, given, end, cards, nth);
    }
  }

  private void give(JsonObject campaign, JsonObject grants, LocalDate end, List<Testbed.Card> cards, int nth) {
    boolean byQuery = "WELFARE".equals(grants.getString("pool"));
    int each = grants.getInteger("perMember", 1);
    int people = Math.min(cards.size() / 4, 4_000);
    JsonObject round =
        new JsonObject()
            .put("campaign", campaign.getString("code"))
            .put("name", campaign.getString("publicName"))
            .put("documentNo", campaign.getString("documentNo"))
            .put("way", byQuery ? "QUERY" : "SHEET")
            .put("each", each)
            .put("most", (byQuery ? 2 * cards.size() : people) * each)
            .put("goodUntil", end + "T00:00:00+08:00");
    if (byQuery) {
      round.put("org", city().code).put("category", "NEW_EMPLOYMENT_FORM");
    }
    if (grants.getString("kind").equals("QUOTA")) {
      round.put("fen", 60_000);
    }
    String path = "/v1/vouchers/rounds/" + post(city(), Role.CLERK, "/v1/vouchers/rounds", round).getInteger("round");
    step(path, new JsonObject().put("step", "APPROVE"));
    for (int from = 0; !byQuery && from < people; from += SHEET_ROWS) {
      StringBuilder csv = new StringBuilder("cardNo\n");
      for (int i = from; i < Math.min(people, from + SHEET_ROWS); i++) {
        csv.append(cards.get((int) ((i * 7L + nth * 1_009L) % cards.size())).no().digits()).append('\n');
      }
      JsonObject given = post(city(), Role.CLERK, path + "/sheets", new JsonObject().put("csv", csv.toString()));
      if (given.getInteger("granted") == 0) {
        throw new IllegalStateException(campaign.getString("code") + " is given to nobody: " + given.encode());
      }
    }
  }

  /** Gives a merchant the account it is paid to. */
  void payee(String merchantNo) {
    JsonObject wish =
        new JsonObject()
            .put("holder", "商户" + merchantNo)
            .put("bank", "中国银行焦作分行")
            .put("account", "62" + merchantNo + merchantNo.substring(10, 15))
            .put("reason", REASON);
    JsonObject asked = post(city(), Role.CLERK, "/v1/merchants/" + merchantNo + "/payees", wish);
    JsonObject unused =
        post(city(), Role.APPROVER, "/v1/payees/" + asked.getLong("payee") + "/decision", because().put("decision", "CONFIRM"));
  }
}
