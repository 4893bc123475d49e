package cn.unionecard.gateway.definitions;

import static cn.unionecard.gateway.TestLine.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.Unreadable;
import cn.unionecard.gateway.runtime.watch.Readiness;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** One definition that nobody can understand is off, it alone, and aloud. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnreadableDefinitionsIT {
  private static final String RULE =
      """
      {"benefit":{"kind":"FIXED","offFen":%d},
       "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}""";

  private final Clock clock = Clock.systemUTC();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private String url;
  private TestLine line;
  private long card = 1;
  private int sales;

  @BeforeAll
  void start() {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(url, 1, "GOOD-5", RULE.formatted(500), 1_000_000_000L);
    TestStores.execute(
        url, "INSERT INTO allowance (holder, kind, owner, limit_fen) VALUES (0, 1, 2, 1000000000)");
    // as in an installation whose rows are older than the rules that SQL knows today
    TestStores.execute(
        url,
        """
        ALTER TABLE campaign DROP CONSTRAINT campaign_times_finite;
        ALTER TABLE campaign DROP CONSTRAINT campaign_rule_understood;
        ALTER TABLE campaign DROP CONSTRAINT campaign_status_check;
        ALTER TABLE campaign ALTER public_name DROP NOT NULL;
        ALTER TABLE campaign ALTER starts_at DROP NOT NULL;
        ALTER TABLE merchant ALTER name DROP NOT NULL;
        ALTER TABLE terminal ALTER terminal_no DROP NOT NULL;
        ALTER TABLE org DROP CONSTRAINT org_path_is_a_list;
        ALTER TABLE card DROP CONSTRAINT card_status_check""");
    Logger logger = (Logger) LoggerFactory.getLogger(UnreadableDefinitions.class);
    log.start();
    logger.addAppender(log);
    line = new TestLine(url, "unreadable", 2, clock);
  }

  @AfterAll
  void stop() throws Exception {
    ((Logger) LoggerFactory.getLogger(UnreadableDefinitions.class)).detachAppender(log);
    line.close();
    TestLine.assertAuditClean(url);
  }

  /** Every test begins and ends with a second campaign that can be understood. */
  @BeforeEach
  void mend() {
    TestStores.execute(url, "DELETE FROM campaign WHERE id = 2");
    TestTown.campaign(url, 2, "BAD-9", RULE.formatted(900), null);
    TestStores.execute(url, "UPDATE merchant SET name = '超市' WHERE id = 3");
    TestStores.execute(url, "UPDATE terminal SET terminal_no = 'T0000002' WHERE id = 2");
    TestStores.execute(url, "UPDATE org SET path = '{410800,410821}' WHERE id = 410821");
    assertTakesOff(900, "T0000001");
    assertOff(line);
    log.list.clear();
  }

  private String bodyOfSale(String terminal) {
    Reply reply =
        line.submit(sale(terminal, "s-" + ++sales, TestTown.code(card++, clock.millis()), 10_000));
    return new String(
        assertInstanceOf(Reply.Recorded.class, reply).receipt().body(), StandardCharsets.UTF_8);
  }

  private void assertTakesOff(long fen, String terminal) {
    String body = bodyOfSale(terminal);
    assertTrue(body.contains("\"discountFen\":" + fen), body);
  }

  /** The node looks away from its lanes, so it may be a moment later. */
  private static void assertOff(TestLine line, String... names) {
    List<String> right = List.of(names);
    long deadlineNanos = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!off(line).equals(right)) {
      assertTrue(System.nanoTime() < deadlineNanos, () -> off(line) + ", not " + right);
      Loops.await(line.vertx.timer(5));
    }
  }

  private static List<String> off(TestLine line) {
    return line.line.unreadable().stream().map(Unreadable::toString).sorted().toList();
  }

  private List<String> errors() {
    return log.list.stream()
        .filter(event -> event.getLevel().levelStr.equals("ERROR"))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "ends_at = 'infinity' ~ ends_at",
        "starts_at = '-infinity' ~ starts_at",
        "ends_at = '294276-12-31Z' ~ ends_at",
        "starts_at = '4000-01-01 BC' ~ starts_at",
        "starts_at = NULL ~ starts_at",
        "ends_at = 'infinity', status = 'ENDED' ~ ends_at",
        "public_name = NULL ~ name",
        "status = 'ON' ~ ON",
        "rule = rule || '{\"limit\":{}}' ~ limit",
        "rule = rule || '{\"limit\":{}}', status = 'PAUSED' ~ limit",
        "rule = rule || '{\"limits\":{\"memberFen\":-1}}' ~ memberFen",
        "rule = rule - 'benefit' ~ benefit",
        "rule = rule || '{\"members\":null}' ~ members",
        "rule = rule || '{\"merchants\":{\"categories\":[\"FOOD\"]}}' ~ FOOD",
        "rule = '[]' ~ rule",
        "rule = 'null' ~ rule",
        "rule = jsonb_build_object('x', repeat('y', 1100000)) ~ rule",
        "rule = (repeat('[', 5000) || repeat(']', 5000))::jsonb ~ rule",
        "rule = jsonb_set(rule, '{benefit,offFen}', '99999999999999999999') ~ offFen",
        "rule = jsonb_set(rule, '{benefit,offFen}', to_jsonb(10::numeric ^ 2000)) ~ rule",
        "rule = jsonb_set(rule, '{funders,0,shareBp}', '9999') ~ sum to 9999",
        "rule = jsonb_set(rule, '{funders,0,funder}', '\"NOBODY\"') ~ NOBODY"
      })
  void oneCampaignIsOffAndAllTillsGoOn(String change, String why) {
    TestStores.execute(url, "UPDATE campaign SET " + change + " WHERE id = 2");
    assertTakesOff(500, "T0000001");
    assertTakesOff(500, "T0000008");
    assertOff(line, "campaign BAD-9");
    Unreadable off = line.line.unreadable().get(0);
    assertTrue(off.why().contains(why), off::why);

    TestStores.execute(url, "UPDATE campaign SET name = '又一版' WHERE id = 1");
    assertTakesOff(500, "T0000001");
    TestStores.execute(url, "UPDATE merchant SET name = NULL WHERE id = 3"); // looked at behind it
    assertTakesOff(500, "T0000001");
    assertOff(line, "campaign BAD-9", "merchant 841080250000033");
    assertEquals(2, errors().size(), () -> "once for a change, not for each look: " + errors());
  }

  @Test
  void aNodeStartsBesideWhatNobodyUnderstands() {
    TestStores.execute(
        url, "UPDATE campaign SET ends_at = 'infinity', status = 'ENDED' WHERE id = 2");
    try (TestLine again = new TestLine(url, "restarted", 1, clock)) {
      Reply reply =
          again.submit(sale("T0000003", "r-1", TestTown.code(card++, clock.millis()), 10_000));
      assertInstanceOf(Reply.Recorded.class, reply);
      assertOff(again, "campaign BAD-9");
    }
  }

  @Test
  void whatWasSoldUnderItBeforeIsStillGivenBack() {
    String body = bodyOfSale("T0000001");
    assertTrue(body.contains("\"discountFen\":900"), body);
    String sold = "s-" + sales;
    TestStores.execute(url, "UPDATE campaign SET ends_at = 'infinity' WHERE id = 2");
    long before = usedOfBad();
    Reply undone =
        line.submit(Request.reversal(new TerminalId("T0000001"), new RequestId(sold), Fen.ZERO));
    String back =
        new String(
            assertInstanceOf(Reply.Recorded.class, undone).receipt().body(),
            StandardCharsets.UTF_8);
    assertTrue(back.contains("\"discountFen\":-900"), back);
    assertEquals(before - 900, usedOfBad());
  }

  private long usedOfBad() {
    return TestStores.number(url, "SELECT used_fen FROM allowance WHERE kind = 1 AND owner = 2");
  }

  @Test
  void oneMerchantTerminalOrOrganisationIsOffAlone() {
    TestStores.execute(url, "UPDATE merchant SET name = NULL WHERE id = 3");
    TestStores.execute(url, "UPDATE terminal SET terminal_no = NULL WHERE id = 2");
    TestStores.execute(url, "UPDATE org SET path = '{{410800,410821}}' WHERE id = 410821");
    assertTakesOff(900, "T0000001");
    assertOff(line, "merchant 841080250000033", "organisation 410821", "terminal null");
    assertEquals(
        new Reply.Declined(Refusal.TERMINAL_UNKNOWN),
        line.submit(sale("T0000008", "m-1", TestTown.code(card++, clock.millis()), 10_000)));
    Readiness readiness = new Readiness();
    readiness.watch("definitions", () -> Readiness.allReadable(line.line.unreadable()));
    Readiness.Report report = Loops.await(readiness.ask());
    assertTrue(report.ready());
    String words = report.checks().get("definitions");
    assertTrue(words != null && words.contains("merchant 841080250000033"), words);
  }

  @Test
  void aCardWhoseStateIsUnknownIsNotActive() {
    TestStores.execute(url, "UPDATE card SET status = 'FROZEN' WHERE serial = 19999");
    Reply reply =
        line.submit(sale("T0000001", "c-1", TestTown.code(19_999, clock.millis()), 10_000));
    String body =
        new String(
            assertInstanceOf(Reply.Recorded.class, reply).receipt().body(), StandardCharsets.UTF_8);
    assertTrue(body.contains("CARD_NOT_ACTIVE"), body);
  }
}
