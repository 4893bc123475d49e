package cn.unionecard.workbench.simulate;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A receipt as a customer reads it: the fields of its body that can be checked by adding up.
 *
 * <p>On a reversal all amounts are negative: they flow back.
 *
 * @param benefitName what it says was given
 * @param original of a reversal: the transaction it undid, or null if there was none
 */
record Slip(
    String id,
    String type,
    String outcome,
    @Nullable String refusal,
    String terminal,
    String requestId,
    @Nullable String card,
    long orderFen,
    long memberPaysFen,
    long discountFen,
    String benefitName,
    @Nullable String original) {

  boolean approved() {
    return outcome.equals("APPROVED");
  }

  /** {@code APPROVED}, or the name of the refusal. */
  String said() {
    return refusal == null ? outcome : refusal;
  }

  /** Reads the answer of a recorded transaction; null if it is none. */
  static @Nullable Slip read(Buffer answer) {
    try {
      JsonObject body = answer.toJsonObject().getJsonObject("body");
      return body == null ? null : of(body);
    } catch (DecodeException | ClassCastException e) {
      return null;
    }
  }

  private static @Nullable Slip of(JsonObject body) {
    String id = body.getString("id");
    String type = body.getString("type");
    String outcome = body.getString("outcome");
    String terminal = body.getString("terminal");
    String requestId = body.getString("requestId");
    if (id == null || type == null || outcome == null || terminal == null || requestId == null) {
      return null;
    }
    return new Slip(
        id,
        type,
        outcome,
        body.getString("refusal"),
        terminal,
        requestId,
        body.getString("card"),
        body.getLong("orderFen", 0L),
        body.getLong("memberPaysFen", 0L),
        body.getLong("discountFen", 0L),
        body.getString("benefitName", ""),
        body.getString("original"));
  }
}
