package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Recount;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What is said of one benefit that was weighed, and of one of those who pay. */
final class BenefitLines {
  private BenefitLines() {}

  static JsonObject line(Recount.Said said) {
    return new JsonObject()
        .put("verdict", said.verdict())
        .put("say", VerdictWords.chinese(said.verdict()))
        .put("fen", said.fen());
  }

  static JsonObject payer(Allocation part, @Nullable String code) {
    JsonObject one =
        new JsonObject()
            .put("benefit", code == null ? Integer.toString(part.campaign()) : code)
            .put("funder", part.funder().name())
            .put("fen", part.fen());
    return part.lot() == 0 ? one : one.put("voucher", Long.toString(part.lot()));
  }
}
