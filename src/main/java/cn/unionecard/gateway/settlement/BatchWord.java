package cn.unionecard.gateway.settlement;

import cn.unionecard.gateway.desk.DeskTransaction;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** Tells a union that a payment batch of its own came into another state. */
final class BatchWord {
  private BatchWord() {}

  static Future<Void> tell(DeskTransaction tx, int org, long batch, JsonObject document) {
    return tx.tellOf(
        -org,
        "settlement.batch",
        batch,
        new JsonObject()
            .put("batch", batch)
            .put("state", document.getString("state"))
            .put("count", document.getLong("count"))
            .put("fen", document.getLong("fen")));
  }
}
