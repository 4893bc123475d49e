package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offer;
import cn.unionecard.gateway.model.Quote;
import java.util.ArrayList;
import java.util.List;

/**
 * What the terminal prints, in field 63.2. There is room for {@value SlipText#TEXT_BYTES_MAX} bytes
 * only: names give way to amounts, and shares that find no room are summed up in one line.
 */
final class Slip {
  private static final int MERCHANT_BYTES = 24;
  private static final int NAME_BYTES = 14;
  private static final int OFFER_BYTES = 24;

  /** The unions' own telephone line for what members want to say. */
  private static final String COMPLAINTS = "投诉12351";

  private Slip() {}

  /** Of a recorded transaction; when it was declined, the sentence for the cashier. */
  static String of(ReceiptFacts facts) {
    if (facts.refusal() != null) {
      return facts.say();
    }
    List<String> head = new ArrayList<>();
    head.add(SlipText.cut(facts.merchant(), MERCHANT_BYTES) + " " + title(facts.type()));
    head.add("原价" + facts.order().yuan());
    List<String> foot = new ArrayList<>();
    foot.add("实付" + facts.payable().yuan());
    if (!facts.cardTail().isEmpty()) {
      foot.add("卡*" + facts.cardTail());
    }
    foot.add("参考号" + facts.id());
    foot.add("回执" + facts.shortCode());
    foot.add(COMPLAINTS);
    int room = SlipText.TEXT_BYTES_MAX - bytes(head) - bytes(foot);
    List<String> lines = new ArrayList<>(head);
    lines.addAll(shares(facts.shares(), room));
    lines.addAll(foot);
    return String.join("\n", lines);
  }

  /** One line for each, as far as there is room for them all; else one for each funder. */
  private static List<String> shares(List<ReceiptFacts.Share> shares, int room) {
    List<String> each = new ArrayList<>();
    long union = 0;
    long merchant = 0;
    for (ReceiptFacts.Share share : shares) {
      each.add(
          funder(share.funder())
              + SlipText.cut(share.name(), NAME_BYTES)
              + less(share.fen().value()));
      if (share.funder().equals("UNION")) {
        union += share.fen().value();
      } else {
        merchant += share.fen().value();
      }
    }
    return bytes(each) <= room ? each : sums(union, merchant);
  }

  private static List<String> sums(long union, long merchant) {
    List<String> sums = new ArrayList<>();
    if (union != 0) {
      sums.add("工会" + less(union));
    }
    if (merchant != 0) {
      sums.add("商户" + less(merchant));
    }
    return sums;
  }

  /** What it takes off the price; what is taken back comes on again. */
  private static String less(long fen) {
    return (fen < 0 ? "+" : "-") + Fen.of(Math.abs(fen)).yuan();
  }

  private static String funder(String name) {
    return name.equals("UNION") ? "工会" : "商户";
  }

  private static String title(String type) {
    return switch (type) {
      case "SALE" -> "消费";
      case "HOLD" -> "预留";
      case "COMPLETION" -> "预留完成";
      case "RELEASE" -> "预留解除";
      case "VOID" -> "撤销";
      case "REFUND" -> "退货";
      case "REVERSAL" -> "冲正";
      case "ADVICE" -> "离线";
      default -> type;
    };
  }

  /** Of what a sale would give: the benefits that apply, the best first. */
  static String of(Quote quote) {
    if (quote.refusal() != null) {
      return quote.refusal().chinese;
    }
    List<String> lines = new ArrayList<>();
    lines.add(quote.holder() + " 卡*" + quote.cardTail());
    lines.add("原价" + quote.order().yuan());
    lines.add("可优惠" + quote.discount().yuan());
    quote.offers().stream()
        .filter(offer -> offer.discount().value() > 0)
        .sorted((a, b) -> Long.compare(b.discount().value(), a.discount().value()))
        .map(Slip::offer)
        .forEach(lines::add);
    return String.join("\n", lines);
  }

  private static String offer(Offer offer) {
    return offer.benefit()
        + " "
        + SlipText.cut(offer.name(), OFFER_BYTES)
        + "-"
        + offer.discount().yuan();
  }

  private static int bytes(List<String> lines) {
    return lines.stream().mapToInt(line -> SlipText.bytes(line) + 1).sum();
  }
}
