package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.union.Passwords;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** {@code /shop}: a merchant looks at its day and answers for itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class ShopPageIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PASSWORD = "Correct-horse-1";
  private static final String LOGIN = "shop.li";

  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    // three tenths of each discount are the shop's own
    house.sql(
        """
        update campaign set rule =
          '{"benefit":{"kind":"PERCENT","basisPoints":1000,"capFen":2000},
            "funders":[{"funder":"UNION","org":410800,"shareBp":7000},
              {"funder":"MERCHANT","shareBp":3000}],
            "merchants":{"ids":[1]}}'""");
    account(LOGIN, "李店长", 1, "");
    account("shop.new", "新店长", 1, ", one_time_until = now() + interval '7 days'");
    house.sql(
        """
        insert into merchant_document (merchant, kind, number, reference, digest, valid_from,
            valid_until, staff, at)
          select 1, 'CONTRACT', '合-2026-17', 'cabinet-7', sha256('x'), '2026-01-01', '2027-01-01',
            min(id), now() from staff;
        insert into store overriding system value
          values (1, 1, '总店', '410802', '解放路 18 号', 'OPEN');
        insert into terminal values (70, 'S0000070', 1, 'SN70', 'REGISTERED');
        insert into terminal_binding (terminal, serial_no, merchant, credit_code, store, account,
            account_mask, address, staff, bound_at)
          select 70, 'SN70', 1, '91410800MA0000007L', 1, 'x', '****7788', '解放路 18 号', min(id),
            now() from staff""");
  }

  private void account(String login, String name, int merchant, String others) {
    String hash = new Passwords(new SecureRandom()).hash(PASSWORD);
    house.sql(
        """
        insert into staff (login, name, org, roles, status, password, merchant)
        select '%1$s', '%2$s', signing_org, '{MERCHANT}', 'ACTIVE', '%3$s', id from merchant
        where id = %4$d;
        update staff set name = name%5$s where login = '%1$s'"""
            .formatted(login, name, hash, merchant, others));
  }

  @AfterAll
  void close() {
    house.close();
  }

  private Browser signedIn(String language, String place) {
    Browser shop = new Browser(language);
    shop.open(house.address("/shop" + place));
    signIn(shop, LOGIN, PASSWORD);
    shown(shop);
    return shop;
  }

  private static void signIn(Browser shop, String login, String password) {
    shop.type("#f-login", login);
    shop.type("#f-password", password);
    shop.awaited(".sign-in button.primary").click();
  }

  /** Waits until a screen stands there with what it asked for. */
  private static void shown(Browser shop) {
    shop.awaited(
        ".screen[aria-busy=false] .facts, .screen[aria-busy=false] .rows, "
            + ".screen[aria-busy=false] .cards, .screen[aria-busy=false] .waiting, "
            + ".screen[aria-busy=false] form, .screen[aria-busy=false] #send");
  }

  private void go(Browser shop, String place) {
    shop.open(house.address("/shop" + place));
    shown(shop);
  }

  private static String yuan(long fen) {
    return String.format(
        Locale.ROOT, "%s¥%,d.%02d", fen < 0 ? "−" : "", Math.abs(fen) / 100, Math.abs(fen) % 100);
  }

  @Test
  void whoHasAOneTimePasswordSetsHisOwn() throws Exception {
    try (Browser shop = new Browser("zh-CN")) {
      shop.open(house.address("/shop"));
      shop.awaited(".sign-in");
      shop.look("shop-sign-in");
      signIn(shop, "shop.new", PASSWORD);
      shop.type("#f-newPassword", "a phrase that is mine");
      shop.type("#f-again2", "a phrase that is mine");
      shop.awaited(".sign-in button.primary").click();
      shown(shop);
      assertEquals("今日经营 · 我的店 · 工会E卡", shop.driver().getTitle());
      shop.awaited("#sign-out").click();
      shop.awaited(".sign-in");
      assertFalse(shop.has(".screen .facts"), "nothing of it is left");
    }
  }

  @Test
  void todaysFiguresAreTheLedgers() throws Exception {
    JsonNode sale = JSON.readTree(house.sale(12_345)).path("body");
    JsonNode unused = JSON.readTree(house.sale(8_000));
    try (Browser shop = signedIn("zh-CN", "")) {
      shop.look("shop-today");
      String said = shop.text();
      String of = " from posting p join transaction t on t.id = p.transaction where t.merchant = 1";
      long gross =
          house.number("select sum(order_fen) from transaction where merchant = 1 and effect = 1");
      assertTrue(said.contains(yuan(gross)), said);
      assertTrue(
          said.contains(
              yuan(-house.number("select sum(fen)" + of + " and account = 'UNION'"))
                  .replace("−", "")),
          said);
      long own = Math.abs(house.number("select sum(fen)" + of + " and account = 'MERCHANT'"));
      assertTrue(own > 0 && said.contains(yuan(-own)), said);
      assertTrue(said.contains(yuan(gross - own)), said);
      assertTrue(said.contains("T0000001"), said);
      String id = sale.path("id").asText();
      go(shop, "#transactions");
      shop.look("shop-transactions");
      shop.awaited("a[href='#transactions/" + id + "']").click();
      shop.awaited(".screen[aria-busy=false] dl.facts");
      shop.look("shop-transaction");
      assertTrue(shop.text().contains(yuan(12_345)), shop.text());
      assertTrue(shop.text().contains("没有撤销"), shop.text());
      go(shop, "#transactions?day=2026-01-02");
      assertTrue(shop.text().contains("2026-01-02 没有交易"), shop.text());
      shop.look("shop-transactions-none");
    }
    try (Browser shop = signedIn("en", "")) {
      shop.look("shop-today-en");
      go(shop, "#transactions");
      shop.look("shop-transactions-en");
      shop.awaited("tbody a").click();
      shop.awaited(".screen[aria-busy=false] dl.facts");
      shop.look("shop-transaction-en");
    }
  }

  @Test
  void aReviewIsAnsweredOnceAfterALook() throws Exception {
    JsonNode receipt = JSON.readTree(house.sale(6_000)).path("body");
    ObjectNode rating =
        JSON.createObjectNode()
            .put("transaction", receipt.path("id").asText())
            .put("receiptDigest", Sha256.hex(receipt.toString()))
            .put("stars", 2)
            .put("quality", 3)
            .put("service", 1)
            .put("afterSales", 3)
            .put("text", "等了四十分钟，菜是凉的");
    HttpResponse<String> posted = house.post("/v1/reviews", rating.toString());
    assertEquals(201, posted.statusCode(), posted::body);
    String answer =
        ".cards a[href='#reviews/" + JSON.readTree(posted.body()).path("review").asText() + "']";
    try (Browser shop = signedIn("zh-CN", "#reviews")) {
      shop.awaited(".cards");
      shop.look("shop-reviews");
      shop.awaited(answer).click();
      shop.awaited("#f-text");
      shop.look("shop-review");
      shop.awaited("form button.primary").click();
      shop.awaited(".wrongs");
      shop.type("#f-text", "抱歉，已增加人手并给您留了座");
      shop.awaited("form button.primary").click();
      shop.awaited("#send");
      assertTrue(shop.text().contains("公开，不能修改"), shop.text());
      shop.look("shop-review-check");
      shop.awaited("#send").click();
      shop.awaited(".verdict.good");
      shop.look("shop-review-done");
      go(shop, "#reviews");
      assertTrue(shop.text().contains("抱歉，已增加人手"), shop.text());
      assertFalse(shop.has(answer), "once");
    }
    try (Browser shop = signedIn("en", "#reviews")) {
      shop.look("shop-reviews-en");
    }
  }

  @Test
  void aComplaintIsAnsweredForWithoutKnowingWho() throws Exception {
    house.sql(
        """
        insert into complaint (no, lane, kind, severity, state, merchant, owner, text, token_hash,
            opened_at, deadline, calendar)
          values ('SHXP00000001', 'OPEN', 'SERVICE', 'GENERAL', 'ANSWERING', 1, 410800,
            '我是三车间的赵工', sha256('x'), now() - interval '1 day', now() + interval '4 days',
            (select max(id) from calendar_edition));
        insert into complaint_step (complaint, step, from_state, to_state, hand, staff,
            owner_before, owner_after, at, text)
          select c.id, 'ASK', 'ACCEPTED', 'ANSWERING', 'STAFF', s.id, c.owner, c.owner,
            now() - interval '1 hour', '请说明 11 月 29 日晚排队四十分钟的情况'
          from complaint c, (select min(id) as id from staff) s where c.no = 'SHXP00000001'""");
    try (Browser shop = signedIn("zh-CN", "#complaints")) {
      shop.look("shop-complaints");
      shop.awaited("a[href='#complaints/SHXP00000001']").click();
      shop.awaited("#f-text");
      shop.look("shop-complaint");
      assertTrue(shop.text().contains("请说明 11 月 29 日晚"), shop.text());
      assertFalse(shop.text().contains("赵工"), shop.text());
      shop.type("#f-text", "当晚两名员工病假，已加派人手");
      shop.awaited("form button.primary").click();
      shop.awaited("#send");
      shop.look("shop-complaint-check");
      shop.awaited("#send").click();
      shop.awaited(".verdict.good");
      shop.look("shop-complaint-done");
      assertEquals(
          1,
          house.number(
              "select count(*) from complaint_step where step = 'SAY' and hand = 'MERCHANT'"));
      go(shop, "#complaints");
      go(shop, "#complaints/SHXP00000001");
      assertTrue(shop.text().contains("当晚两名员工病假"), shop.text());
    }
    try (Browser shop = signedIn("en", "#complaints/SHXP00000001")) {
      shop.look("shop-complaint-en");
      go(shop, "#complaints");
      shop.look("shop-complaints-en");
    }
  }

  @Test
  void aDecisionIsReadAndAppealedOnce() throws Exception {
    house.sql(
        """
        insert into review (id, origin, transaction, merchant, payer, purchased_on, posted_at)
          overriding system value values (900, 900, 900, 1, 1, '2026-11-01', now());
        insert into review_edition (review, edition, at, source, stars, quality, service,
          after_sales, tags) values (900, 1, now(), 'MEMBER', 1, 1, 1, 1, '{}');
        insert into supervision_decision (id, merchant, stage, effect, at, took_us, policies,
          window_days, sample_payers, z_milli, warn_permille, rectify_permille, suspend_permille,
          auto_rectify, auto_suspend, review, counted_from, upto, reviews, payers, bad, bound_ppm,
          bad_reviews, appeal_until)
        overriding system value values (700, 1, 'WARN', 'DONE', now() - interval '1 day', 1, '{1}',
          90, 20, 1960, 100, 150, 250, true, true, 900, now() - interval '60 days', 1, 30, 25, 5,
          104321, '{900,901,902,903,904}', now() + interval '9 days')""");
    try (Browser shop = signedIn("zh-CN", "#standing")) {
      shop.look("shop-standing");
      shop.awaited("a[href='#standing/700']").click();
      shop.awaited("#f-reason");
      shop.look("shop-decision");
      assertTrue(shop.text().contains("10.4%，界限 10.0%"), shop.text());
      shop.type("#f-reason", "其中两条评价来自同一天的集中差评，请核实");
      shop.awaited("form button.primary").click();
      shop.awaited("#send");
      shop.look("shop-appeal-check");
      shop.awaited("#send").click();
      shop.awaited(".verdict.good");
      shop.look("shop-appeal-done");
      go(shop, "#standing");
      assertTrue(shop.text().contains("已申诉，等待上级工会答复"), shop.text());
    }
    try (Browser shop = signedIn("en", "#standing")) {
      shop.look("shop-standing-en");
      go(shop, "#standing/700");
      shop.look("shop-decision-en");
    }
  }

  @Test
  void aTillGetsACodeThatActivatesIt() throws Exception {
    try (Browser shop = signedIn("zh-CN", "#terminals")) {
      shop.look("shop-terminals");
      shop.awaited("a[href='#terminals/S0000070']").click();
      shop.awaited("form button.primary").click();
      shop.awaited("#send").click();
      String code = shop.awaited("#code").getText().replace(" ", "");
      shop.look("shop-code");
      assertEquals(16, code.length(), code);
      assertEquals(
          1,
          house.number(
              "select count(*) from terminal_activation where code_hash = sha256('" + code + "')"));
      go(shop, "#terminals");
      assertTrue(shop.text().contains("已取"), shop.text());
    }
    try (Browser shop = signedIn("en", "#terminals")) {
      shop.look("shop-terminals-en");
    }
  }

  /** Whatever the contract calls a thing, people read a word for it. */
  @Test
  void everyStateAndKindHasAWord() throws Exception {
    try (Browser shop = signedIn("zh-CN", "")) {
      for (Map.Entry<String, String> each :
          Map.of(
                  "shop.voice complaint.state.", "ComplaintState",
                  "shop.voice complaint.kind.", "ComplaintKind",
                  "shop.standing state.", "MerchantState")
              .entrySet()) {
        String[] where = each.getKey().split(" ");
        for (String name : PagesHouse.names(each.getValue())) {
          if (!name.equals("CORRUPTION")) { // of which no merchant hears
            Object word =
                shop.called(
                    "const done = arguments[2];"
                        + "const at = document.querySelector('script[src]').src.replace('shop/main.js', '');"
                        + "import(`${at}words/${arguments[0]}.zh.js`)"
                        + ".then(words => done(words.default[arguments[1]] ?? ''))",
                    where[0],
                    where[1] + name);
            assertFalse(word.toString().isEmpty(), each.getKey() + name);
          }
        }
      }
    }
  }
}
