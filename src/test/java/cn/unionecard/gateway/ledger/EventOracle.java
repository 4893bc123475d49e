package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.feed.TransactionData;
import cn.unionecard.gateway.model.BenefitName;
import cn.unionecard.gateway.model.Offline;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.receipt.CanonicalJson;
import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.Catalog;
import cn.unionecard.gateway.rules.Entry;
import cn.unionecard.gateway.rules.Funding;
import cn.unionecard.gateway.runtime.Clocks;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Tells the event of a decision from the decision alone, as earlier releases wrote it down. */
final class EventOracle {
  private final Catalog catalog;
  private final long epochMs;
  private final CanonicalJson json = new CanonicalJson();

  /**
   * @param epochMs the block's time, ms since 1970
   */
  EventOracle(Catalog catalog, long epochMs) {
    this.catalog = catalog;
    this.epochMs = epochMs;
  }

  /** What is told now: from the receipt's body, and who pays as the row has it. */
  static String told(SealedLeaves.Leaf leaf) {
    List<Allocation> allocations = leaf.entry().allocations();
    return TransactionData.of(
        leaf.body(),
        leaf.entry().effect().name(),
        allocations.isEmpty()
            ? null
            : allocations.stream().map(Payers::payer).toArray(Integer[]::new),
        allocations.isEmpty()
            ? null
            : allocations.stream().map(Allocation::fen).toArray(Long[]::new));
  }

  String event(Entry entry) {
    Offline offline = entry.request().offline();
    Refusal refusal = entry.refusal();
    int sign = entry.effect().sign() < 0 ? -1 : 1;
    json.object();
    json.name("allocations").array();
    share(entry, Funding.Funder.MERCHANT);
    share(entry, Funding.Funder.UNION);
    json.end();
    json.member("at", time(epochMs));
    json.member("benefitName", benefitName(entry));
    if (offline != null) {
      json.member("counter", offline.counter());
    }
    json.member("discountFen", sign * entry.discountFen());
    json.member("effect", entry.effect().name());
    json.member("id", new TransactionId(entry.id()).toString());
    json.member("memberPaysFen", sign * entry.memberPaysFen());
    json.member("merchant", catalog.merchant(entry.merchant()).no());
    json.member("orderFen", sign * entry.orderFen());
    if (entry.named() != null) {
      json.member("original", new TransactionId(entry.named().id()).toString());
    }
    json.member("outcome", refusal == null ? "APPROVED" : "REFUSED");
    if (refusal != null) {
      json.member("refusal", refusal.name());
    }
    json.member("requestId", entry.request().requestId().value());
    json.member("responseCode", refusal == null ? "00" : refusal.responseCode);
    Scene scene = catalog.sceneOf(entry.key().terminal());
    if (scene != Scene.OFFLINE_POS) {
      json.member("scene", scene.name());
    }
    json.member("terminal", entry.request().terminal().value());
    if (offline != null) {
      json.member("tillAt", time(offline.atMs()));
    }
    json.member("type", entry.request().type().name());
    json.end();
    return new String(json.bytes(), StandardCharsets.UTF_8);
  }

  private void share(Entry entry, Funding.Funder funder) {
    json.object();
    json.member(
        "fen",
        entry.allocations().stream()
            .filter(allocation -> allocation.funder() == funder)
            .mapToLong(Allocation::fen)
            .sum());
    json.member("funder", funder.name());
    json.end();
  }

  private String benefitName(Entry entry) {
    if (!entry.allocations().isEmpty()) {
      Campaign campaign = catalog.campaign(entry.allocations().get(0).campaign());
      return campaign == null ? BenefitName.NEUTRAL : campaign.publicName();
    }
    boolean named = entry.request().benefit() != null && entry.refusal() == null;
    return named ? BenefitName.NAMED_NOT_GIVEN : BenefitName.NONE;
  }

  private static String time(long epochMs) {
    return Clocks.RFC_3339.format(Instant.ofEpochMilli(epochMs));
  }
}
