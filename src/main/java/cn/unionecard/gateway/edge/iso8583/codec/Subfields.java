package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Masked.Line;
import java.util.ArrayList;
import java.util.List;

/** The parts of composite fields, one line each. */
final class Subfields {
  private Subfields() {}

  /** The parts of a field that is there; none when it is not composite. */
  static List<Line> of(IsoMessage message, int number) {
    return switch (number) {
      case 48 -> field48(message);
      case 54 -> amounts(Field54Amounts.read(message));
      case 59 -> tags(Field59Tags.read(message));
      case 60 -> typeAndBatch(Field60Batch.read(message));
      case 61 -> original(Field61Original.read(message));
      case 63 -> slip(Field63Slip.read(message));
      default -> List.of();
    };
  }

  private static List<Line> field48(IsoMessage message) {
    List<Line> lines = new ArrayList<>();
    if (Totals.isIn(message)) {
      Totals totals = Totals.read(message);
      sums("F48.1", totals.home(), lines);
      sums("F48.2", totals.foreign(), lines);
    } else if (Details.isIn(message)) {
      int no = 0;
      for (Entry entry : Details.read(message).entries()) {
        lines.add(
            new Line("F48." + ++no, "类 kind / 流水 trace / 卡 card / 金额 amount", entry.toString()));
      }
    }
    return lines;
  }

  private static void sums(String path, Sums sums, List<Line> lines) {
    lines.add(new Line(path, "借记 debit", sums.debit().yuan() + " / " + sums.debitCount()));
    lines.add(new Line(path, "贷记 credit", sums.credit().yuan() + " / " + sums.creditCount()));
    lines.add(new Line(path, "平账 flag", Integer.toString(sums.flag())));
  }

  private static List<Line> amounts(Field54Amounts amounts) {
    return List.of(
        new Line("F54.1", "优惠 discount", amounts.discount().yuan()),
        new Line("F54.2", "应付 payable", amounts.payable().yuan()));
  }

  private static List<Line> tags(Field59Tags data) {
    return data.values().entrySet().stream()
        .map(
            tag ->
                new Line(
                    "F59." + tag.getKey(),
                    tagName(tag.getKey()),
                    Masked.tag(tag.getKey(), tag.getValue())))
        .toList();
  }

  private static String tagName(String tag) {
    return switch (tag) {
      case Field59Tags.CODE -> "会员码 member code";
      case Field59Tags.TRANSACTION_ID -> "交易号 transaction";
      case Field59Tags.BENEFIT -> "所选优惠 benefit";
      case Field59Tags.RECEIPT -> "回执短码 receipt";
      case Field59Tags.COUNTER -> "离线计数 offline counter";
      case Field59Tags.WITHOUT -> "无优惠时 A按原价 R拒绝 without the benefit";
      case Field59Tags.LINES -> "标记商品行 marked lines";
      case Field59Tags.ONLY_BENEFIT -> "只退此项优惠 this benefit alone";
      case Field59Tags.ONLY_LINES -> "只退此类商品行 lines of this mark alone";
      case Field59Tags.RATING -> "评价 stars, quality, service, after-sales";
      default -> "";
    };
  }

  private static List<Line> typeAndBatch(Field60Batch parts) {
    List<Line> lines = new ArrayList<>();
    part(lines, "F60.1", "交易类型 type", parts.type(), 2);
    part(lines, "F60.2", "批次号 batch", parts.batch(), 6);
    part(lines, "F60.3", "网络管理码 network code", parts.networkCode(), 3);
    part(lines, "F60.4", "终端能力 ability", parts.ability(), 1);
    part(lines, "F60.5", "IC卡条件 chip condition", parts.chipCondition(), 1);
    return lines;
  }

  private static List<Line> original(Field61Original original) {
    List<Line> lines = new ArrayList<>();
    part(lines, "F61.1", "原批次号 batch", original.batch(), 6);
    part(lines, "F61.2", "原流水号 trace", original.trace(), 6);
    if (original.date() != Field61Original.NO_DATE) {
      part(lines, "F61.3", "原日期 date", original.date(), 4);
    }
    return lines;
  }

  private static void part(List<Line> lines, String path, String name, int value, int digits) {
    if (value != Field60Batch.ABSENT) {
      lines.add(new Line(path, name, Digits.of(path, value, digits)));
    }
  }

  private static List<Line> slip(Field63Slip slip) {
    return List.of(
        new Line("F63.1", "操作员 operator", slip.operator()),
        new Line("F63.2", "凭条 slip", slip.text()));
  }
}
