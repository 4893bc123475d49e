package cn.unionecard.workbench.story;

import cn.unionecard.gateway.model.CreditCode;
import cn.unionecard.workbench.demo.Https;
import cn.unionecard.workbench.pos.Transcript;
import cn.unionecard.workbench.simulate.DeviceKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.KeyPair;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The first act: a merchant is recommended, vetoed, approved, and its till activated. */
final class Admission {
  static final String CLERK = "district.clerk";
  static final String APPROVER = "district.approver";
  private static final List<String> APPROVERS =
      List.of(APPROVER, "city.approver", "province.approver");
  private static final String DIGEST = "0".repeat(64);
  private static final int EMPLOYEES = 40;

  private final Https https;
  private final Staff staff;
  private final Transcript transcript;
  private final String district;
  private final String area;
  private final RandomGenerator chance;

  /**
   * @param district code of the union that authorises and signs
   * @param area code of its area, six digits
   */
  Admission(
      Https https,
      Staff staff,
      Transcript transcript,
      String district,
      String area,
      RandomGenerator chance) {
    this.https = https;
    this.staff = staff;
    this.transcript = transcript;
    this.district = district;
    this.area = area;
    this.chance = chance;
  }

  Shop play() {
    String bothHats = "both.hats." + chance.nextInt(1_000_000_000);
    staff.hire("district.system", bothHats, district, "CLERK", "APPROVER");
    transcript.step("推介", "a clerk who is also an approver recommends a merchant");
    String no = recommend(bothHats);

    transcript.step("洽谈、签约、申请、尽职调查", "negotiating, signed, applied, due diligence");
    steps(CLERK, no, "NEGOTIATE", "SIGN", "APPLY");
    declare(CLERK, no);
    steps(CLERK, no, "INVESTIGATE");
    file(no);

    transcript.step("一票否决", EMPLOYEES + " employees and no union: vetoed, whoever approves");
    labour(no, null, "[\"NO_UNION_ESTABLISHED\"]");
    for (String approver : APPROVERS) {
      declare(approver, no);
      staff.isRefused(approver, "审批 APPROVE", path(no, "steps"), step("APPROVE"), "VETOED");
    }

    transcript.step("建会", "it sets up a union, credit code 81…: the ground is gone");
    labour(no, creditCode("81"), "[]");

    transcript.step("审批", "not by who recommended it; by somebody else");
    declare(bothHats, no);
    staff.isRefused(bothHats, "审批 APPROVE", path(no, "steps"), step("APPROVE"), "SAME_PERSON");
    steps(APPROVER, no, "APPROVE");
    steps(CLERK, no, "GO_LIVE");

    transcript.step("终端绑定与激活", "a till is bound; a one-time code and its own key activate it");
    return activate(no);
  }

  private String recommend(String by) {
    JsonObject draft =
        new JsonObject()
            .put("name", "演示早餐店")
            .put("creditCode", creditCode("91"))
            .put("category", "EAT")
            .put("areaCode", area)
            .put("authorisingOrg", district)
            .put("signingOrg", district)
            .put("reason", "职工推介，离单位近");
    JsonObject made = staff.does(by, "推介 RECOMMEND", "/v1/merchants", draft);
    String no = made.getString("merchantNo");
    transcript.note("商户号 merchant " + no + "  " + draft.getString("creditCode"));
    return no;
  }

  /** A generated code whose check digits are right; {@code DEM0} is nobody's, X the story's. */
  private String creditCode(String kind) {
    String organisation = String.format(Locale.ROOT, "DEM0X%03d", chance.nextInt(1_000));
    String payload =
        kind + area + organisation + CreditCode.organisationCheckCharacter(organisation);
    return payload + CreditCode.checkCharacter(payload);
  }

  private static String path(String no, String what) {
    return "/v1/merchants/" + no + "/" + what;
  }

  private static JsonObject step(String step) {
    return new JsonObject().put("step", step).put("reason", "按程序办理").put("documentNo", "演〔2026〕1号");
  }

  private void steps(String by, String no, String... steps) {
    for (String one : steps) {
      JsonObject unused = staff.does(by, one, path(no, "steps"), step(one));
    }
  }

  private void declare(String by, String no) {
    JsonObject declaration =
        new JsonObject().put("conflict", false).put("statement", "本人与该商户无利害关系");
    JsonObject unused = staff.quietly(by, path(no, "declarations"), declaration);
  }

  private static JsonObject paper() {
    return new JsonObject().put("reference", "archive:demo").put("digest", DIGEST);
  }

  private void file(String no) {
    for (String kind : List.of("BUSINESS_LICENCE", "CONTRACT")) {
      JsonObject document =
          paper()
              .put("kind", kind)
              .put("number", "DEMO-1")
              .put("validFrom", "2020-01-01")
              .put("validUntil", "2099-12-31");
      JsonObject unused = staff.does(CLERK, "存档 " + kind, path(no, "documents"), document);
    }
    JsonObject selection =
        paper()
            .put("candidates", 3)
            .put("criteria", "价格、品控与口碑")
            .put("score", 90)
            .put("meeting", "主席办公会")
            .put("decidedOn", "2026-11-01");
    JsonObject unused = staff.does(CLERK, "遴选记录 selection", path(no, "selections"), selection);
  }

  private void labour(String no, @Nullable String unionCode, String grounds) {
    JsonObject facts =
        paper().put("asOf", "2026-11-01").put("employees", EMPLOYEES).put("members", 0);
    if (unionCode != null) {
      facts.put("unionCode", unionCode);
    }
    JsonArray found =
        staff
            .does(CLERK, "用工情况 labour facts", path(no, "labour-facts"), facts)
            .getJsonArray("vetoGrounds");
    if (!found.encode().equals(grounds)) {
      throw new WentWrong("grounds of the veto are " + found + ", not " + grounds);
    }
    transcript.note("否决情形 grounds: " + (found.isEmpty() ? "无 none" : found.encode()));
  }

  private Shop activate(String no) {
    JsonObject store =
        new JsonObject().put("name", "总店").put("areaCode", area).put("address", "演示路1号");
    int id = staff.does(CLERK, "门店 store", path(no, "stores"), store).getInteger("id");
    JsonObject till =
        new JsonObject()
            .put("serialNo", "DEMO-" + no)
            .put("store", id)
            .put("settlementAccount", "6222000000000000")
            .put("address", "一号收银台");
    String terminal =
        staff.does(CLERK, "绑定终端 bind", path(no, "terminals"), till).getString("terminal");
    String code =
        staff
            .quietly(CLERK, "/v1/terminals/" + terminal + "/activation-codes", new JsonObject())
            .getString("code");
    KeyPair key = DeviceKey.newPair();
    JsonObject proof =
        new JsonObject()
            .put("terminal", terminal)
            .put("code", code)
            .put("csr", Device.request(key));
    Https.Answer given = https.post("/v1/terminal-activations", null, null, proof);
    if (given.status() != 200) {
      throw new WentWrong("activation: " + given);
    }
    transcript.note(
        "终端 terminal " + terminal + " 已激活 activated, certificate issued for its own key");
    return new Shop(no, terminal, key, given.json().getString("certificate"));
  }
}
