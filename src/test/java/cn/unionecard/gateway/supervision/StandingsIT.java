package cn.unionecard.gateway.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which merchants are nearest to a threshold, for whom. */
class StandingsIT {
  private static final String PATH = "/v1/supervision/standings";
  private static DeskHouse house;

  /** Each has a warning that stands, and one good voice. */
  @BeforeAll
  static void open() throws Exception {
    house = new DeskHouse("standings");
    house.furnish("410802", 91);
    house.furnish("410802.0001", 92);
    house.furnish("410821", 93);
    house.furnish("410821", 94);
    sql("alter table review alter column id restart with 100000"); // furnished by number
    voices(91, 40, 10);
    voices(92, 10, 3);
    voices(94, 60, 0);
    for (int voice = 1; voice <= 3; voice++) {
      complaint(93, voice);
    }
  }

  /** One more that was found right. */
  private static void complaint(int merchant, int voice) {
    sql(
        """
        with opened as (
          insert into complaint (no, lane, kind, severity, state, merchant, owner, text,
            token_hash, opened_at)
          select 'V0000000000%2$d', lane, kind, severity, state, merchant, owner, text, token_hash,
            opened_at from complaint where no = 'C000000000%1$d' returning id)
        insert into complaint_weighing (complaint, merchant, voice, opened_at, at, severity,
          standing)
        select id, %1$d, %2$d, now(), now(), 'GENERAL', 'FOUNDED' from opened"""
            .formatted(merchant, voice));
  }

  /** So many voices in all, one of which the merchant has already, so many of them bad. */
  private static void voices(int merchant, int payers, int bad) {
    sql(
        """
        with posted as (
          insert into review (origin, transaction, merchant, payer, purchased_on, posted_at)
          select %1$d000 + n, %1$d000 + n, %1$d, 100 + n, current_date, now()
          from generate_series(1, %2$d - 1) n returning id, payer)
        insert into review_edition (review, edition, at, source, stars, quality, service,
          after_sales, tags)
        select id, 1, now(), 'MEMBER', case when payer <= 100 + %3$d then 1 else 5 end, 5, 5, 5,
          '{}' from posted"""
            .formatted(merchant, payers, bad));
  }

  @AfterAll
  static void close() {
    house.close();
  }

  /** Wilson's lower bound at 1.96: 10 of 40 are 14.187 %, 3 of 10 are 10.779 %. */
  @Test
  void theNearestComesFirst() throws Exception {
    List<JsonObject> all = standings("410800", "");
    assertEquals(
        List.of("91 WARN RECTIFY 945", "92 WARN RECTIFY 359", "93 WARN RECTIFY 300"),
        all.stream().map(StandingsIT::brief).toList());
    JsonObject first = all.get(0).getJsonObject("evidence");
    assertEquals(40, first.getInteger("payers"));
    assertEquals(10, first.getInteger("bad"));
    assertEquals(141_869, first.getInteger("boundPpm"));
    assertEquals(107_789, all.get(1).getJsonObject("evidence").getInteger("boundPpm"));
    assertEquals(3, all.get(2).getJsonObject("evidence").getInteger("weightPerHundred"));
    assertEquals(150, all.get(0).getJsonObject("policy").getInteger("rectifyPermille"));
  }

  @Test
  void everyUnionSeesItsOwn() throws Exception {
    assertEquals(List.of(91, 92), numbers(standings("410802", "")));
    assertEquals(List.of(92), numbers(standings("410802.0001", "")));
    assertEquals(List.of(92), numbers(standings("410800", "?org=410802.0001")));
    assertEquals(List.of(), numbers(standings("410802", "?org=410821")));
    assertEquals(List.of(), numbers(standings("410802", "?org=nowhere")));
    assertEquals(400, ask("410802", Role.AUDITOR, "?org=%27").status());
    assertEquals(403, ask("410802", Role.SYSTEM, "").status());
  }

  @Test
  void whatIsProposedHasArrivedAndWhoDoesNotSellIsNotNear() throws Exception {
    sql("update supervision_decision set effect = 'PROPOSED', stage = 'SUSPEND' where id = 92");
    JsonObject proposed = standings("410802.0001", "").get(0);
    assertEquals(1_000, proposed.getInteger("nearPermille"));
    assertFalse(proposed.containsKey("next"));
    sql("update merchant set status = 'SUSPENDED' where id = 92");
    assertEquals(List.of(), standings("410802.0001", ""));
    sql("delete from labour_violation");
    sql("update merchant set status = 'LIVE' where id = 92");
    sql("update supervision_decision set effect = 'DONE', stage = 'WARN' where id = 92");
  }

  private static Answer ask(String org, Role role, String query) throws Exception {
    return house.get(DeskHouse.login(org, role), PATH + query);
  }

  private static List<JsonObject> standings(String org, String query) throws Exception {
    Answer answer = ask(org, Role.SUPERVISOR, query);
    assertEquals(200, answer.status(), () -> answer.json().encode());
    return answer.json().getJsonArray("standings").stream().map(JsonObject.class::cast).toList();
  }

  private static int number(JsonObject standing) {
    return Integer.parseInt(standing.getString("merchant").substring(13));
  }

  private static List<Integer> numbers(List<JsonObject> standings) {
    return standings.stream().map(StandingsIT::number).toList();
  }

  private static String brief(JsonObject standing) {
    return number(standing)
        + " "
        + standing.getString("standing")
        + " "
        + standing.getString("next")
        + " "
        + standing.getInteger("nearPermille");
  }

  private static void sql(String statement) {
    TestStores.execute(house.url, statement);
  }
}
