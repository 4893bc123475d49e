package cn.unionecard.workbench.story;

import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.workbench.demo.Https;
import cn.unionecard.workbench.demo.Https.Answer;
import cn.unionecard.workbench.pos.Transcript;
import io.vertx.core.json.JsonObject;

/** The shop's till over HTTPS, with the certificate that it was activated with. */
final class Till {
  private static final int CREATED = 201;

  private final Https https;
  private final Transcript transcript;
  private final String run;
  private int keys;

  /**
   * @param run distinguishes this story's keys from those of others
   */
  Till(Https https, Shop shop, Transcript transcript, String run) {
    this.https = https.showing(shop.key().getPrivate(), shop.certificate());
    this.transcript = transcript;
    this.run = run;
  }

  Https https() {
    return https;
  }

  /** A receipt, as the customer takes it home. */
  record Receipt(JsonObject body) {
    String id() {
      return body.getString("id");
    }

    /** What proves to the desks that one holds it: SHA-256 of the body, hex. */
    String digest() {
      return Sha256.hex(body.encode());
    }
  }

  /** Sells; the sale must be approved. */
  Receipt sells(String code, long fen) {
    Receipt receipt = asks(code, fen);
    if (!receipt.body().getString("outcome").equals("APPROVED")) {
      throw new WentWrong("a sale must be approved: " + receipt.body());
    }
    return receipt;
  }

  /** Asks for a sale; whatever becomes of it. */
  Receipt asks(String code, long fen) {
    JsonObject sale = new JsonObject().put("type", "SALE").put("code", code).put("orderFen", fen);
    return recorded(https.post("/v1/transactions", null, key(), sale));
  }

  /** Gives a part of a sale back. */
  Receipt refunds(Receipt sale, long fen) {
    String path = "/v1/transactions/" + sale.id() + "/refunds";
    return recorded(https.post(path, null, key(), new JsonObject().put("orderFen", fen)));
  }

  private static Receipt recorded(Answer answer) {
    if (answer.status() != CREATED) {
      throw new WentWrong("not recorded: " + answer);
    }
    return new Receipt(answer.json().getJsonObject("body"));
  }

  private String key() {
    return run + "-" + ++keys;
  }

  /** Says what became of a request. */
  void tell(String what, Receipt receipt) {
    JsonObject body = receipt.body();
    transcript.note(
        "HTTPS  "
            + what
            + "  "
            + body.getString("outcome")
            + (body.containsKey("refusal") ? " " + body.getString("refusal") : "")
            + "  "
            + receipt.id());
  }
}
