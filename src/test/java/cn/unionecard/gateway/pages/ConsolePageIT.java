package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.Sha256;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/**
 * {@code /union}: a merchant's way through several hands, the veto that nobody lifts, and a
 * decision of supervision that is appealed and answered. One house for all of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class ConsolePageIT {
  private static final String PASSWORD = "Correct-horse-1";

  /** A name of the contract's that somebody was shown instead of a word. */
  private static final Pattern NAME_OF_THE_CONTRACT =
      Pattern.compile("(?<![A-Z0-9-])[A-Z]{3,}_?[A-Z_]+(?![A-Z0-9-])");

  private static final String RESTAURANT = "841080210000013";

  private PagesHouse house;
  private Path scan;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    house.staff("wang.clerk", "王办事", "410800", "CLERK", PASSWORD);
    house.staff("zhao.both", "赵双岗", "410800", "CLERK,APPROVER", PASSWORD);
    house.staff("li.approver", "李审批", "410800", "APPROVER", PASSWORD);
    house.staff("qian.approver", "钱区审", "410802", "APPROVER", PASSWORD);
    house.staff("sun.all", "孙全能", "410800", "CLERK,APPROVER,SUPERVISOR", PASSWORD);
    house.staff("zhou.auditor", "周审计", "410800", "AUDITOR", PASSWORD);
    scan = Files.writeString(folder.resolve("scan.pdf"), "a paper");
  }

  @AfterAll
  void close() {
    house.close();
  }

  /** Signed in, at that place. */
  private Browser desk(String language, String login, String place) {
    Browser desk = new Browser(language);
    desk.open(house.address("/union#" + place));
    signIn(desk, login, PASSWORD);
    desk.awaited(".menu a[aria-current=page]");
    settled(desk);
    return desk;
  }

  private static void signIn(Browser desk, String login, String password) {
    desk.type("#f-login", login);
    desk.type("#f-password", password);
    desk.awaited(".sign-in button.primary").click();
  }

  private void go(Browser desk, String place) {
    desk.open(house.address("/union#" + place));
    settled(desk);
  }

  /** The screen has what it asked for. */
  private static void settled(Browser desk) {
    desk.awaited(".screen[aria-busy=false] h1");
  }

  /** Presses the button of a form, then the one of the page that checks it. */
  private static void sent(Browser desk) {
    desk.awaited(".screen form button.primary").click();
    desk.awaited("#send").click();
    desk.awaited(".verdict.good");
  }

  private static void choose(Browser desk, String name, String value) {
    desk.awaited("input[name=" + name + "][value='" + value + "']").click();
  }

  private static void date(Browser desk, String name, String value) {
    Object unused =
        desk.driver()
            .executeScript(
                "arguments[0].value = arguments[1];"
                    + "arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
                desk.awaited("#f-" + name),
                value);
  }

  private void paper(Browser desk) {
    desk.type("#f-reference", "档案柜 A-12");
    desk.awaited("#f-digest").sendKeys(scan.toString());
  }

  /** What the gateway answers to who is signed in there. */
  private static JsonNode asked(Browser desk, String method, String path, String body)
      throws Exception {
    Object answer =
        desk.called(
            """
            const [method, path, body, done] = arguments;
            fetch(path, {method, body: body === '' ? undefined : body,
              headers: body === '' ? {} : {'Content-Type': 'application/json'}})
              .then(async response => done((response.ok ? '' : response.status + ' ') + await response.text()));
            """,
            method,
            path,
            body);
    return new ObjectMapper().readTree(String.valueOf(answer));
  }

  private static String recommended(Browser desk, String name) throws Exception {
    JsonNode made =
        asked(
            desk,
            "POST",
            "/v1/merchants",
            """
            {"name":"%s","creditCode":"91410800MA0000007L","category":"STAY","areaCode":"410802",
             "authorisingOrg":"410800","signingOrg":"410800","reason":"职工推介"}"""
                .formatted(name));
    return made.path("merchantNo").asText();
  }

  private static void step(Browser desk, String no, String step) throws Exception {
    JsonNode unused =
        asked(
            desk,
            "POST",
            "/v1/merchants/" + no + "/steps",
            "{\"step\":\"%s\",\"reason\":\"按程序办理\",\"documentNo\":\"焦工办〔2026〕1号\"}"
                .formatted(step));
  }

  private void file(Browser desk, String no, String what, String body) throws Exception {
    String paper = "\"reference\":\"档案柜 A-12\",\"digest\":\"" + "a".repeat(64) + "\",";
    JsonNode unused =
        asked(
            desk,
            "POST",
            "/v1/merchants/" + no + "/" + what,
            body.replace("{", "{" + (what.equals("declarations") ? "" : paper)));
  }

  /** Ready for the approval, but for the approver's own declaration. */
  private String prepared(Browser desk, String name) throws Exception {
    String no = recommended(desk, name);
    for (String step : List.of("NEGOTIATE", "SIGN", "APPLY")) {
      step(desk, no, step);
    }
    file(desk, no, "declarations", "{\"conflict\":false,\"statement\":\"无\"}");
    step(desk, no, "INVESTIGATE");
    for (String kind : List.of("BUSINESS_LICENCE", "CONTRACT")) {
      file(
          desk,
          no,
          "documents",
          "{\"kind\":\"%s\",\"number\":\"N-1\",\"validFrom\":\"2020-01-01\",\"validUntil\":\"2099-12-31\"}"
              .formatted(kind));
    }
    file(
        desk,
        no,
        "selections",
        "{\"candidates\":3,\"criteria\":\"价格与口碑\",\"score\":90,\"meeting\":\"主席办公会\",\"decidedOn\":\"2026-11-01\"}");
    file(desk, no, "labour-facts", "{\"asOf\":\"2026-11-01\",\"employees\":12,\"members\":3}");
    return no;
  }

  private static String texts(Browser desk, String selector) {
    return desk.driver().findElements(By.cssSelector(selector)).stream()
        .map(WebElement::getText)
        .collect(Collectors.joining(" | "));
  }

  @Test
  void whoSignsInComesToWhatWaitsForHim() throws Exception {
    try (Browser desk = new Browser("zh-CN")) {
      desk.open(house.address("/union"));
      desk.awaited(".sign-in");
      desk.look("union-sign-in");
      desk.awaited(".sign-in button.primary").click();
      desk.awaited(".wrongs");
      assertEquals("错误：工会工作台 · 工会E卡", desk.driver().getTitle());
      desk.look("union-sign-in-wrong");
      signIn(desk, "wang.clerk", "not-his-password");
      desk.awaited(".wrongs a[href='#f-login']");
      assertTrue(desk.text().contains("账号或密码不对"), desk.text());
      signIn(desk, "wang.clerk", PASSWORD);
      desk.awaited(".menu a[aria-current=page]");
      settled(desk);
      desk.look("union-tasks");
      assertEquals("待办 · 工会工作台 · 工会E卡", desk.driver().getTitle());
      desk.driver().navigate().refresh();
      desk.awaited(".menu a[aria-current=page]");
      desk.awaited("#sign-out").click();
      desk.awaited(".sign-in");
    }
  }

  /** What was typed is there when he has signed in again, in place; another finds nothing of it. */
  @Test
  void aSessionThatEndsTakesNothingAlong() throws Exception {
    try (Browser desk = desk("zh-CN", "wang.clerk", "merchants/new")) {
      desk.type("#f-name", "未写完的商户");
      assertEquals("", desk.text().contains("审批人") ? "a clerk approves" : "");
      desk.driver().manage().deleteAllCookies();
      JsonNode unused = asked(desk, "POST", "/v1/sessions/end", "{}");
      desk.awaited(".menu a[href='#merchants']").click();
      desk.awaited(".sign-in");
      desk.look("union-session-ended");
      assertTrue(desk.text().contains("请重新登录"), desk.text());
      signIn(desk, "wang.clerk", PASSWORD);
      settled(desk);
      desk.awaited("form[role=search]");
      desk.driver().navigate().back();
      settled(desk);
      assertEquals("未写完的商户", desk.awaited("#f-name").getDomProperty("value"));
    }
  }

  /** He is told in time, and whoever goes on is not asked to sign in. */
  @Test
  void whoDoesNothingForLongIsWarned() throws Exception {
    try (Browser desk = desk("zh-CN", "wang.clerk", "merchants/new")) {
      desk.type("#f-name", "还没写完");
      Object unused = desk.driver().executeScript(LATER.formatted(12 * 60_000 + 1_000));
      assertTrue(desk.awaited("#go-on").isDisplayed(), desk.text());
      desk.look("union-session-ending");
      desk.awaited("#go-on").click();
      desk.awaitNone("#go-on");
      assertEquals("还没写完", desk.awaited("#f-name").getDomProperty("value"));
      unused = desk.driver().executeScript(LATER.formatted(30 * 60_000));
      desk.awaited(".sign-in");
      assertFalse(desk.has(".screen:not([hidden])"), "what he saw is put away");
    }
  }

  /** In the browser, so many milliseconds go by. */
  private static final String LATER = "const now = Date.now; Date.now = () => now.call(Date) + %d;";

  /** The browser shows a page as it was left, which somebody else may have signed out of since. */
  @Test
  void theWayBackAsksWhoIsThere() throws Exception {
    try (Browser desk = desk("zh-CN", "wang.clerk", "merchants")) {
      Object unused = desk.driver().executeScript(BACK);
      settled(desk);
      desk.awaited(".menu");
      unused = asked(desk, "POST", "/v1/sessions/end", "{}");
      unused = desk.driver().executeScript(BACK);
      desk.awaited(".sign-in");
      assertFalse(desk.has(".screen:not([hidden])"), "what he saw is put away");
    }
  }

  private static final String BACK =
      "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}));";

  /** Filters stand in the address: they are there after a reload, and go with the way back. */
  @Test
  void aListIsFilteredByItsAddress() throws Exception {
    try (Browser desk = desk("zh-CN", "zhou.auditor", "merchants")) {
      assertFalse(desk.has("a[href='#merchants/new']"), "an auditor recommends nobody");
      assertTrue(texts(desk, "table.rows tbody th").contains("停业店"));
      go(desk, "merchants?status=NEGOTIATING");
      desk.awaited(".waiting .button");
      assertTrue(desk.text().contains("筛选条件没有记录"), desk.text());
      desk.look("union-merchants-filtered");
      go(desk, "merchants?status=SUSPENDED");
      desk.driver().navigate().refresh();
      settled(desk);
      assertEquals("停业店", texts(desk, "table.rows tbody th"));
      desk.driver().navigate().back();
      desk.awaited(".waiting .button").click();
      desk.awaited("table.rows");
      assertTrue(texts(desk, "table.rows tbody th").contains("饭店"));
      go(desk, "merchants/" + RESTAURANT + "/steps/SUSPEND");
      assertTrue(desk.text().contains("没有这个页面"), desk.text());
    }
  }

  @Test
  void aMerchantIsApprovedByAnotherThanWhoPreparedIt() throws Exception {
    String no;
    try (Browser desk = desk("zh-CN", "zhao.both", "merchants/new")) {
      desk.awaited(".screen form button.primary").click();
      desk.awaited(".wrongs");
      desk.look("union-recommend-wrong");
      no = prepared(desk, "人民宾馆");
      go(desk, "merchants/" + no);
      String reason = desk.awaited("li[data-step=APPROVE] .reason").getText();
      assertTrue(reason.contains("四眼"), reason);
      assertFalse(desk.has("a[href='#merchants/" + no + "/steps/APPROVE']"));
      desk.look("union-merchant-own");
      go(desk, "merchants/" + no + "/steps/APPROVE");
      assertTrue(desk.text().contains("不得审批本人经办的事项"), desk.text());
    }
    try (Browser desk = desk("zh-CN", "li.approver", "merchants/" + no)) {
      desk.awaited("li[data-step=APPROVE] a").click();
      desk.awaited("#f-conflict");
      desk.look("union-declaration");
      choose(desk, "conflict", "no");
      desk.type("#f-statement", "本人及近亲属与该商户无利益关系");
      sent(desk);
      go(desk, "merchants/" + no);
      desk.awaited("li[data-step=APPROVE] a.button").click();
      desk.type("#f-reason", "材料齐全，同意入驻");
      desk.awaited("#f-documentNo").sendKeys("焦工办[2026]12号");
      desk.look("union-step");
      desk.awaited(".screen form button.primary").click();
      desk.awaited("#send");
      assertTrue(texts(desk, ".facts dd").contains("焦工办〔2026〕12号"), desk.text());
      desk.look("union-step-check");
      desk.driver().navigate().back();
      assertEquals(
          "材料齐全，同意入驻", desk.awaited("#f-reason").getDomProperty("value"), "kept on the way back");
      desk.awaited(".screen form button.primary").click();
      desk.awaited("#send").click();
      desk.awaited(".verdict.good");
      desk.look("union-step-done");
    }
    assertEquals(
        1,
        house.number(
            "select count(*) from merchant_step t join merchant m on m.id = t.merchant"
                + " where m.merchant_no = '"
                + no
                + "' and t.step = 'APPROVE' and t.document_no = '焦工办〔2026〕12号'"));
    try (Browser desk = desk("zh-CN", "zhao.both", "merchants/" + no + "/file/stores")) {
      desk.type("#f-name", "总店");
      desk.type("#f-areaCode", "410802");
      desk.type("#f-address", "人民路 1 号");
      sent(desk);
      go(desk, "merchants/" + no + "/file/terminals");
      desk.type("#f-serialNo", "SN-CONSOLE");
      choose(desk, "scene", "OFFLINE_POS");
      desk.awaited("input[name=store]").click();
      desk.type("#f-settlementAccount", "6222000011112222");
      desk.type("#f-address", "总店前台");
      sent(desk);
      desk.awaited(".verdict a").click();
      settled(desk);
      sent(desk);
      desk.awaited("#activation-code");
      desk.look("union-activation-code");
    }
  }

  @Test
  void aMerchantComesToOtherUnions() throws Exception {
    try (Browser desk = desk("zh-CN", "li.approver", "merchants/" + RESTAURANT)) {
      desk.awaited("a[href='#merchants/" + RESTAURANT + "/unions']").click();
      desk.awaited("#f-reason").sendKeys("区划调整");
      choose(desk, "signingOrg", "410802");
      desk.awaited(".screen form button.primary").click();
      desk.awaited("#send");
      desk.look("union-entrust-check");
      desk.awaited("#send").click();
      desk.awaited(".verdict.good");
      String signing =
          "select count(*) from merchant m join org o on o.id = m.signing_org"
              + " where m.merchant_no = '%s' and o.code = '%s'";
      assertEquals(1, house.number(signing.formatted(RESTAURANT, "410802")));
      go(desk, "merchants/" + RESTAURANT + "/unions");
      choose(desk, "signingOrg", "410800");
      desk.type("#f-reason", "恢复");
      sent(desk);
    }
  }

  /** The days of a period are those that its sums are of. */
  @Test
  void aReportIsReadDayByDay() throws Exception {
    String unused = house.sale(7_700);
    try (Browser desk = desk("zh-CN", "zhou.auditor", "reports")) {
      desk.awaited("#days summary").click();
      desk.awaited("#days table");
      desk.look("union-reports-days");
      assertTrue(texts(desk, "#days tbody tr").contains("¥"), desk.text());
      go(desk, "reports?from=2026-01-01");
      assertTrue(desk.text().contains("不逐日列出"), desk.text());
    }
  }

  @Test
  void aVetoIsShownWithItsEvidenceAndNobodyCanLiftIt() throws Exception {
    String no;
    try (Browser desk = desk("zh-CN", "zhao.both", "tasks")) {
      no = prepared(desk, "大工厂食堂");
      go(desk, "merchants/" + no + "/file/labour-facts");
      date(desk, "asOf", "2026-11-20");
      desk.type("#f-employees", "30");
      desk.type("#f-members", "28");
      paper(desk);
      desk.awaited(".screen form button.primary").click();
      desk.look("union-labour-check");
      desk.awaited("#send").click();
      desk.awaited(".verdict .problem");
      desk.look("union-labour-done");
    }
    try (Browser desk = desk("zh-CN", "sun.all", "merchants/" + no)) {
      file(desk, no, "declarations", "{\"conflict\":false,\"statement\":\"无\"}");
      desk.driver().navigate().refresh();
      settled(desk);
      WebElement panel = desk.awaited("#veto");
      assertTrue(panel.getText().contains("用工 30 人，其中会员 28 人"), panel.getText());
      assertEquals("补充证据", texts(desk, "#veto a, #veto button, #veto input"));
      assertTrue(texts(desk, "li[data-step=APPROVE] .reason").contains("一票否决"));
      assertFalse(desk.has("li[data-step=APPROVE] a"));
      desk.look("union-veto");
    }
  }

  @Test
  void aWrongRecordIsAnnulledByAnotherThanWhoMadeIt() throws Exception {
    String no;
    try (Browser desk = desk("zh-CN", "sun.all", "tasks")) {
      no =
          asked(
                  desk,
                  "POST",
                  "/v1/merchants",
                  """
                  {"name":"记录有误的店","creditCode":"91410802MA0000008N","category":"TOUR","areaCode":"410802",
                   "authorisingOrg":"410800","signingOrg":"410800","reason":"职工推介",
                   "creditCodeProof":{"reference":"档案","digest":"%s"}}"""
                      .formatted("b".repeat(64)))
              .path("merchantNo")
              .asText();
      go(desk, "merchants/" + no + "/file/violations");
      choose(desk, "source", "LABOUR_INSPECTION");
      desk.type("#f-documentNo", "焦人社监（2026）7号");
      date(desk, "decidedOn", "2026-10-01");
      paper(desk);
      sent(desk);
      go(desk, "merchants/" + no);
      assertTrue(desk.awaited("#veto").getText().contains("由您登记"), desk.text());
      assertFalse(desk.has("#veto a"));
    }
    try (Browser desk = desk("zh-CN", "li.approver", "merchants/" + no)) {
      desk.awaited("#veto a").click();
      desk.type("#f-reason", "登记错了单位");
      desk.type("#f-documentNo", "焦工办〔2026〕13号");
      sent(desk);
      assertTrue(desk.text().contains("一票否决已解除"), desk.text());
    }
  }

  /** The restaurant is reviewed badly, has to rectify, appeals; the union above answers. */
  private long decision(Browser supervisor) throws Exception {
    if (house.number("select count(*) from supervision_decision") == 0) {
      JsonNode policy = asked(supervisor, "GET", "/v1/supervision/policies/410800", "");
      assertTrue(policy.has("windowDays"), policy.toString());
      go(supervisor, "supervision/policy/410800");
      supervisor.awaited("a[href='#supervision/policy/410800/change']").click();
      supervisor.type("#f-samplePayers", "3");
      supervisor.type("#f-zMilli", "0");
      supervisor.type("#f-warnPermille", "100");
      supervisor.type("#f-rectifyPermille", "200");
      supervisor.type("#f-suspendPermille", "1000");
      supervisor.awaited("input[name=autoRectify][value=yes]").click();
      supervisor.awaited(".screen form button.primary").click();
      supervisor.awaited("#send");
      assertTrue(supervisor.has(".screen li strong"), "what is stricter is told");
      supervisor.look("union-policy-check");
      supervisor.awaited("#send").click();
      supervisor.awaited(".verdict.good");
      for (int stars : new int[] {1, 1, 5}) {
        review(house.sale(10_000), stars);
      }
    }
    return house.number("select max(id) from supervision_decision");
  }

  private void review(String receipt, int stars) throws Exception {
    JsonNode body = new ObjectMapper().readTree(receipt).path("body");
    int end = receipt.indexOf(",\"leaf\":");
    String digest = Sha256.hex(receipt.substring("{\"body\":".length(), end));
    assertEquals(
        201,
        house
            .post(
                "/v1/reviews",
                String.format(
                    Locale.ROOT,
                    "{\"transaction\":\"%s\",\"receiptDigest\":\"%s\",\"stars\":%d,\"quality\":%d,\"service\":%d,\"afterSales\":%d}",
                    body.path("id").asText(),
                    digest,
                    stars,
                    stars,
                    stars,
                    stars))
            .statusCode());
  }

  @Test
  void aDecisionIsAppealedAndAnsweredByTheUnionAbove() throws Exception {
    long no;
    try (Browser desk = desk("zh-CN", "sun.all", "tasks")) {
      no = decision(desk);
      go(desk, "supervision/" + no);
      assertTrue(desk.text().contains("差评率下限"), desk.text());
      desk.look("union-decision");
      desk.awaited("a[href='#supervision/" + no + "/appeal']").click();
      desk.type("#f-reason", "差评为同行恶意刷评，附店内监控");
      sent(desk);
      go(desk, "supervision/" + no);
      assertTrue(desk.awaited(".next .reason").getText().contains("不得审批本人经办的事项"), desk.text());
    }
    try (Browser desk = desk("zh-CN", "qian.approver", "supervision/" + no)) {
      assertTrue(desk.awaited(".next .reason").getText().contains("上级"), desk.text());
      assertFalse(desk.has("a[href='#supervision/" + no + "/answer']"));
    }
    try (Browser desk = desk("zh-CN", "li.approver", "supervision/" + no)) {
      desk.awaited("a[href='#supervision/" + no + "/answer']").click();
      desk.awaited("blockquote");
      desk.look("union-answer");
      choose(desk, "verdict", "OVERTURNED");
      desk.type("#f-reason", "经查属实，撤销");
      desk.type("#f-documentNo", "焦工办〔2026〕14号");
      sent(desk);
      go(desk, "supervision/" + no);
      assertTrue(desk.text().contains("已撤销：申诉成立"), desk.text());
      desk.look("union-decision-overturned");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zh-CN", "en"})
  void everyScreenIsSoundInBothLanguages(String language) throws Exception {
    try (Browser desk = desk(language, "sun.all", "tasks")) {
      String no = prepared(desk, "巡检宾馆" + language);
      long decision = decision(desk);
      for (String place :
          List.of(
              "tasks",
              "merchants",
              "merchants?sort=-name",
              "merchants/new",
              "merchants/" + no,
              "merchants/" + RESTAURANT,
              "merchants/" + no + "/file/selections",
              "merchants/" + no + "/steps/REJECT",
              "supervision",
              "supervision/" + decision,
              "supervision/policy/410800",
              "supervision/policy/410800/change",
              "coverage",
              "reports",
              "reports?from=2026-01-01&side=SIGNING",
              "merchants/" + RESTAURANT + "/unions",
              "no/such/place")) {
        go(desk, place);
        String name = "union-" + language + "-" + place.replaceAll("[^a-z]+", "-");
        desk.look(name);
        desk.size(320, 600); // 1280 points at 400 %
        desk.assertSound(name + ", at 400 %");
        desk.size(1280, 900);
        assertFalse(
            NAME_OF_THE_CONTRACT.matcher(desk.text()).find(), () -> place + ": " + desk.text());
      }
    }
  }
}
