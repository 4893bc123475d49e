package cn.unionecard.gateway.member;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.CardNo;
import io.vertx.core.json.JsonObject;

/** A phone that a card is bound to at a house, and that asks as its member. */
public final class Handset {
  private final DeskHouse house;
  private final TestPhone phone = new TestPhone();
  private final CardNo card;
  private final long epoch;
  private final String token;

  /** Binds it by a code that this clerk gives out, and signs in. */
  public Handset(DeskHouse house, String clerk, CardNo card) throws Exception {
    this.house = house;
    this.card = card;
    Answer code = house.post(clerk, "/v1/cards/" + card.digits() + "/enrolments", new JsonObject());
    assertEquals(201, code.status(), () -> code.json().encode());
    JsonObject body =
        new JsonObject()
            .put("code", code.json().getString("code"))
            .put("publicKey", phone.publicKey());
    Answer bound = house.post(null, "/v1/card-bindings", body);
    assertEquals(201, bound.status(), () -> bound.json().encode());
    epoch = bound.json().getLong("epoch");
    Answer given = offer();
    assertEquals(200, given.status(), () -> given.json().encode());
    token = given.json().getString("accessToken");
  }

  /** Asks for a token anew. */
  public Answer offer() throws Exception {
    String assertion = phone.assertion(card.digits(), house.now().getEpochSecond());
    return house.post(null, "/v1/card-tokens", new JsonObject().put("assertion", assertion));
  }

  public CardNo card() {
    return card;
  }

  /**
   * What it shows.
   *
   * @param steps so many half minutes from now, for none is taken twice
   */
  public String shown(int steps) {
    return new MemberCodes(TestTown.CODE_KEYS)
        .issue(card, epoch, house.line.clock.millis() / 1_000 + steps * 30L);
  }

  public Answer get(String path) throws Exception {
    return house.withToken(token, path);
  }

  public Answer post(String path, JsonObject body) throws Exception {
    return house.withToken(token, "POST", path, body);
  }
}
