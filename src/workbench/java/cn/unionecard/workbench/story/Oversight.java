package cn.unionecard.workbench.story;

import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.workbench.pos.PosRequest;
import cn.unionecard.workbench.pos.Transcript;
import cn.unionecard.workbench.simulate.MemberPhones;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * The second act: the merchant sells, is reviewed, falls under the policy, is suspended at every
 * till at once, appeals and is let back.
 */
final class Oversight {
  private static final String SUPERVISOR = "district.supervisor";
  private static final int PLEASED = 15;
  private static final int VISITS_MAX = 80;
  private static final int GOOD = 5;
  private static final int BAD = 1;

  private final Staff staff;
  private final Transcript transcript;
  private final MemberPhones phones;
  private final Shop shop;
  private final Till till;
  private final Pos pos;
  private final StandingEar ear;

  Oversight(
      Staff staff,
      Transcript transcript,
      MemberPhones phones,
      Shop shop,
      Till till,
      Pos pos,
      StandingEar ear) {
    this.staff = staff;
    this.transcript = transcript;
    this.phones = phones;
    this.shop = shop;
    this.till = till;
    this.pos = pos;
    this.ear = ear;
  }

  void play(Crowd crowd) {
    transcript.step("开张", "the till sells, over HTTPS with its certificate and over ISO 8583");
    JsonObject unused = ear.hears(null);
    till.tell("消费 sale", till.sells(phones.freshCode(), 3_800));
    pos.signsOn();
    PosRequest posSale = pos.sells(phones.freshCode(), 5_200, "00");

    transcript.step("评价", "members review with their receipts, until the policy is crossed");
    Till.Receipt last = reviewed(crowd);

    transcript.step("下一笔即拒", "the very next sale is refused, at every door");
    JsonObject heard = ear.hears(Refusal.MERCHANT_SUSPENDED.name());
    transcript.note("WebSocket  " + heard.getString("text") + "  " + heard.getString("textEn"));
    refused();
    pos.learns("03");

    transcript.step("退货与冲正照常", "what gives back still passes");
    till.tell("退货 refund of a part", approved(till.refunds(last, 500)));
    pos.reverses(posSale);

    transcript.step("申诉", "the merchant appeals; a level above answers");
    appeal();

    transcript.step("恢复", "it sells again, at once");
    JsonObject again = ear.hears(null);
    transcript.note("WebSocket  sells=" + again.getBoolean("sells"));
    till.tell("消费 sale", till.sells(phones.freshCode(), 3_800));
    PosRequest sold = pos.sells(phones.freshCode(), 5_200, "00");
    pos.learns("00");
  }

  /** Good ones first; then bad ones until it is suspended. */
  private Till.Receipt reviewed(Crowd crowd) {
    for (int i = 0; i < PLEASED; i++) {
      Till.Receipt pleased = crowd.visits(till, GOOD);
    }
    transcript.note(PLEASED + " 位满意 were pleased, " + GOOD + " stars");
    int known = 0;
    for (int i = PLEASED; i < VISITS_MAX; i++) {
      Till.Receipt receipt = crowd.visits(till, BAD);
      JsonArray decisions = decisions();
      if (decisions.size() > known) {
        known = decisions.size();
        JsonObject decision = decisions.getJsonObject(0);
        tell(crowd, decision);
        if (decision.getString("stage").equals("SUSPEND")) {
          return receipt;
        }
      }
    }
    throw new WentWrong(VISITS_MAX + " visits, and it still sells");
  }

  private void tell(Crowd crowd, JsonObject decision) {
    JsonObject evidence = decision.getJsonObject("evidence");
    transcript.note(
        "第 "
            + crowd.reviews()
            + " 条评价后 after review "
            + crowd.reviews()
            + ": "
            + decision.getString("stage")
            + "  差评 "
            + evidence.getInteger("bad")
            + " / "
            + evidence.getInteger("payers")
            + "，置信下界 lower bound "
            + evidence.getInteger("boundPpm") / 10_000
            + "%，生效用时 took "
            + decision.getLong("tookMicros") / 1_000
            + " ms → "
            + decision.getString("merchantStatus"));
  }

  private JsonArray decisions() {
    return staff
        .get(SUPERVISOR, "/v1/supervision/decisions?merchant=" + shop.merchantNo())
        .getJsonArray("decisions");
  }

  private void refused() {
    Till.Receipt refused = till.asks(phones.freshCode(), 3_800);
    till.tell("消费 sale", refused);
    String refusal = refused.body().getString("refusal");
    if (!Refusal.MERCHANT_SUSPENDED.name().equals(refusal)) {
      throw new WentWrong("the next sale must be refused: " + refused.body());
    }
    transcript.note("  收银员看到 the cashier reads: " + Refusal.MERCHANT_SUSPENDED.chinese);
    PosRequest sale = pos.sells(phones.freshCode(), 5_200, Refusal.MERCHANT_SUSPENDED.responseCode);
  }

  private static Till.Receipt approved(Till.Receipt receipt) {
    if (!receipt.body().getString("outcome").equals("APPROVED")) {
      throw new WentWrong("must be approved: " + receipt.body());
    }
    return receipt;
  }

  private void appeal() {
    long decision = decisions().getJsonObject(0).getLong("decision");
    String path = "/v1/supervision/decisions/" + decision + "/appeal";
    JsonObject reason = new JsonObject().put("reason", "已整改，差评系同一批人所为");
    JsonObject entered = staff.does(Admission.CLERK, "申诉 appeal", path, reason);
    JsonObject answer =
        new JsonObject()
            .put("verdict", "OVERTURNED")
            .put("reason", "经复核，准予恢复")
            .put("documentNo", "演〔2026〕2号");
    staff.isRefused(
        Admission.APPROVER, "答复 answer", path + "/answer", answer, "LEVEL_ABOVE_DECIDES");
    JsonObject given =
        staff.does("city.approver", "答复 answer OVERTURNED", path + "/answer", answer);
    if (!"LIVE".equals(given.getString("merchantStatus"))) {
      throw new WentWrong("the merchant must be live again: " + given);
    }
  }
}
