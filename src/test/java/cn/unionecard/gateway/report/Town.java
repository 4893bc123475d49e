package cn.unionecard.gateway.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.CreditCode;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** Hands that do at the desks and tills of a house what fills a report. */
final class Town implements AutoCloseable {
  private static final String DIGEST = "0123456789abcdef".repeat(4);
  private static final List<String> WAY =
      List.of("NEGOTIATE", "SIGN", "APPLY", "INVESTIGATE", "APPROVE", "GO_LIVE");

  final DeskHouse house;
  private int merchants;
  private long card = 1_000;

  /** A merchant that went through the desks, with a till once it is live. */
  record Shop(String no, String authorising, String signing, ContractClient till) {}

  Town(String node) throws Exception {
    house = new DeskHouse(node);
    TestStores.execute(
        house.url,
        "delete from staff where merchant is not null; delete from terminal; delete from merchant;"
            + " delete from holiday_calendar");
    TestTown.campaign(
        house.url,
        1,
        "EAT-10",
        """
        {"benefit":{"kind":"PERCENT","basisPoints":1000,"capFen":2000},
         "funders":[{"funder":"UNION","org":410800,"shareBp":7000},
           {"funder":"MERCHANT","shareBp":3000}],
         "merchants":{"categories":["EAT"]}}""",
        1_000_000_000L);
  }

  @CanIgnoreReturnValue
  JsonObject made(Answer answer) {
    assertEquals(201, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  static String login(String org, Role role) {
    return DeskHouse.login(org, role);
  }

  // ---- merchants

  /** A merchant brought so far, by the unions' own staff. */
  @CanIgnoreReturnValue
  Shop merchant(String category, String authorising, String signing, String upto) throws Exception {
    String payload = String.format(Locale.ROOT, "91410802MA%07d", ++merchants);
    JsonObject draft =
        new JsonObject()
            .put("name", "商户" + merchants)
            .put("creditCode", payload + CreditCode.checkCharacter(payload))
            .put("category", category)
            .put("areaCode", "410802")
            .put("authorisingOrg", authorising)
            .put("signingOrg", signing)
            .put("reason", "推介");
    String clerk = login(signing, Role.CLERK);
    String no = made(house.post(clerk, "/v1/merchants", draft)).getString("merchantNo");
    Shop shop = new Shop(no, authorising, signing, till(no));
    for (String step : WAY.subList(0, WAY.indexOf(upto) + 1)) {
      if (step.equals("INVESTIGATE")) {
        declare(shop, clerk);
      } else if (step.equals("APPROVE")) {
        dossier(shop);
        declare(shop, login(authorising, Role.APPROVER));
      }
      step(shop, step);
    }
    return shop;
  }

  private ContractClient till(String no) {
    String terminal = String.format(Locale.ROOT, "R%07d", merchants);
    Scene scene = Scene.values()[merchants % Scene.values().length];
    TestStores.execute(
        house.url,
        "insert into terminal (id, terminal_no, merchant, serial_no, status, scene)"
            + " select 900 + %d, '%s', id, 'SR%d', 'ACTIVE', '%s' from merchant where merchant_no = '%s'"
                .formatted(merchants, terminal, merchants, scene, no));
    return house.till(terminal);
  }

  /** A step of whoever may take it. */
  void step(Shop shop, String step) throws Exception {
    Role role =
        switch (step) {
          case "APPROVE", "REJECT", "TERMINATE", "REINSTATE", "RENEW" -> Role.APPROVER;
          case "SUSPEND", "ORDER_RECTIFICATION", "CONFIRM_RECTIFIED" -> Role.SUPERVISOR;
          default -> Role.CLERK;
        };
    String org = role == Role.CLERK ? shop.signing : shop.authorising;
    JsonObject wish = new JsonObject().put("step", step).put("reason", "按程序");
    file(shop, login(org, role), "steps", wish.put("documentNo", "工〔2026〕1号"));
  }

  void declare(Shop shop, String login) throws Exception {
    JsonObject word = new JsonObject().put("conflict", false).put("statement", "本人申报");
    file(shop, login, "declarations", word);
  }

  void labour(Shop shop, int employees) throws Exception {
    JsonObject facts = paper().put("asOf", "2026-11-01").put("employees", employees);
    file(shop, login(shop.signing, Role.CLERK), "labour-facts", facts.put("members", 0));
  }

  private void dossier(Shop shop) throws Exception {
    String clerk = login(shop.signing, Role.CLERK);
    labour(shop, 12);
    for (String kind : List.of("BUSINESS_LICENCE", "CONTRACT")) {
      JsonObject document = paper().put("kind", kind).put("number", "N-1");
      file(shop, clerk, "documents", document.put("validFrom", "2020-01-01"));
    }
    JsonObject selection = paper().put("candidates", 3).put("criteria", "口碑").put("score", 90);
    file(shop, clerk, "selections", selection.put("meeting", "办公会").put("decidedOn", "2026-11-01"));
  }

  private static JsonObject paper() {
    return new JsonObject().put("reference", "archive:1").put("digest", DIGEST);
  }

  private void file(Shop shop, String login, String what, JsonObject body) throws Exception {
    made(house.post(login, "/v1/merchants/" + shop.no + "/" + what, body));
  }

  // ---- at the till

  JsonObject sale(Shop shop, long fen) throws Exception {
    JsonObject sale = house.sell(shop.till, card++, fen);
    assertEquals("APPROVED", sale.getString("outcome"), sale::encode);
    return sale;
  }

  JsonObject hold(Shop shop, long fen) throws Exception {
    String code = TestTown.code(card++, house.line.clock.millis());
    JsonObject ask = new JsonObject().put("type", "HOLD").put("code", code).put("orderFen", fen);
    return send(shop, "/v1/transactions", ask);
  }

  /** What follows a transaction: its body. */
  @CanIgnoreReturnValue
  JsonObject follow(Shop shop, JsonObject original, String what, JsonObject body) throws Exception {
    return send(shop, "/v1/transactions/" + original.getString("id") + "/" + what, body);
  }

  @CanIgnoreReturnValue
  JsonObject reverse(Shop shop, JsonObject original) throws Exception {
    String path = "/v1/transactions/" + original.getString("id") + "/reversal";
    return made(shop.till.send(shop.till.post(path, "{}"))).getJsonObject("body");
  }

  private JsonObject send(Shop shop, String path, JsonObject body) throws Exception {
    Answer answer =
        shop.till.send(
            shop.till.post(path, body.encode()).header("Idempotency-Key", "town-" + card++));
    JsonObject receipt = made(answer).getJsonObject("body");
    assertEquals("APPROVED", receipt.getString("outcome"), receipt::encode);
    return receipt;
  }

  // ---- what members say

  /** Reviews a purchase: its number. */
  @CanIgnoreReturnValue
  long review(JsonObject receipt, int stars, int quality, int service) throws Exception {
    return made(house.post(null, "/v1/reviews", rating(receipt, stars, quality, service)))
        .getLong("review");
  }

  void edit(long review, JsonObject receipt, int stars) throws Exception {
    String path = "/v1/reviews/" + review + "/edition";
    made(house.post(null, path, rating(receipt, stars, stars, stars)));
  }

  private static JsonObject rating(JsonObject receipt, int stars, int quality, int service)
      throws Exception {
    return new JsonObject()
        .put("transaction", receipt.getString("id"))
        .put("receiptDigest", Sha256.hex(receipt.encode()))
        .put("stars", stars)
        .put("quality", quality)
        .put("service", service)
        .put("afterSales", stars);
  }

  /** What binds a union's merchants from here on. */
  void policy(String org, boolean byItself) throws Exception {
    String supervisor = login(org, Role.SUPERVISOR);
    String path = "/v1/supervision/policies/" + org;
    JsonObject policy = house.get(supervisor, path).json();
    policy.remove("org");
    policy.remove("policies");
    policy.put("samplePayers", 3).put("zMilli", 0).put("autoRectify", byItself);
    made(house.post(supervisor, path, policy.put("autoSuspend", byItself)));
  }

  /** A complaint of somebody about a merchant: its number and token. */
  JsonObject complain(Shop shop, String kind) throws Exception {
    JsonObject complaint = new JsonObject().put("kind", kind).put("text", "投诉");
    String path = "/v1/merchants/" + shop.no + "/complaints";
    return made(house.post(login(shop.signing, Role.CLERK), path, complaint));
  }

  void act(String login, JsonObject complaint, String step, Object... more) throws Exception {
    JsonObject wish = new JsonObject().put("step", step);
    for (int i = 0; i < more.length; i += 2) {
      wish.put((String) more[i], more[i + 1]);
    }
    made(house.post(login, "/v1/complaints/" + complaint.getString("complaint") + "/steps", wish));
  }

  void say(JsonObject complaint, String step) throws Exception {
    JsonObject word =
        new JsonObject()
            .put("complaint", complaint.getString("complaint"))
            .put("token", complaint.getString("token"));
    made(house.post(null, "/v1/complaint-words", word.put("step", step)));
  }

  @Override
  public void close() {
    house.close();
  }
}
