package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/**
 * {@code /card} on a member's phone: bound, shown at a till, without a network, replaced by
 * another.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class CardPageIT {
  private static final long CARD = 5_000;

  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
  }

  @AfterAll
  void close() {
    house.close();
  }

  /** Twenty digits as the phone shows them, once somebody taps. */
  /** The digits of the code that it shows. */
  static String shown(Browser phone) {
    phone.awaited(".codes .symbol");
    if (!phone.has("#digits[aria-expanded=true]")) {
      tap(phone, "#digits");
    }
    return phone.awaited("#digits[aria-expanded=true]").getText().replace(" ", "");
  }

  private static void assertApproved(String answer) {
    assertTrue(answer.contains("\"outcome\":\"APPROVED\""), answer);
  }

  private static void line(Browser phone, boolean isDown) {
    Object unused = phone.driver().executeCdpCommand("Network.enable", Map.of());
    unused =
        phone
            .driver()
            .executeCdpCommand(
                "Network.emulateNetworkConditions",
                Map.of(
                    "offline",
                    isDown,
                    "latency",
                    0,
                    "downloadThroughput",
                    -1,
                    "uploadThroughput",
                    -1));
  }

  @Test
  void aPhoneIsBoundPaysAndIsReplaced() throws Exception {
    try (Browser phone = new Browser("zh-CN")) {
      phone.open(house.address("/card"));
      phone.awaited("#code");
      phone.look("card-binding");
      phone.awaited("#code").sendKeys("00000000", Keys.ENTER);
      assertTrue(phone.awaited(".problem").getText().contains("无效"), phone.text());
      phone.open(house.address("/card#bind=" + house.enrolmentCode(CARD)));
      String code = shown(phone);
      assertFalse(String.valueOf(phone.driver().getCurrentUrl()).contains("bind"));
      assertTrue(phone.text().contains("还可离线使用 8 天"), phone.text());
      phone.look("card-code");
      assertEquals(20, code.length());

      phone.awaitController();
      line(phone, true);
      phone.driver().navigate().refresh();
      assertEquals(20, shown(phone).length());
      line(phone, false);
      assertFalse(phone.complaints().isEmpty(), "the line was down");

      try (Browser other = new Browser("en")) {
        other.open(house.address("/card#bind=" + house.enrolmentCode(CARD)));
        String newer = shown(other);
        other.look("card-code-en");
        String old = shown(phone);
        String refused = house.sale(10_000, old);
        assertTrue(refused.contains("CODE_UNKNOWN"), refused);
        phone.driver().navigate().refresh();
        assertTrue(phone.awaited("#ended").getText().contains("另一部手机"), phone.text());
        phone.look("card-ended");
        assertApproved(house.sale(10_000, newer));
        tap(other, "#tab-own");
        tap(other, "#ask");
        other.awaited("#yes");
        other.look("card-forgetting");
        tap(other, "#yes");
        other.awaited("#code");
        other.driver().navigate().refresh();
        other.awaited("#code");
      }
    }
  }

  @Test
  void aPhoneClaimsAndSeesWhatItHas() throws Exception {
    house.staff("rounds.one", "a long password");
    house.staff("rounds.two", "a long password");
    house.sql(
        """
        insert into campaign (id, code, name, org, document_no, status, starts_at, ends_at, rule,
            public_name, grants)
          select 700, 'CARD-PAGE', '餐饮券', id, 'x', 'RUNNING', '2020-01-01', '2099-01-01',
            jsonb_build_object('benefit',
              '{"kind":"THRESHOLD","thresholdFen":10000,"offFen":5000}'::jsonb, 'funders',
              jsonb_build_array(jsonb_build_object('funder', 'UNION', 'org', id, 'shareBp', 10000))),
            '五月餐饮券',
            '{"kind":"VOUCHER"}'
          from org where parent is null limit 1;
        insert into benefit_round (id, campaign, name, document_no, way, state, prepared_by,
            approved_by, each, most, good_days, opens_at, closes_at)
          overriding system value select 700 + n, 700, '第' || n || '批', 'x', 'CLAIM', 'OPEN',
            min(s.id), max(s.id), 1, 10, 30, now() + (n - 1) * interval '2 hours',
            now() + interval '9 hours'
          from generate_series(1, 2) n cross join staff s group by n""");
    try (Browser phone = new Browser("zh-CN")) {
      phone.open(house.address("/card#bind=" + house.enrolmentCode(CARD + 7)));
      assertEquals(20, shown(phone).length());
      tap(phone, "#tab-vouchers");
      phone.awaited("#none");
      assertTrue(phone.text().contains("后开始"), phone.text());
      phone.look("card-rounds");
      tap(phone, "#claim-701");
      phone.awaitText("#said", "领取成功");
      assertTrue(phone.text().contains("满") && phone.text().contains("可用"), phone.text());
      phone.look("card-vouchers");
    }
    try (Browser phone = new Browser("en")) {
      phone.open(house.address("/card#bind=" + house.enrolmentCode(CARD + 8)));
      assertEquals(20, shown(phone).length());
      tap(phone, "#tab-vouchers");
      phone.awaited("#claim-701");
      phone.look("card-rounds-en");
    }
  }

  /** As somebody does who has scrolled it from below the tabs. */
  static void tap(Browser phone, String selector) {
    WebElement element = phone.awaited(selector);
    Object unused =
        phone.driver().executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
    element.click();
  }

  static void choose(Browser phone, String name, String value) {
    tap(phone, "input[name=" + name + "][value='" + value + "']");
  }

  /** The end of the hash, where a place is about one thing. */
  private static String shownId(Browser phone) {
    String address = String.valueOf(phone.driver().getCurrentUrl());
    return address.substring(address.lastIndexOf('/') + 1);
  }

  /** Days of which the phone has no names any more, as if it had lain in a drawer. */
  private static void age(Browser phone) {
    Object unused =
        phone.called(
            """
            const done = arguments[arguments.length - 1];
            const opening = indexedDB.open('ecard-card');
            opening.onsuccess = () => {
              const shelf = opening.result.transaction('card', 'readwrite').objectStore('card');
              const read = shelf.get('this');
              read.onsuccess = () => {
                const card = read.result;
                card.open.aliases = card.open.aliases.map(({alias}, i) => ({day: `2020-01-0${i + 1}`, alias}));
                shelf.put(card, 'this');
                shelf.transaction.oncomplete = () => { opening.result.close(); done(true); };
              };
            };
            """);
  }

  @Test
  void whatHasEndedIsRenewedAsSoonAsThereIsANetwork() throws Exception {
    try (Browser phone = new Browser("zh-CN")) {
      phone.open(house.address("/card#bind=" + house.enrolmentCode(CARD + 1)));
      assertEquals(20, shown(phone).length());
      phone.awaitController();
      line(phone, true);
      age(phone);
      phone.driver().navigate().refresh();
      assertTrue(phone.awaited(".ecard .waiting").getText().contains("连接网络"), phone.text());
      assertFalse(phone.complaints().isEmpty(), "the line was down");
      phone.look("card-outdated");
      line(phone, false);
      Object unused =
          phone.driver().executeScript("dispatchEvent(new Event('online'))"); // a phone's own
      assertApproved(house.sale(2_000, shown(phone)));
      assertTrue(phone.awaited("#days").getText().contains("8"), phone.text());
    }
  }

  /** Half a minute later it shows another code; both pay, and nobody has a network but the till. */
  @Test
  void aCardPaysForTwoStepsWithoutANetwork() throws Exception {
    try (Browser phone = new Browser("zh-CN")) {
      phone.open(house.address("/card#bind=" + house.enrolmentCode(CARD + 2)));
      String first = shown(phone);
      phone.awaitController();
      line(phone, true);
      phone.driver().navigate().refresh();
      assertEquals(20, shown(phone).length());
      assertApproved(house.sale(1_000, shown(phone)));
      Object unused =
          phone
              .driver()
              .executeScript("const now = Date.now; Date.now = () => now.call(Date) + 30000");
      unused =
          phone.called(
              """
              const done = arguments[arguments.length - 1];
              const before = document.querySelector('#digits').textContent;
              const look = () => document.querySelector('#digits').textContent !== before ? done(true) : setTimeout(look, 20);
              look();
              """);
      String later = shown(phone);
      assertFalse(later.equals(first), "the same code twice");
      assertApproved(house.sale(1_000, later));
    }
  }

  @Test
  void aNewerPageComesWhenTheMemberWants() throws Exception {
    try (NewerPages pages = new NewerPages(house);
        Browser phone = new Browser("zh-CN")) {
      phone.open(pages.address("/card#bind=" + house.enrolmentCode(CARD + 3)));
      assertEquals(20, shown(phone).length());
      phone.awaitController();
      phone.driver().navigate().refresh();
      assertEquals(20, shown(phone).length());
      assertFalse(phone.has("#renew"));
      pages.renew();
      phone.driver().navigate().refresh();
      assertTrue(phone.awaited("#renew").getText().contains("新版本"), phone.text());
      phone.look("card-newer");
      tap(phone, "#renew");
      phone.awaited(".codes .symbol");
      Object kept =
          phone.called(
              """
              const done = arguments[arguments.length - 1];
              const look = () => caches.keys().then(names =>
                names.length === 1 && names[0].startsWith('ecard newer') ? done(names[0]) : setTimeout(look, 20));
              look();
              """);
      assertTrue(String.valueOf(kept).startsWith("ecard newer"));
      phone.awaited(".codes .symbol");
      assertFalse(phone.has("#renew"));
    }
  }

  @Test
  void whatWasBoughtIsSeenReviewedAndComplainedOf() throws Exception {
    try (Browser phone = new Browser("zh-CN")) {
      phone.open(house.address("/card"));
      phone.open(house.address("/card#bind=" + house.enrolmentCode(CARD + 4)));
      String code = shown(phone);
      tap(phone, "#tab-purchases");
      assertTrue(phone.awaited("#none").getText().contains("还没有消费"), phone.text());
      phone.look("card-purchases-none");
      assertApproved(house.sale(12_800, code));
      phone.driver().navigate().refresh();
      assertTrue(phone.awaited(".entries a").getText().contains("饭店"), phone.text());
      assertTrue(phone.awaited(".saved").getText().contains("12.80"), phone.text());
      tap(phone, "#categories summary");
      phone.look("card-purchases");
      phone.awaitController();
      tap(phone, ".entries a");
      assertTrue(phone.awaited("#verdict.good").getText().contains("收据有效"), phone.text());
      tap(phone, "#proof summary");
      phone.look("card-purchase");

      line(phone, true);
      phone.driver().navigate().refresh();
      phone.awaited("#verdict.good");
      tap(phone, "#tab-purchases");
      assertTrue(phone.awaited(".content .bar").getText().contains("上次的记录"), phone.text());
      phone.awaited(".entries a");
      assertFalse(phone.complaints().isEmpty(), "the line was down");
      phone.look("card-purchases-offline");
      line(phone, false);

      review(phone);
      complain(phone);
    }
  }

  private void review(Browser phone) throws Exception {
    tap(phone, ".entries a");
    tap(phone, "#review");
    tap(phone, ".rating button.primary");
    assertTrue(phone.awaited(".wrongs").getText().contains("总体"), phone.text());
    phone.look("card-review-wrong");
    for (String mark : new String[] {"stars", "quality", "service", "afterSales"}) {
      choose(phone, mark, "4");
    }
    choose(phone, "tag", "FRESH");
    phone.awaited("#f-text").sendKeys("味道很好，上菜快");
    phone.look("card-review");
    tap(phone, ".rating button.primary");
    phone.awaited("#done");
    phone.look("card-review-done");
    tap(phone, "#done ~ .doings a");
    phone.awaited(".content .stars");
    assertTrue(phone.text().contains("味道很好，上菜快"), phone.text());
    tap(phone, "#review");
    choose(phone, "stars", "2");
    tap(phone, ".rating button.primary");
    phone.awaited("#done");
    tap(phone, "#done ~ .doings a");
    phone.awaited("#verdict");
    assertTrue(phone.text().contains("您评了 2 星"), phone.text());
    assertFalse(phone.has("#review"), "it is edited once");
  }

  private void complain(Browser phone) throws Exception {
    tap(phone, "#complain");
    choose(phone, "kind", "CORRUPTION");
    phone.awaited("#f-text").sendKeys("店员拒绝受理E卡");
    phone.look("card-complain");
    tap(phone, ".content button.primary");
    phone.awaited("#send");
    assertTrue(phone.text().contains("不带您的手机身份"), phone.text());
    phone.look("card-complain-tip");
    tap(phone, "#change");
    choose(phone, "kind", "SERVICE");
    tap(phone, ".content button.primary");
    tap(phone, "#send");
    phone.awaited("#done");
    phone.look("card-complain-done");
    tap(phone, "#follow");
    phone.awaited("[data-step=CHASE]");
    assertTrue(phone.text().contains("工会受理"), phone.text());
    phone.look("card-complaint");
    String no = shownId(phone);
    phone.awaited("#say").sendKeys("请尽快");
    tap(phone, "[data-step=CHASE]");
    assertTrue(phone.awaited(".line li:nth-child(2)").getText().contains("催办"), phone.text());
    house.step(no, "{\"step\":\"ACCEPT\",\"severity\":\"GENERAL\"}");
    house.step(no, "{\"step\":\"ASK\"}");
    house.step(no, "{\"step\":\"ANSWER\",\"text\":\"商户已致歉\",\"upheld\":true}");
    phone.driver().navigate().refresh();
    phone.awaited("[data-step=SATISFY]");
    assertTrue(phone.text().contains("商户已致歉"), phone.text());
    phone.look("card-complaint-answered");
    tap(phone, "[data-step=SATISFY]");
    phone.awaited(".state.good");
    assertTrue(phone.text().contains("您已表示满意"), phone.text());
    tap(phone, "#tab-complaints");
    assertTrue(phone.awaited(".entries a").getText().contains(no), phone.text());
    phone.look("card-complaints");
  }

  @Test
  void aMemberReportsTheLoss() throws Exception {
    try (Browser phone = new Browser("en")) {
      phone.open(house.address("/card#bind=" + house.enrolmentCode(CARD + 5)));
      String code = shown(phone);
      assertApproved(house.sale(3_000, code));
      tap(phone, "#tab-purchases");
      phone.awaited(".entries a");
      phone.look("card-purchases-en");
      tap(phone, ".entries a");
      phone.awaited("#verdict.good");
      phone.look("card-purchase-en");
      tap(phone, "#review");
      phone.awaited(".rating button.primary");
      phone.look("card-review-en");
      tap(phone, "#tab-complaints");
      phone.awaited("#none");
      phone.look("card-complaints-en");
      tap(phone, "#tab-own");
      tap(phone, "#renewNow");
      phone.awaited(".content [role=status]:not(:empty)");
      phone.look("card-own-en");
      tap(phone, "#lost");
      phone.awaited("#yes");
      phone.look("card-loss-en");
      tap(phone, "#yes");
      assertTrue(phone.awaited("#ended").getText().contains("reported lost"), phone.text());
      phone.look("card-lost-en");
      String refused = house.sale(1_000, code);
      assertTrue(refused.contains("\"outcome\":\"REFUSED\""), refused);
      phone.driver().navigate().refresh();
      phone.awaited("#ended");
    }
  }
}
