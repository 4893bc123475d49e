package cn.unionecard.workbench.simulate;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A request as a till sends it.
 *
 * @param key idempotency key, or null
 * @param body JSON to be posted, or null to get
 */
record Question(String path, @Nullable String key, @Nullable Buffer body) {

  static Question sale(String key, String code, long orderFen) {
    return standing("SALE", key, code, orderFen);
  }

  static Question hold(String key, String code, long orderFen) {
    return standing("HOLD", key, code, orderFen);
  }

  private static Question standing(String type, String key, String code, long orderFen) {
    JsonObject body =
        new JsonObject().put("type", type).put("code", code).put("orderFen", orderFen);
    return new Question("/v1/transactions", key, body.toBuffer());
  }

  /**
   * What follows an earlier transaction.
   *
   * @param fen how much, or 0 for all
   */
  static Question following(String key, Sale.Step step, String original, long fen) {
    JsonObject body = fen == 0 ? new JsonObject() : new JsonObject().put("orderFen", fen);
    return new Question("/v1/transactions/" + original + "/" + step.path, key, body.toBuffer());
  }

  static Question verification(String code, long orderFen) {
    JsonObject body = new JsonObject().put("code", code).put("orderFen", orderFen);
    return new Question("/v1/verifications", null, body.toBuffer());
  }

  static Question reversal(String originalKey) {
    return new Question(
        "/v1/reversals", null, new JsonObject().put("requestId", originalKey).toBuffer());
  }

  static Question reversalById(String id) {
    return new Question("/v1/transactions/" + id + "/reversal", null, Buffer.buffer("{}"));
  }

  static Question byKey(String key) {
    return new Question("/v1/transactions?requestId=" + key, null, null);
  }

  static Question receipt(String id) {
    return new Question("/v1/receipts/" + id, null, null);
  }
}
