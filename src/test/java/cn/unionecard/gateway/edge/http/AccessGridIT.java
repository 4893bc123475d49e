package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every operation of the contract × every role × own, child, parent and sibling union, and nobody:
 * what is allowed is what {@code x-roles} and {@code x-scope} say, a merchant's account reaches
 * what is its own and not what is of the unions, and the grid is written to {@code
 * target/access-grid.txt}.
 */
class AccessGridIT {
  private static final String HOME = "410802";

  /** Relation to the caller's union → whose thing is asked for. */
  private static final Map<String, String> TARGETS = targets();

  /** What the last event says. */
  private static final String LAST = "that-is-all";

  /** What takes something away comes behind what asks for it. */
  private static final List<String> LATER =
      List.of("removeSubscription", "endOwnSessions", "endSession");

  private static final Set<Integer> SERVED = Set.of(200, 201, 409);

  /** Union → the one above it, among those that are asked for. */
  private static final Map<String, String> NAMES_WANTED_BY =
      Map.of(HOME, "410800", "410802.0001", HOME, "410821", "410800");

  private final List<String> wrong = new ArrayList<>();
  private final StringBuilder table = new StringBuilder();

  /** Union → receipt of a purchase at its merchant. */
  private final Map<String, JsonObject> purchases = new TreeMap<>();

  private int calls;

  private static Map<String, String> targets() {
    Map<String, String> targets = new LinkedHashMap<>();
    targets.put("own", HOME);
    targets.put("child", "410802.0001");
    targets.put("parent", "410800");
    targets.put("sibling", "410821");
    return targets;
  }

  /** One operation of the contract. */
  private record Operation(
      String id, String method, String path, List<String> roles, String scope, JsonObject body) {}

  private static List<Operation> operations() throws IOException {
    return Contract.operations().stream()
        .map(AccessGridIT::operation)
        .sorted(Comparator.comparing(operation -> LATER.indexOf(operation.id)))
        .toList();
  }

  private static Operation operation(Contract.Operation of) {
    JsonObject body =
        of.bodies().isEmpty() ? new JsonObject() : new JsonObject(of.bodies().get(0).toString());
    return new Operation(of.id(), of.method(), of.path(), of.roles(), of.scope(), body);
  }

  @Test
  void everybodyMayDoWhatIsMeantAndNothingElse() throws Exception {
    try (DeskHouse house = new DeskHouse("grid")) {
      fill(house);
    }
    Path file = Path.of("target", "access-grid.txt");
    Files.writeString(file, table);
    System.out.println(table);
    System.out.println(calls + " calls");
    assertEquals(List.of(), wrong);
  }

  /** Who asks by cookie may do what he may by token. */
  @Test
  void theSameBeforeThePages() throws Exception {
    try (DeskHouse house = new DeskHouse("pages")) {
      house.goBeforeThePages();
      fill(house);
    }
    assertEquals(List.of(), wrong);
  }

  private void fill(DeskHouse house) throws Exception {
    furnish(house);
    house.give(DeskHouse.login(HOME, Role.MERCHANT), "8410802190000" + number(HOME));
    house.startFeed();
    row("operation", List.of("role", "own", "child", "parent", "sibling"));
    for (Operation operation : operations()) {
      assertTrue(!operation.roles.isEmpty(), operation.id + " does not say who may call it");
      nobody(house, operation);
      phone(house, operation);
      for (Role role : Role.values()) {
        cells(house, operation, role);
      }
    }
  }

  /** For each target union a live merchant with store, terminal and violation, and an account. */
  private void furnish(DeskHouse house) throws Exception {
    int n = 0;
    for (String org : TARGETS.values()) {
      n++;
      house.furnish(org, 90 + n);
      note(house, org, n);
    }
    for (String org : TARGETS.values()) {
      int no = number(org);
      TestStores.execute(
          house.url,
          "insert into terminal values (%d, 'P00000%d', %d, 'SP%d', 'ACTIVE')"
              .formatted(100 + no, no, no, no));
      purchases.put(org, house.sell(house.till("P00000" + no), 3_000 + no, 1_000));
    }
    // none of the root's: no union is above it
    TestStores.execute(
        house.url,
        """
        insert into campaign_narrowing (id, campaign, org, state, document_no, terms, written, prepared_by, prepared_at)
          overriding system value
          select m.id, %d, m.authorising_org, 'DRAFT', 'x', '{"orderFenMin":1}', '{"orderFenMin":1}', s.id, now()
          from merchant m join org o on o.id = m.authorising_org, (select max(id) as id from staff) s
          where m.id > 90 and o.code <> '410800';
        select setval(pg_get_serial_sequence('campaign_narrowing', 'id'), 1000)"""
            .formatted(number("410800")));
    // the last event is the caller's own: whoever hears it has heard all that was for him
    TestStores.execute(
        house.url,
        """
        insert into outbox (kind, merchant, subject, at, body)
        values ('grid.made', 91, 1, now(), '{"mark":"%s"}')"""
            .formatted(LAST));
  }

  /** Something in the audit that concerns the union. */
  private static void note(DeskHouse house, String org, int n) {
    TestStores.execute(
        house.url,
        """
        insert into audit (at, actor, orgs, action, subject, outcome, detail)
        select now(), 'gateway', array[id], 'grid.made', 'mark-%1$d', 'DONE', '{}'
        from org where code = '%2$s';
        update supervision_day set bad = payers where merchant = %1$d"""
            .formatted(90 + n, org));
  }

  private static int number(String org) {
    return 91 + List.copyOf(TARGETS.values()).indexOf(org);
  }

  private void nobody(DeskHouse house, Operation operation) throws Exception {
    String heard = call(house, null, operation, null, HOME);
    boolean open = operation.roles.contains("ANYBODY");
    if (open ? heard.equals("403") : !heard.equals("401")) {
      wrong.add(operation.id + " answers nobody with " + heard);
    }
    row(operation.id, List.of("nobody", open ? "open" : heard));
  }

  /** A member's phone, which every time has its card still. */
  private void phone(DeskHouse house, Operation operation) throws Exception {
    CardNo card = new CardNo(7_000);
    long epoch = TestStores.number(house.url, "select epoch from card where serial = 7000");
    String token = house.phoneToken(card, epoch);
    calls++;
    String path = path(operation, HOME);
    Answer answer = house.withToken(token, operation.method, path, operation.body);
    boolean may = operation.roles.contains("MEMBER") || operation.roles.contains("ANYBODY");
    boolean served = answer.status() != 401 && answer.status() != 403;
    boolean challenged = answer.status() == 401 && operation.roles.contains("ANYBODY");
    if (may ? !served && !challenged : answer.status() != 403) {
      wrong.add(operation.id + " answers a phone with " + answer.status());
    }
    if (operation.id.equals("reportOwnLoss")) {
      assertEquals(200, answer.status());
      TestStores.execute(
          house.url,
          "update card set status = 'ACTIVE', epoch = epoch + 1, device_key = null where serial = 7000");
    }
    row(operation.id, List.of("phone", may ? "open" : Integer.toString(answer.status())));
  }

  private void cells(DeskHouse house, Operation operation, Role role) throws Exception {
    if (operation.id.equals("readAudit")) { // a page is of the newest
      for (String org : TARGETS.values()) {
        note(house, org, number(org) - 90);
      }
    }
    List<String> cells = new ArrayList<>(List.of(role.name()));
    boolean open = operation.roles.contains("ANYBODY");
    boolean may = open || operation.roles.contains(role.name());
    for (Map.Entry<String, String> target : TARGETS.entrySet()) {
      String heard = call(house, DeskHouse.login(HOME, role), operation, role, target.getValue());
      boolean within =
          (role == Role.MERCHANT ? Set.of("own") : Set.of("own", "child"))
              .contains(target.getKey());
      String expected = !may ? "403" : operation.scope.isEmpty() ? "" : within ? "yes" : "404";
      boolean good = expected.isEmpty() ? !heard.equals("403") : heard.equals(expected);
      if (!good) {
        wrong.add(operation.id + " " + role + " " + target.getKey() + ": " + heard);
      }
      cells.add(expected.isEmpty() ? "open" : heard);
    }
    row(operation.id, cells);
  }

  /** {@code yes}, or the status of the refusal; of a list whether it holds what is looked for. */
  private String call(
      DeskHouse house, @Nullable String login, Operation operation, @Nullable Role role, String org)
      throws Exception {
    calls++;
    if (operation.id.equals("readFeed")
        && login != null
        && role != null
        && operation.roles.contains(role.name())) {
      return hears(house, login, org);
    }
    String path = path(operation, org);
    Answer answer =
        operation.method.equals("GET")
            ? house.get(login, path)
            : house.post(login, path, body(operation, role, org));
    if (!SERVED.contains(answer.status())) {
      return Integer.toString(answer.status());
    }
    if (operation.scope.equals("rows")) {
      return answer.json().encode().contains(mark(operation, org)) ? "yes" : "404";
    }
    return "yes";
  }

  /** Reads the stream of events up to the last one that is the caller's. */
  private static String hears(DeskHouse house, String login, String org) throws Exception {
    List<JsonObject> events = house.listen(login, LAST);
    String mark = "told-" + number(org);
    return events.stream().anyMatch(event -> event.encode().contains(mark)) ? "yes" : "404";
  }

  private static String mark(Operation operation, String org) {
    return switch (operation.id) {
      case "listOrgs" -> "\"code\":\"" + org + "\"";
      case "listStaffRequests" -> "grid.asked." + number(org);
      case "listStaff" -> "target." + number(org);
      case "readAudit" -> "mark-" + number(org);
      case "listComplaints" -> "C000000000" + number(org);
      case "countComplaints" -> "\"owner\":\"" + org + "\"";
      case "listSubscriptions" -> "https://" + number(org) + ".example/";
      case "listTickets" -> "T000000000" + number(org);
      case "importMembers" -> "\"created\":1";
      case "sendPartnerReviews" -> "\"outcome\":\"ACCEPTED\"";
      case "listCampaigns" -> "GRID-" + number(org);
      case "listDataRequests" -> "\"cardNo\":\"90000000" + number(org) + "\"";
      case "listNoticeSchedules" -> "\"schedule\":" + number(org) + ",";
      case "listProvinceRows" -> "\"row\":" + number(org) + ",";
      case "listPartners" -> "P000000000" + number(org);
      case "listRounds" -> "\"GRID-" + number(org) + "\"";
      case "listMerchants", "listReviews", "listDecisions", "listStandings" ->
          "8410802190000" + number(org);
      default -> throw new AssertionError(operation.id + " lists what this test does not know");
    };
  }

  private String path(Operation operation, String org) {
    int n = number(org);
    String path = operation.path.replace("{complaint}", "C000000000" + n);
    if (operation.scope.startsWith("query.")) {
      path += "?" + operation.scope.substring(6) + "=" + org;
    }
    path = path.replace("{ticket}", "T000000000" + n);
    for (Map.Entry<String, String> parameter :
        Map.ofEntries(
                Map.entry("{campaign}", "GRID-" + n),
                Map.entry("{narrowing}", Integer.toString(n)),
                Map.entry("{notice}", "N000000000" + n),
                Map.entry("{schedule}", Integer.toString(n)),
                Map.entry("{partner}", "P000000000" + n),
                Map.entry("{nameList}", nameList(operation, org)),
                Map.entry("{dataRequest}", Integer.toString(n)),
                Map.entry("{list}", Integer.toString(n)),
                Map.entry("{kept}", "LEFT_MEMBER"),
                Map.entry("{session}", "AAAAAAAAAAAAAAAAAAAAAA"),
                Map.entry("{review}", Integer.toString(n)),
                Map.entry("{round}", (operation.id.equals("readLottery") ? "1" : "") + n),
                Map.entry("{voucher}", Integer.toString(n)),
                Map.entry("{decision}", Integer.toString(n)),
                Map.entry("{org}", org),
                Map.entry("{login}", "target." + n),
                Map.entry("{request}", Integer.toString(n)),
                Map.entry("{merchantNo}", "8410802190000" + n),
                Map.entry("{terminal}", "G00000" + n),
                Map.entry("{cardNo}", "90000000" + n),
                Map.entry("{violation}", Integer.toString(n)),
                Map.entry("{subscription}", Integer.toString(n)),
                Map.entry("{sequence}", "1"),
                Map.entry("{transaction}", purchase(org)),
                Map.entry("{id}", "0C3M7Z9K2V40"),
                Map.entry("{statement}", "1"),
                Map.entry("{payee}", "1"),
                Map.entry("{entry}", "1"),
                Map.entry("{correction}", "1"),
                Map.entry("{batch}", "1"),
                Map.entry("{case}", "1"),
                Map.entry("{no}", "1"),
                Map.entry("{node}", "n1"),
                Map.entry("{seq}", "1"))
            .entrySet()) {
      path = path.replace(parameter.getKey(), parameter.getValue());
    }
    return path;
  }

  /** What a union reports to is the list of the one above it. */
  private static String nameList(Operation operation, String org) {
    return Integer.toString(
        operation.id.equals("reportNames")
            ? number(NAMES_WANTED_BY.getOrDefault(org, org))
            : number(org));
  }

  private String purchase(String org) {
    return Objects.requireNonNull(purchases.get(org)).getString("id");
  }

  private JsonObject body(Operation operation, @Nullable Role role, String org) {
    JsonObject body = operation.body.copy();
    if (operation.scope.startsWith("body.")) {
      body.put(operation.scope.substring(5), org);
    }
    if (body.containsKey("authorisingOrg") && operation.scope.equals("body.signingOrg")) {
      body.put("authorisingOrg", org);
    }
    switch (operation.id) {
      case "addOrg" -> body.put("code", "grid-" + calls);
      case "askForSomebody" -> body.put("cardNo", "90000000" + number(org));
      case "addMember" -> body.put("identity", identity());
      case "importMembers" ->
          body.put(
              "csv", "identity,name,category,org\n" + identity() + ",某会员,ORDINARY," + org + "\n");
      case "addCampaign" -> body.put("code", "NEW-" + calls);
      case "explainDecision" -> body.put("transaction", purchase(org));
      case "tryBasket" ->
          body.put("merchantNo", "8410802190000" + number(org))
              .put("cardNo", "90000000" + number(org));
      case "shadowCampaign" -> body.put("campaign", "GRID-" + number(org));
      case "addCampaignNarrowing" -> body.put("campaign", "GRID-" + number("410800"));
      case "takeCampaignNarrowingStep" ->
          body.put("step", role == Role.APPROVER ? "APPROVE" : "END");
      case "addRound" -> body.put("campaign", "GRID-" + number(org));
      case "addStaff" -> body.put("login", "grid." + calls);
      case "bindTerminal" -> body.put("store", number(org)).put("serialNo", "SX" + calls);
      case "rebindTerminal" ->
          body.put("store", number(HOME)).put("merchantNo", "8410802190000" + number(HOME));
      case "sendPartnerReviews" -> {
        JsonObject receipt = Objects.requireNonNull(purchases.get(org));
        body.getJsonArray("reviews")
            .getJsonObject(0)
            .put("reference", "grid-" + calls)
            .put("transaction", receipt.getString("id"))
            .put("receiptDigest", sha256(receipt));
      }
      // behind the dead letter, which would else be on its way again
      case "replaySubscription" -> body = new JsonObject().put("after", "1");
      case "addStore" -> body.put("name", "店" + calls);
      case "takeComplaintStep" -> {
        if (role == Role.SUPERVISOR) {
          body = new JsonObject().put("step", "CHASE");
        } else if (role == Role.MERCHANT) {
          body = new JsonObject().put("step", "SAY").put("text", "已向顾客道歉");
        }
      }
      case "placePartnerTerminal" -> body.put("terminal", "G00000" + number(org));
      case "takePartnerStep" ->
          body.put(
              "step",
              role == Role.APPROVER ? "REJECT" : role == Role.SUPERVISOR ? "SUSPEND" : "EXAMINE");
      case "takeCampaignStep" -> body.put("step", role == Role.CLERK ? "SUBMIT" : "PAUSE");
      case "draftTargets" -> body.remove("shares");
      case "takeMerchantStep" ->
          body.put(
              "step",
              role == Role.APPROVER ? "REJECT" : role == Role.SUPERVISOR ? "SUSPEND" : "NEGOTIATE");
      default -> {}
    }
    return body;
  }

  /** A resident number of nobody, another one at each call. */
  private String identity() {
    String payload = String.format(Locale.ROOT, "41080219900101%03d", calls % 1_000);
    return payload + ResidentNumber.checkCharacter(payload);
  }

  private static String sha256(JsonObject receipt) {
    return Sha256.hex(receipt.encode());
  }

  private void row(String first, List<String> cells) {
    table.append(String.format(Locale.ROOT, "%-22s", first));
    Stream<String> padded = cells.stream().map(c -> String.format(Locale.ROOT, " %-10s", c));
    table.append(padded.reduce("", (a, b) -> a + b).stripTrailing()).append('\n');
  }
}
