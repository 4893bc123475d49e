package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cn.unionecard.gateway.feed.EventType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Names of the contract's have words in both languages: a screen would show the name, or fail, when
 * the first of its kind comes.
 */
class ConsoleWordsTest {
  private static final String PAGES = "/pages/";

  private static Set<String> keys(String words, String language) throws IOException {
    return Pattern.compile("^  '?([\\w.-]+)'?: '(?:[^'\\\\]|\\\\.)+',$", Pattern.MULTILINE)
        .matcher(text("words/" + words + "." + language + ".js"))
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String text(String file) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ConsoleWordsTest.class.getResourceAsStream(PAGES + file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertSaid(String words, String prefix, Set<String> names)
      throws IOException {
    assertFalse(names.isEmpty(), prefix);
    for (String language : Set.of("zh", "en")) {
      Set<String> missing =
          names.stream()
              .map(name -> prefix + "." + name)
              .collect(Collectors.toCollection(TreeSet::new));
      missing.removeAll(keys(words, language));
      assertEquals(Set.of(), missing, words + "." + language);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "union.complaints, kind, ComplaintKind",
    "union.complaints, severity, Severity",
    "union.complaints, complaint, ComplaintState",
    "union.complaints, next, ComplaintState",
    "union.complaints, step, ComplaintStep",
    "union.complaints, hand, ComplaintStepTaken/hand",
    "union.complaints, limitClock, ComplaintLimit/clock",
    "union.complaints, unit, ComplaintLimit/unit",
    "union.complaints, unitName, ComplaintLimit/unit",
    "union.tickets, ticket, TicketState",
    "union.tickets, ticketNext, TicketState",
    "union.tickets, ticketKind, TicketKind",
    "union.tickets, step, TicketStepTaken/step",
    "union.tickets, do, TicketStepWish/step",
    "union.tickets, warn, TicketStepWish/step",
    "union.cards, card, CardStatus",
    "union.cards, cardNext, CardStatus",
    "union, member, MemberCategory",
    "union.privacy, request, DataRequestKind",
    "union.privacy, do, DataRequestKind",
    "union.privacy, doing, DataRequestKind",
    "union.privacy, requestState, DataRequestState",
    "mine, request, DataRequestKind",
    "mine, requestState, DataRequestState",
    "mine, consent, ConsentPurpose",
    "union.cards, column, MemberRowBad/column",
    "union.campaigns, campaign, CampaignState",
    "union.campaigns, campaignNext, CampaignState",
    "union.campaigns, do, CampaignStep",
    "union.campaigns, warn, CampaignStep",
    "union.rounds, way, RoundWay",
    "union.rounds, wayIs, RoundWay",
    "union.rounds, round, RoundState",
    "union.rounds, do, RoundStep",
    "union.rounds, warn, RoundStep",
    "union.rounds, kind, GrantKind",
    "union.rounds, pool, BenefitPool",
    "union.rounds, has, VoucherState",
    "union.rounds, voucherDo, VoucherStep",
    "union.rounds, voucherWarn, VoucherStep",
    "union.tasks, task, Task/task",
    "union.live, refusal, Refusal",
    "union.live, outcome, BatchEventData/outcome",
    "union.live, stage, AppealAnswerEventData/stage",
    "union.live, verdict, AppealAnswerEventData/verdict",
    "union.live, hidden, ReviewHiddenEventData/reason",
    "union.live, account, StaffChangedEventData/action",
    "union, state, MerchantState",
    "union.staff, role, Role",
    "union.staff, account, StaffState",
    "union.staff, request, StaffRequest/state",
    "union.staff, action, StaffRequestAction",
    "union.staff, orgKind, Org/kind",
    "union.staff, browser, OwnSession/browser",
    "union.staff, system, OwnSession/system",
    "union.audit, outcome, AuditEntry/outcome",
    "union.live, oddity, DifferenceKind",
    "union.live, oddity, HintKind",
    "money, odd, DifferenceKind",
    "money, sides, DifferenceSides",
    "money, outcomeOf, CaseOutcome",
    "money, case, SettlementCaseHead/state",
    "money, caseStep, SettlementCaseEntry/step",
    "money, caseDo, SettlementCaseStep/step",
    "money, caseWarn, SettlementCaseStep/step",
    "money, hint, HintKind",
    "money, hintIs, HintKind",
    "money, close, SettlementDay/state",
    "money, batch, PaymentBatchHead/state",
    "money, batchNext, PaymentBatchHead/state",
    "money, payment, Payment/state",
    "money, payee, Payee/state",
    "money, decision, PayeeDecision/decision",
    "money, line, StatementLine/type",
    "money, reason, StatementLine/reason",
    "money, source, BookEntry/source",
    "money, account, BookAccount",
    "money, correction, BookCorrection/state",
    "union.progress, milestone, MilestoneState",
    "union.responsible, post, Post",
    "union.responsible, list, NameListState",
    "union.notices, notice, NoticeState",
    "union.notices, noticeKind, NoticeKind",
    "union.notices, measure, NoticeMeasure",
    "union.notices, relation, NoticeRelation",
    "union.notices, relationName, NoticeRelation",
    "union.notices, do, NoticeStep",
    "union.notices, warn, NoticeStep",
    "union.notices, every, NoticeEvery",
    "union.province, rowKind, ProvinceRowKind",
    "union.province, trouble, ProvinceTrouble",
    "union.province, field, ProvinceField",
    "union.province, fileState, ProvinceFileState",
    "union.privacy, kept, Kept",
    "union.partners, partner, PartnerState",
    "union.partners, partnerKind, PartnerKind",
    "union.partners, partnerNext, PartnerNext",
    "union.partners, scope, PartnerScope",
    "union.partners, scopeIs, PartnerScope",
    "union.partners, trial, PartnerTrial",
    "union.partners, did, PartnerStep",
    "union.partners, propose, PartnerProposal",
    "union.partners, proposing, PartnerProposal",
  })
  void everyNameOfTheContractHasWords(String words, String prefix, String schema)
      throws IOException {
    JsonNode schemas;
    try (InputStream in = ConsoleWordsTest.class.getResourceAsStream("/openapi.yaml")) {
      schemas = new ObjectMapper(new YAMLFactory()).readTree(in).at("/components/schemas");
    }
    JsonNode found = schemas.at("/" + schema.replace("/", "/properties/"));
    assertSaid(
        words,
        prefix,
        StreamSupport.stream(found.path("enum").spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** What the feed may bring, which the live screen has to have listened for. */
  @Test
  void everyTypeOfEventHasWordsAndIsListenedFor() throws IOException {
    Set<String> kinds =
        Arrays.stream(EventType.values())
            .map(type -> type.kind)
            .collect(Collectors.toCollection(TreeSet::new));
    assertSaid("union.live", "event", kinds);
    Set<String> heard =
        Pattern.compile("'([a-z.-]+)',")
            .matcher(text("union/events.js").split("\\];")[0])
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(kinds, heard);
  }
}
