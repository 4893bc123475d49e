package cn.unionecard.workbench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.CreditCode;
import cn.unionecard.gateway.model.Luhn;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.rules.CampaignRule;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The city of the demo, before it is loaded. */
class CityTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 23);
  private static final City CITY = City.generate(City.SEED, Size.CITY, TODAY);
  private static final Set<Integer> ORGS =
      CITY.orgs().stream().map(Org::id).collect(Collectors.toSet());

  @Test
  void theSameSeedMakesTheSameCity() {
    String digest = City.generate(7, members(2_000), TODAY).digest();
    assertEquals(digest, City.generate(7, members(2_000), TODAY).digest());
    assertNotEquals(digest, City.generate(8, members(2_000), TODAY).digest());
    assertNotEquals(digest, City.generate(7, members(2_001), TODAY).digest());
  }

  @Test
  void theTreeHangsTogether() {
    Set<Integer> seen = new HashSet<>();
    for (Org org : CITY.orgs()) {
      assertTrue(seen.add(org.id()), () -> "twice: " + org);
      assertTrue(org.isRoot() || seen.contains(org.parent()), () -> "before its parent: " + org);
      assertEquals(org.id(), org.path().get(org.path().size() - 1));
    }
    assertEquals(ORGS.size(), CITY.orgs().stream().map(Org::code).distinct().count());
    long primaries = CITY.orgs().stream().filter(o -> o.kind() == Org.Kind.PRIMARY).count();
    assertTrue(primaries > 400, "primary unions: " + primaries);
  }

  @Test
  void everyAreaOfTheCityHasAFederation() {
    for (Area area : Area.values()) {
      assertTrue(ORGS.contains(area.code), area.chinese);
    }
  }

  @Test
  void membersHaveValidNumbersThatNobodyShares() {
    Set<String> identities = new HashSet<>();
    CITY.people()
        .forEach(
            (member, cards) -> {
              assertTrue(ResidentNumber.isValid(member.identity()));
              assertTrue(member.identity().startsWith("4108"));
              assertTrue(identities.add(member.identity()));
              assertTrue(ORGS.contains(member.org()));
            });
    assertEquals(Size.CITY.members(), identities.size());
  }

  @Test
  void everyMemberHasOneActiveCardAndSomeHaveAnother() {
    Set<Long> serials = new HashSet<>();
    Map<Card.Status, Integer> statuses = new EnumMap<>(Card.Status.class);
    Set<Integer> epochs = new HashSet<>();
    CITY.people()
        .forEach(
            (member, cards) -> {
              assertEquals(Card.Status.ACTIVE, cards.get(0).status());
              for (Card card : cards) {
                assertTrue(serials.add(card.serial()));
                assertEquals(member.id(), card.member());
                assertEquals(member.name().length(), card.holderMask().length());
                assertTrue(card.holderMask().substring(1).matches("\\*+"));
                statuses.merge(card.status(), 1, Integer::sum);
                epochs.add(card.epoch());
              }
            });
    assertEquals(Size.CITY.members(), statuses.get(Card.Status.ACTIVE));
    assertEquals(EnumSet.allOf(Card.Status.class), statuses.keySet());
    assertEquals(CITY.people().cards(), serials.size());
    assertEquals(Set.of(1, 2, 3), epochs);
  }

  @Test
  void serialsTellNothingAboutMembers() {
    List<Long> serials = new ArrayList<>();
    CITY.people().forEach((member, cards) -> serials.add(cards.get(0).serial()));
    int rises = 0;
    for (int i = 1; i < serials.size(); i++) {
      rises += serials.get(i) > serials.get(i - 1) ? 1 : 0;
      assertTrue(Math.abs(serials.get(i) - serials.get(i - 1)) > 1_000_000);
    }
    assertTrue(rises > serials.size() / 3 && rises < serials.size() * 2 / 3, "rises: " + rises);
  }

  @Test
  void membersOfEveryCategory() {
    Map<Member.Category, Integer> counts = new EnumMap<>(Member.Category.class);
    CITY.people().forEach((m, cards) -> counts.merge(m.category(), 1, Integer::sum));
    for (Member.Category category : Member.Category.values()) {
      assertTrue(counts.getOrDefault(category, 0) > 300, category + ": " + counts);
    }
  }

  @Test
  void aProvinceIsTheCityAndMore() {
    City province = City.generate(City.SEED, new Size(1_000, 20_600, 101_000), TODAY);
    assertEquals(CITY.merchants(), province.merchants().subList(0, CITY.merchants().size()));
    assertMerchantsAreValid(province);
    Set<String> numbers = new HashSet<>();
    for (Terminal terminal : province.terminals()) {
      assertTrue(numbers.add(terminal.number().value()));
      assertTrue(terminal.merchant() <= 20_600);
    }
    assertEquals(101_000, numbers.size());
    assertEquals(CITY.shownTerminals().size(), province.shownTerminals().size());
  }

  @Test
  void merchantsHaveValidNumbersAndCodes() {
    assertMerchantsAreValid(CITY);
  }

  private static void assertMerchantsAreValid(City city) {
    Set<String> numbers = new HashSet<>();
    Set<String> codes = new HashSet<>();
    for (Merchant merchant : city.merchants()) {
      assertTrue(codes.add(merchant.creditCode()), merchant::creditCode);
      assertTrue(merchant.number().matches("8410[0-9]{11}"), merchant::number);
      assertTrue(Luhn.isValid(merchant.number()), merchant::number);
      assertTrue(numbers.add(merchant.number()));
      assertTrue(CreditCode.isValid(merchant.creditCode()), merchant::creditCode);
      String organisation = merchant.creditCode().substring(8, 16);
      assertEquals(
          CreditCode.organisationCheckCharacter(organisation), merchant.creditCode().charAt(16));
      assertTrue(ORGS.contains(merchant.authorisingOrg()));
      assertTrue(ORGS.contains(merchant.signingOrg()));
    }
    assertEquals(city.merchants().size(), numbers.size());
  }

  @Test
  void merchantsOfEveryCategoryAndStatus() {
    assertEquals(
        EnumSet.allOf(Trade.class),
        CITY.merchants().stream().map(Merchant::trade).collect(Collectors.toSet()));
    assertEquals(
        EnumSet.allOf(Merchant.Status.class),
        CITY.merchants().stream().map(Merchant::status).collect(Collectors.toSet()));
    assertTrue(
        CITY.merchants().stream().filter(m -> m.status() == Merchant.Status.LIVE).count() > 500);
  }

  @Test
  void theShownTerminalsWorkAtLiveMerchants() {
    for (Terminal terminal : CITY.terminals().subList(0, Market.SHOWN_TERMINALS)) {
      Merchant merchant = CITY.merchants().get(terminal.merchant() - 1);
      assertEquals(terminal.merchant(), merchant.id());
      assertEquals(Merchant.Status.LIVE, merchant.status());
      assertEquals("ACTIVE", terminal.status());
    }
    assertEquals("T0000001", CITY.terminals().get(0).number().value());
    assertEquals("T0001000", CITY.terminals().get(999).number().value());
    long suspended = CITY.terminals().stream().filter(Terminal::suspended).count();
    assertTrue(suspended > 0 && suspended < 20, "suspended: " + suspended);
  }

  @Test
  void allCampaignsRunButOneToComeAndOneThatIsOver() {
    assertEquals(22, CITY.campaigns().size());
    List<String> toCome =
        CITY.campaigns().stream()
            .filter(c -> c.starts().isAfter(TODAY))
            .map(Campaign::code)
            .toList();
    List<String> over =
        CITY.campaigns().stream()
            .filter(c -> !c.ends().isAfter(TODAY))
            .map(Campaign::code)
            .toList();
    assertEquals(List.of(Campaigns.NEXT), toCome);
    assertEquals(List.of(Campaigns.PAST), over);
  }

  @Test
  void everyRuleNamesABenefitAndItsFunders() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    for (Campaign campaign : CITY.campaigns()) {
      JsonNode rule = json.readTree(campaign.rule());
      assertTrue(
          Set.of("PERCENT", "THRESHOLD", "FIXED").contains(rule.at("/benefit/kind").asText()),
          campaign::rule);
      int shares = 0;
      for (JsonNode funder : rule.get("funders")) {
        shares += funder.get("shareBp").asInt();
        assertTrue(!funder.has("org") || ORGS.contains(funder.get("org").asInt()), campaign::rule);
      }
      assertEquals(10_000, shares, campaign::rule);
      for (JsonNode org : rule.at("/members/orgs")) {
        assertTrue(ORGS.contains(org.asInt()), campaign::rule);
      }
    }
  }

  @Test
  void theRulesPackageUnderstandsEveryRule() {
    for (Campaign campaign : CITY.campaigns()) {
      var parsed =
          CampaignRule.parse(
              campaign.id(), campaign.code(), campaign.name(), true, 0, 1, campaign.rule());
      assertEquals(campaign.code(), parsed.code());
    }
  }

  @Test
  void theSmallBudgetPaysForExactlyAHundred() {
    Campaign small =
        CITY.campaigns().stream()
            .filter(c -> c.code().equals(Campaigns.SMALL))
            .findFirst()
            .orElseThrow();
    assertTrue(small.rule().contains("\"offFen\":600"), small::rule);
    assertEquals(60_000, small.budgetFen());
  }

  @Test
  void aCityHasMembersButNotTooMany() {
    assertThrows(
        IllegalArgumentException.class,
        () -> City.generate(1, new Size(0, 600, 1_000), TODAY).digest());
    assertThrows(
        IllegalArgumentException.class, () -> City.generate(1, members(1_000_001), TODAY).digest());
    assertEquals(2, City.generate(1, members(1), TODAY).people().cards());
  }

  private static Size members(int members) {
    return new Size(members, 0, 0).or(Size.CITY);
  }
}
