package cn.unionecard.gateway.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.rules.Campaign.MemberLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What unions below tighten holds at their merchants alone, and never gives more. */
class NarrowingTest {
  private static final int CITY = 1;
  private static final int DISTRICT = 2;
  private static final int STREET = 3;
  private static final List<Integer> PATH = List.of(CITY, DISTRICT, STREET);
  private static final List<Integer> ELSEWHERE = List.of(CITY, 9);
  private static final Merchant SHOP = new Merchant(7, "no", "店", "EAT", STREET);

  private static final String RULE =
      """
      {"benefit":{"kind":"FIXED","offFen":500},"funders":[{"funder":"UNION","org":1,"shareBp":10000}],
       "merchants":{"categories":["EAT","SHOP"]},"limits":{"memberCount":10,"memberDayCount":3},
       "times":{"weekdays":[1,2,3,4,5],"hours":[{"from":"09:00:00","to":"12:00:00"},{"from":"14:00:00","to":"20:00:00"}]},
       "orderFenMin":1000,"scenes":["OFFLINE_POS","QR_STATIC"]}""";

  private static Campaign campaign(String narrowed) {
    return CampaignRule.parse(1, "C-1", "活动", true, 0, Long.MAX_VALUE / 2, RULE)
        .narrowedBy(CampaignRule.narrowings(narrowed));
  }

  private static @Nullable Campaign here(String narrowed) {
    return campaign(narrowed).at(SHOP, PATH, Scene.OFFLINE_POS);
  }

  @Test
  void itHoldsAtTheMerchantsOfWhoeverTightened() {
    String district = "[{\"org\":2,\"orderFenMin\":5000,\"limits\":{\"memberDayCount\":1}}]";
    Campaign there = here(district);
    assertNotNull(there);
    assertEquals(5_000, there.orderFenMin());
    assertEquals(1, there.limitsHere().dayCount());
    assertEquals(3, there.limits().dayCount(), "what he used is kept under the campaign's own");
    Campaign other = campaign(district).at(SHOP, ELSEWHERE, Scene.OFFLINE_POS);
    assertNotNull(other);
    assertEquals(1_000, other.orderFenMin());
    assertEquals(3, other.limitsHere().dayCount());
  }

  @Test
  void thoseOnTheWayUpHoldTogether() {
    Campaign there =
        here(
            """
            [{"org":2,"limits":{"memberCount":4},"times":{"weekdays":[4,5,6]}},
             {"org":3,"limits":{"memberCount":6,"memberFen":900},"times":{"weekdays":[5,7]}}]""");
    assertNotNull(there);
    assertEquals(
        new MemberLimits(4, 900, 3, MemberLimits.NONE), there.limitsHere(), "the tighter of each");
    assertEquals(1 << 4, there.times().weekdays(), "Fridays");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"categories\":[\"SHOP\"]}",
        "{\"ids\":[8]}",
        "{\"categories\":[\"EAT\"],\"ids\":[8]}",
      })
  void elsewhereItDoesNotWork(String merchants) {
    assertNull(here("[{\"org\":2,\"merchants\":" + merchants + "}]"));
  }

  @Test
  void aSceneThatIsTakenAwayIsGone() {
    assertNull(here("[{\"org\":3,\"scenes\":[\"QR_STATIC\"]}]"));
    assertNotNull(here("[{\"org\":9,\"scenes\":[\"QR_STATIC\"]}]"));
  }

  /** At each moment both say so, whatever the two are. */
  @Test
  void twoTimesTogetherWorkWhenBothDo() {
    Random random = new Random(5);
    int[] worked = new int[2];
    for (int i = 0; i < 2_000; i++) {
      Times one = times(random);
      Times other = times(random);
      Times both = one.and(other);
      for (int k = 0; k < 40; k++) {
        long at = Math.floorMod(random.nextLong(), 40L * 86_400_000L);
        boolean expected = one.hold(at) && other.hold(at);
        assertEquals(expected, both.hold(at), () -> one + " and " + other + " at " + at);
        worked[expected ? 1 : 0]++;
      }
    }
    assertTrue(worked[0] > 1_000 && worked[1] > 1_000);
  }

  private static Times times(Random random) {
    List<Times.Span> hours = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      int from = random.nextInt(80_000);
      hours.add(new Times.Span(from, from + 1 + random.nextInt(86_400 - from)));
    }
    List<Times.Span> days = new ArrayList<>();
    for (int i = random.nextInt(2); i > 0; i--) {
      int from = random.nextInt(38);
      days.add(new Times.Span(from, from + 1 + random.nextInt(5)));
    }
    return new Times(random.nextBoolean() ? 0 : random.nextInt(128), hours, days);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"orderFenMin\":1001 |",
        "\"orderFenMin\":1000 | orderFenMin",
        "\"limits\":{\"memberCount\":9} |",
        "\"limits\":{\"memberCount\":10} | limits.memberCount",
        "\"limits\":{\"memberDayCount\":4} | limits.memberDayCount",
        "\"limits\":{\"memberFen\":1} |",
        "\"merchants\":{\"categories\":[\"EAT\"]} |",
        "\"merchants\":{\"categories\":[\"EAT\",\"STAY\"]} | merchants.categories",
        "\"merchants\":{\"ids\":[1]} |",
        "\"scenes\":[\"QR_STATIC\"] |",
        "\"scenes\":[\"ONLINE_MALL\"] | scenes",
        "\"times\":{\"weekdays\":[1,5]} |",
        "\"times\":{\"weekdays\":[5,6]} | times.weekdays",
        "\"times\":{\"hours\":[{\"from\":\"15:00:00\",\"to\":\"20:00:00\"}]} |",
        "\"times\":{\"hours\":[{\"from\":\"11:00:00\",\"to\":\"15:00:00\"}]} | times.hours",
        "\"times\":{\"blackouts\":[{\"from\":\"2026-10-01\",\"to\":\"2026-10-07\"}]} |",
      })
  void whatDoesNotTightenIsNamed(String terms, @Nullable String loosens) {
    Narrowing narrowing = CampaignRule.narrowings("[{\"org\":2," + terms + "}]").get(0);
    assertEquals(loosens, narrowing.loosens(campaign("[]")));
  }

  @Test
  void whereTheCampaignSaysNothingAllTightens() {
    Campaign open =
        CampaignRule.parse(
            1,
            "C-1",
            "活动",
            true,
            0,
            1,
            "{\"benefit\":{\"kind\":\"FREE\"},\"funders\":[{\"funder\":\"UNION\",\"org\":1,\"shareBp\":10000}]}");
    Narrowing all =
        new Narrowing(
            DISTRICT,
            new Campaign.Merchants(Set.of("EAT"), Set.of(7), Set.of()),
            new MemberLimits(1, 1, 1, 1),
            new Times(1, List.of(new Times.Span(0, 1)), List.of()),
            Set.of(Scene.QR_STATIC),
            1);
    assertNull(all.loosens(open));
  }
}
