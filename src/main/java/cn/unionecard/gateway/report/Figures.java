package cn.unionecard.gateway.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of a line, as a table: each one's name, unit and title, in the order of the columns.
 * A name is the path in the JSON document, by dots.
 */
final class Figures {
  /** How a number is meant. */
  enum Unit {
    COUNT,
    FEN,
    /** Thousandths of a whole. */
    PERMILLE,
    /** Hundredths of a star. */
    STARS,
    /** Milliseconds of something that takes days. */
    LONG_MS,
    /** Milliseconds of something that should take none. */
    SHORT_MS
  }

  /**
   * One figure.
   *
   * @param title Chinese with English
   */
  record Figure(String name, Unit unit, String title) {
    /** Whether it is not there where nothing was counted: the middle of nothing is not zero. */
    boolean mayBeAbsent() {
      return unit == Unit.LONG_MS || unit == Unit.SHORT_MS || unit == Unit.STARS;
    }
  }

  /** States of merchants, in the order of a merchant's life. */
  static final Map<String, String> STATES =
      titles(
          "RECOMMENDED", "推介 recommended",
          "NEGOTIATING", "洽谈 negotiating",
          "SIGNED", "签约 signed",
          "APPLIED", "进件 applied",
          "DUE_DILIGENCE", "尽职调查 due diligence",
          "APPROVED", "已审批 approved",
          "LIVE", "营业 live",
          "RECTIFYING", "整改 rectifying",
          "SUSPENDED", "中止 suspended",
          "TERMINATED", "终止 terminated");

  /** The states in which a merchant sells. */
  static final List<String> TRADING = List.of("LIVE", "RECTIFYING");

  /** 吃住行游购娱. */
  static final Map<String, String> CATEGORIES =
      titles(
          "EAT", "吃 eat",
          "STAY", "住 stay",
          "TRANSPORT", "行 transport",
          "TOUR", "游 tour",
          "SHOP", "购 shop",
          "ENTERTAIN", "娱 entertain");

  static final Map<String, String> FUNDERS =
      titles("UNION", "工会出资 by unions", "MERCHANT", "商户让利 by merchants");

  /** Transactions by what they did: sold, took back, and took such an undoing back. */
  static final Map<String, String> MOVES =
      titles("transactions", "交易 transactions", "undone", "撤销退货 undone", "restored", "恢复 restored");

  /** How something is sold. */
  static final Map<String, String> SCENES =
      titles(
          "OFFLINE_POS", "线下收银 at a till",
          "QR_STATIC", "静态码 printed code",
          "ONLINE_MALL", "网上商城 online mall");

  /** What is mandatory to rate besides the stars. */
  static final Map<String, String> DIMENSIONS =
      titles("quality", "品控 quality", "service", "服务 service", "afterSales", "售后 after-sales");

  /** Kinds of complaints of the open lane. */
  static final Map<String, String> KINDS =
      titles(
          "QUALITY", "品控 quality",
          "SERVICE", "服务 service",
          "AFTER_SALES", "售后 after-sales",
          "MONEY", "结算 money",
          "LABOUR", "职工权益 labour",
          "PRIVACY", "个人信息 privacy");

  static final Map<String, String> STAGES =
      titles("WARN", "预警 warned", "RECTIFY", "责令整改 rectification", "SUSPEND", "中止 suspension");

  static final List<Figure> ALL = all();

  private Figures() {}

  private static Map<String, String> titles(String... namesAndTitles) {
    Map<String, String> titles = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTitles.length; i += 2) {
      titles.put(namesAndTitles[i], namesAndTitles[i + 1]);
    }
    return Collections.unmodifiableMap(titles);
  }

  private static List<Figure> all() {
    List<Figure> all = new ArrayList<>();
    merchants(all);
    MOVES.forEach((move, title) -> moved(all, move, title));
    reviews(all);
    complaints(all);
    STAGES.forEach(
        (stage, title) -> add(all, "supervision.decisions." + stage, Unit.COUNT, "监管 " + title));
    times(all, "supervision.timeToEffect", Unit.SHORT_MS, "触发至生效 to effect");
    return List.copyOf(all);
  }

  private static void merchants(List<Figure> all) {
    add(all, "merchants.total", Unit.COUNT, "商户 merchants");
    add(all, "merchants.trading", Unit.COUNT, "可收银商户 merchants selling");
    STATES.forEach((state, title) -> add(all, "merchants.byState." + state, Unit.COUNT, title));
    CATEGORIES.forEach(
        (category, title) -> {
          String name = "merchants.byCategory." + category;
          add(all, name + ".total", Unit.COUNT, title);
          add(all, name + ".trading", Unit.COUNT, title + "，可收银 selling");
        });
  }

  private static void moved(List<Figure> all, String move, String title) {
    add(all, move + ".count", Unit.COUNT, title + "：笔数 count");
    add(all, move + ".grossFen", Unit.FEN, title + "：总额 gross");
    FUNDERS.forEach(
        (funder, by) -> add(all, move + ".discountFen." + funder, Unit.FEN, title + "：" + by));
    SCENES.forEach(
        (scene, how) -> {
          String name = move + ".byScene." + scene;
          add(all, name + ".count", Unit.COUNT, title + "，" + how + "：笔数 count");
          add(all, name + ".grossFen", Unit.FEN, title + "，" + how + "：总额 gross");
          add(all, name + ".discountFen", Unit.FEN, title + "，" + how + "：优惠 discount");
        });
  }

  private static void reviews(List<Figure> all) {
    add(all, "reviews.count", Unit.COUNT, "评价 reviews");
    add(all, "reviews.bad", Unit.COUNT, "差评 bad");
    add(all, "reviews.badPermille", Unit.PERMILLE, "差评率 bad share");
    add(all, "reviews.stars", Unit.STARS, "平均星级 average stars");
    DIMENSIONS.forEach(
        (dimension, title) -> {
          add(all, "reviews." + dimension + ".bad", Unit.COUNT, title + "：差评 bad");
          add(all, "reviews." + dimension + ".stars", Unit.STARS, title + "：平均 average");
        });
  }

  private static void complaints(List<Figure> all) {
    add(all, "complaints.opened", Unit.COUNT, "投诉：新增 opened");
    add(all, "complaints.closed", Unit.COUNT, "投诉：办结 closed");
    add(all, "complaints.withdrawn", Unit.COUNT, "投诉：撤回 withdrawn");
    add(all, "complaints.escalated", Unit.COUNT, "投诉：上报次数 escalations");
    add(all, "complaints.missed", Unit.COUNT, "投诉：期内曾超时 missed a deadline");
    add(all, "complaints.open", Unit.COUNT, "投诉：期末在办 open at the end");
    add(all, "complaints.overdue", Unit.COUNT, "投诉：期末超时 overdue at the end");
    KINDS.forEach(
        (kind, title) -> {
          String name = "complaints.byKind." + kind;
          add(all, name + ".opened", Unit.COUNT, title + "：新增 opened");
          add(all, name + ".closed", Unit.COUNT, title + "：办结 closed");
          add(all, name + ".overdue", Unit.COUNT, title + "：期末超时 overdue");
        });
    times(all, "complaints.timeToAccept", Unit.LONG_MS, "受理用时 to acceptance");
    times(all, "complaints.timeToAnswer", Unit.LONG_MS, "答复用时 to the answer");
  }

  private static void times(List<Figure> all, String name, Unit unit, String title) {
    add(all, name + ".count", Unit.COUNT, title + "：件数 count");
    add(all, name + ".medianMs", unit, title + "：中位 median");
    add(all, name + ".p90Ms", unit, title + "：九成 90 %");
  }

  private static void add(List<Figure> all, String name, Unit unit, String title) {
    all.add(new Figure(name, unit, title));
  }
}
