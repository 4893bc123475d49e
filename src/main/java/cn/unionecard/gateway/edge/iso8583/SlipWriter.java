package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.Gbk;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offer;
import cn.unionecard.gateway.model.Quote;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the terminal prints, in field 63.2. There is room for {@value Field63Slip#TEXT_BYTES_MAX}
 * bytes only: names give way to amounts. The lines are the same for every member, whatever he was
 * given.
 */
final class SlipWriter {
  private static final int MERCHANT_BYTES = 24;
  private static final int NAME_BYTES = 24;
  private static final int OFFER_BYTES = 24;

  /** The unions' own telephone line for what members want to say. */
  private static final String COMPLAINTS = "投诉12351";

  private SlipWriter() {}

  /** Of a recorded transaction; when it was declined, the sentence for the cashier. */
  static String of(ReceiptFacts facts) {
    if (facts.refusal() != null) {
      return facts.say();
    }
    List<String> head = new ArrayList<>();
    head.add(Gbk.cut(facts.merchant(), MERCHANT_BYTES) + " " + title(facts.type()));
    head.add("原价" + facts.order().yuan());
    List<String> foot = new ArrayList<>();
    foot.add("实付" + facts.payable().yuan());
    if (!facts.cardTail().isEmpty()) {
      foot.add("卡*" + facts.cardTail());
    }
    foot.add("参考号" + facts.id());
    foot.add("回执" + facts.shortCode());
    foot.add(COMPLAINTS);
    // what is taken off the price, and comes on again when it is taken back
    String less = (facts.order().value() < 0 ? "+" : "-") + yuan(facts.discount());
    int room = Field63Slip.TEXT_BYTES_MAX - bytes(head) - bytes(foot) - Gbk.length(less);
    List<String> lines = new ArrayList<>(head);
    lines.add(Gbk.cut(facts.benefitName(), Math.min(NAME_BYTES, room)) + less);
    lines.addAll(foot);
    return String.join("\n", lines);
  }

  private static String yuan(Fen amount) {
    return Fen.of(Math.abs(amount.value())).yuan();
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

  /** Of what a sale would give: the sum, then what may be named, the best first. */
  static String of(Quote quote) {
    if (quote.refusal() != null) {
      return quote.refusal().chinese;
    }
    List<String> lines = new ArrayList<>();
    lines.add(Gbk.line(quote.holder()) + " 卡*" + quote.cardTail());
    lines.add("原价" + quote.order().yuan());
    lines.add("可优惠" + quote.discount().yuan());
    lines.add(Gbk.cut(quote.benefitName(), NAME_BYTES));
    quote.offers().stream()
        .sorted(Comparator.comparing(Offer::discount).reversed())
        .map(SlipWriter::offer)
        .forEach(lines::add);
    return String.join("\n", lines);
  }

  private static String offer(Offer offer) {
    return offer.benefit()
        + " "
        + Gbk.cut(offer.name(), OFFER_BYTES)
        + "-"
        + yuan(offer.discount());
  }

  private static int bytes(List<String> lines) {
    return lines.stream().mapToInt(line -> Gbk.length(line) + 1).sum();
  }
}
