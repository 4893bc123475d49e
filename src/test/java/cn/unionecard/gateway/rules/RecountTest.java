package cn.unionecard.gateway.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A decision made again: what fits says nothing, what was changed is found. */
class RecountTest {
  private static final String FUNDERS =
      ",\"funders\":[{\"funder\":\"UNION\",\"org\":10,\"shareBp\":5000},"
          + "{\"funder\":\"MERCHANT\",\"shareBp\":5000}]";

  private static final Map<String, Campaign> CAMPAIGNS =
      Map.of(
          "A", campaign(1, "A", "\"benefit\":{\"kind\":\"FIXED\",\"offFen\":301}", "S"),
          "B",
              campaign(
                  2,
                  "B",
                  "\"benefit\":{\"kind\":\"PERCENT\",\"basisPoints\":1000,\"capFen\":900}",
                  "S"),
          "C", campaign(3, "C", "\"benefit\":{\"kind\":\"FIXED\",\"offFen\":500}", ""),
          "M",
              campaign(4, "M", "\"benefit\":{\"kind\":\"FIXED\",\"offFen\":600}", "")
                  .in(Set.of(Scene.ONLINE_MALL)));

  private static Campaign campaign(int id, String code, String benefit, String set) {
    String stack = set.isEmpty() ? "" : ",\"stack\":{\"sets\":[\"" + set + "\"]}";
    String rule = "{" + benefit + FUNDERS + stack + "}";
    return CampaignRule.parse(id, code, "优惠", true, 0, 10, rule);
  }

  private static List<String> differences(long discount, String trace, Map<String, Long> paid) {
    return differences(Scene.OFFLINE_POS, discount, trace, paid);
  }

  private static List<String> differences(
      Scene scene, long discount, String trace, Map<String, Long> paid) {
    List<Allocation> allocations = new ArrayList<>();
    paid.forEach(
        (code, fen) -> {
          Campaign campaign = CAMPAIGNS.get(code);
          if (campaign != null) {
            campaign
                .funding()
                .split(fen, 5)
                .forEach(
                    part ->
                        allocations.add(
                            new Allocation(
                                campaign.id(), part.funder(), part.party(), part.fen())));
          }
        });
    return Recount.differences(
        new Recount.Stored(
            10_000, discount, 5, scene, Recount.trace(trace), CAMPAIGNS, allocations));
  }

  @Test
  void whatFollowsSaysNothing() {
    assertEquals(
        List.of(),
        differences(
            1_201, "A:CHOSEN:301 B:CHOSEN:900 C:NOT_STACKABLE:500", Map.of("A", 301L, "B", 900L)));
    assertEquals(List.of(), differences(500, "B:DAY_COUNT_USED C:CHOSEN:500", Map.of("C", 500L)));
    assertEquals(List.of(), differences(0, "", Map.of()));
    assertEquals(List.of(), differences(0, "C:NOT_NAMED:500", Map.of()));
  }

  @Test
  void whatWasChangedIsFound() {
    assertTrue(
        differences(499, "C:CHOSEN:500", Map.of("C", 500L)).get(0).contains("stored are 499"));
    assertTrue(
        differences(301, "A:CHOSEN:301 C:LESS:500", Map.of("A", 301L)).get(0).contains("C=500"));
    assertTrue(differences(500, "C:CHOSEN:500", Map.of("C", 498L)).get(0).contains("paid are 498"));
  }

  @Test
  void whatWasSoldInAnotherSceneIsFound() {
    Map<String, Long> paid = Map.of("M", 600L);
    assertEquals(List.of(), differences(Scene.ONLINE_MALL, 600, "M:CHOSEN:600", paid));
    assertEquals(
        List.of("M does not work in QR_STATIC"),
        differences(Scene.QR_STATIC, 600, "M:CHOSEN:600", paid));
  }

  @Test
  void theRunnerUpIsRead() {
    Recount.Said said = Recount.runnerUp(Recount.trace("A:CHOSEN:1 B+C:RUNNER_UP:7"));
    assertEquals(new Recount.Said("B+C", "RUNNER_UP", 7), said);
    assertNull(Recount.runnerUp(Recount.trace("A:CHOSEN:1")));
  }
}
