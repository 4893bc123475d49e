package cn.unionecard.gateway.line;

import cn.unionecard.gateway.model.BenefitName;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offline;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.receipt.CanonicalJson;
import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.Catalog;
import cn.unionecard.gateway.rules.CounterJump;
import cn.unionecard.gateway.rules.Deal;
import cn.unionecard.gateway.rules.Entry;
import cn.unionecard.gateway.rules.Merchant;
import cn.unionecard.gateway.runtime.Clocks;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * What is said of a decision: the receipt's body for the till, in canonical JSON. The event for the
 * union is told from the same body ({@code feed.TransactionData}). Neither tells by which campaign
 * a member got his discount, for that would tell what he is: whatever the member, the same names
 * stand in the same order, and only amounts and public names of benefits differ.
 */
final class ReceiptBodies {
  /** The form of the body; a body of another form is written by another release. */
  private static final int FORM = 2;

  private static final int EXPECTED_BYTES = 1024;

  private final Catalog catalog;
  private final String at;
  private final long holdMs;
  private final CanonicalJson json = new CanonicalJson(EXPECTED_BYTES);

  /**
   * @param epochMs the block's time, ms since 1970
   * @param holdMs how long a hold waits for its completion
   */
  ReceiptBodies(Catalog catalog, long epochMs, long holdMs) {
    this.catalog = catalog;
    this.at = time(epochMs);
    this.holdMs = holdMs;
  }

  private static String time(long epochMs) {
    return Clocks.RFC_3339.format(Instant.ofEpochMilli(epochMs));
  }

  /** The receipt body, names in order. */
  byte[] receipt(Entry entry) {
    Merchant merchant = catalog.merchant(entry.merchant());
    json.reset();
    json.object();
    json.member("at", at);
    json.member("benefitName", benefitName(entry));
    if (entry.card() != null) {
      json.member("card", new CardNo(entry.card().serial()).tail());
    }
    counter(entry);
    json.member("discountFen", given(entry));
    json.member("form", FORM);
    if (entry.card() != null) {
      json.member("holder", entry.card().holder());
    }
    json.member("id", new TransactionId(entry.id()).toString());
    json.member("memberPaysFen", signed(entry, entry.memberPaysFen()));
    json.member("merchant", merchant.no());
    json.member("merchantName", merchant.name());
    json.member("orderFen", signed(entry, entry.orderFen()));
    outcome(entry);
    scene(entry);
    json.member("terminal", entry.request().terminal().value());
    tillAt(entry);
    json.member("type", entry.request().type().name());
    if (holds(entry)) {
      json.member("until", time(until(entry)));
    }
    json.end();
    return json.bytes();
  }

  /** The data of a counter's jump. */
  String event(CounterJump jump) {
    json.reset();
    json.object();
    json.member("at", at);
    json.member("expected", jump.expected());
    json.member("id", new TransactionId(jump.transaction()).toString());
    json.member("jump", jump.isGap() ? "GAP" : "REWIND");
    json.member("merchant", catalog.merchant(jump.merchant()).no());
    json.member("reported", jump.reported());
    json.member("terminal", jump.terminal());
    json.end();
    return new String(json.bytes(), StandardCharsets.UTF_8);
  }

  private void counter(Entry entry) {
    Offline offline = entry.request().offline();
    if (offline != null) {
      json.member("counter", offline.counter());
    }
  }

  /** At a till nothing is said of it. */
  private void scene(Entry entry) {
    Scene scene = catalog.sceneOf(entry.key().terminal());
    if (!scene.isOrdinary()) {
      json.member("scene", scene.name());
    }
  }

  private void tillAt(Entry entry) {
    Offline offline = entry.request().offline();
    if (offline != null) {
      json.member("tillAt", time(offline.atMs()));
    }
  }

  private static boolean holds(Entry entry) {
    return entry.request().type() == TransactionType.HOLD && entry.refusal() == null;
  }

  private long until(Entry entry) {
    return new TransactionId(entry.id()).epochMs() + holdMs;
  }

  /**
   * The one line about what was given: of what was undone, by what it had been given; of elements
   * of it that were undone alone, by these.
   */
  private String benefitName(Entry entry) {
    if (!entry.allocations().isEmpty()) {
      Deal deal = entry.deal();
      List<Allocation> given =
          deal == null || entry.request().isOfElements() ? entry.allocations() : deal.allocations();
      String name = publicName(given.get(0));
      for (Allocation part : given) {
        name = BenefitName.together(name, publicName(part));
      }
      return name;
    }
    return isNamedNotGiven(entry) ? BenefitName.NAMED_NOT_GIVEN : BenefitName.NONE;
  }

  private String publicName(Allocation part) {
    Campaign campaign = catalog.campaign(part.campaign());
    return campaign == null ? BenefitName.NEUTRAL : campaign.publicName();
  }

  private static boolean isNamedNotGiven(Entry entry) {
    return entry.request().benefit() != null
        && entry.refusal() == null
        && entry.allocations().isEmpty();
  }

  private void outcome(Entry entry) {
    Refusal refusal = entry.refusal();
    if (entry.named() != null) {
      json.member("original", new TransactionId(entry.named().id()).toString());
    }
    json.member("outcome", refusal == null ? "APPROVED" : "REFUSED");
    if (refusal != null) {
      json.member("refusal", refusal.name());
    }
    json.member("requestId", entry.request().requestId().value());
    json.member("responseCode", refusal == null ? "00" : refusal.responseCode);
    if (refusal != null) {
      json.member("retry", refusal.retry.name());
    }
    json.member("say", say(entry));
  }

  /** The sentence for the cashier, with the next step. */
  private static String say(Entry entry) {
    Refusal refusal = entry.refusal();
    if (refusal != null) {
      return refusal.chinese;
    }
    Fen discount = Fen.of(entry.discountFen());
    String pays = Fen.of(entry.memberPaysFen()).yuan() + "元";
    if (isNamedNotGiven(entry)) {
      return "指定优惠不可用，按原价应收" + pays;
    }
    return switch (entry.request().type()) {
      case SALE, VERIFY -> "已优惠" + discount.yuan() + "元，请收" + pays;
      case HOLD -> "已预留优惠" + discount.yuan() + "元，请完成交易并收" + pays;
      case ADVICE -> "离线消费已登记，按原价" + pays + "，不享受优惠";
      case COMPLETION -> "预留已完成，请收" + pays;
      case RELEASE -> "预留已解除，请勿收款";
      case EXPIRY -> "预留已过期，如需继续请重新扫码";
      case VOID -> "已撤销，请退还会员" + pays;
      case REFUND -> "已退货，请退还会员" + pays;
      case REVERSAL -> sayReversed(entry, pays);
    };
  }

  private static String sayReversed(Entry entry, String pays) {
    return switch (entry.effect()) {
      case NONE -> "已冲正，原交易未生效，无需退款";
      case RETURNED -> "已冲正，请退还会员" + pays;
      case FREED -> "已冲正，预留已解除，请勿收款";
      case UNFINISHED -> "已冲正，预留仍有效，请重新完成或解除";
      case SPENT -> "已冲正，原交易恢复有效，会员应付" + pays;
      case RESERVED -> "已冲正，预留恢复有效，请完成或解除";
      case FINISHED -> throw new IllegalStateException("a reversal finishes nothing");
    };
  }

  private static long given(Entry entry) {
    return signed(entry, entry.discountFen());
  }

  /** Amounts that flow back are negative. */
  private static long signed(Entry entry, long fen) {
    return entry.effect().sign() < 0 ? -fen : fen;
  }
}
