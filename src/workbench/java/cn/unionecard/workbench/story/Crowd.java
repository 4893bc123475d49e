package cn.unionecard.workbench.story;

import cn.unionecard.workbench.demo.Https;
import cn.unionecard.workbench.demo.Https.Answer;
import cn.unionecard.workbench.simulate.MemberPhones;
import io.vertx.core.json.JsonObject;

/** Members who buy, and say what they think of it with their receipts; no account is needed. */
final class Crowd {
  private static final int CREATED = 201;
  private static final long FEN = 1_500;

  private final Https https;
  private final MemberPhones phones;
  private int reviews;

  Crowd(Https https, MemberPhones phones) {
    this.https = https;
    this.phones = phones;
  }

  int reviews() {
    return reviews;
  }

  /** One buys and reviews. */
  Till.Receipt visits(Till till, int stars) {
    Till.Receipt receipt = till.sells(phones.freshCode(), FEN);
    JsonObject review =
        new JsonObject()
            .put("transaction", receipt.id())
            .put("receiptDigest", receipt.digest())
            .put("stars", stars)
            .put("quality", stars)
            .put("service", stars)
            .put("afterSales", stars)
            .put("text", stars > 3 ? "好吃不贵" : "不新鲜，态度差");
    Answer posted = https.post("/v1/reviews", null, null, review);
    if (posted.status() != CREATED) {
      throw new WentWrong("a review must be taken: " + posted);
    }
    reviews++;
    return receipt;
  }
}
