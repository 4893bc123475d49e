package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a terminal asks for: a line of the profile's table for each. */
public enum Kind {
  SIGN_ON(0x0800, Kind.ANY, Kind.ANY, 0, Set.of(), "签到", "sign on"),
  SIGN_OFF(0x0820, Kind.ANY, Kind.ANY, 0, Set.of(2), "签退", "sign off"),
  ECHO(
      0x0820,
      Kind.ANY,
      Kind.ANY,
      0,
      Set.of(301),
      "让终端空闲，待其回响测试",
      "leave the terminal alone until it echoes"),
  STATUS(0x0820, Kind.ANY, Kind.ANY, 0, Set.of(362), "状态查询", "ask for the status"),

  VERIFY(0x0200, 310000, 0, 1, Set.of(), "验证一个会员码", "verify a code"),
  SALE(0x0200, 0, 0, 22, Set.of(), "做一笔消费", "make a sale"),
  VOID(0x0200, 200000, 0, 23, Set.of(), "撤销本批一笔消费", "void a sale of this batch"),
  COMPLETION(0x0200, 0, 6, 20, Set.of(), "做一笔预授权并完成", "make a hold and complete it"),
  HOLD(0x0100, 30000, 6, 10, Set.of(), "做一笔预授权", "make a hold"),
  RELEASE(0x0100, 200000, 6, 11, Set.of(), "做一笔预授权并撤销", "make a hold and release it"),
  REFUND(0x0220, 200000, 0, 25, Set.of(), "退一笔消费的一部分", "refund a part of a sale"),
  ADVICE(0x0220, 0, 0, 30, Set.of(), "补报一笔离线消费", "report a sale made offline"),
  REVERSAL(
      0x0400, Kind.ANY, Kind.ANY, Kind.ANY, Set.of(), "做一笔消费，使其冲正", "make a sale that is reversed"),

  RATING(
      0x0620,
      Kind.ANY,
      Kind.ANY,
      0,
      Set.of(401),
      "做一笔消费并按评价器",
      "make a sale and press the rating keys"),

  TOTALS(0x0500, Kind.ANY, Kind.ANY, 0, Set.of(201), "批结算", "close the batch"),
  LIST(0x0320, Kind.ANY, Kind.ANY, 0, Set.of(201), "批结算", "close the batch"),
  END(0x0320, Kind.ANY, Kind.ANY, 0, Set.of(202, 207), "批结算", "close the batch");

  /** Where the message does not say, or it looks like its original. */
  private static final int ANY = -1;

  private static final Set<Kind> BATCH = Set.of(TOTALS, LIST, END);
  private static final Set<Kind> ABOUT_ITSELF = Set.of(SIGN_ON, SIGN_OFF, ECHO, STATUS, RATING);

  private final int mti;
  private final int processing;
  private final int condition;
  private final int type;
  private final Set<Integer> networks;

  /** What the cashier does for it. */
  final Words todo;

  /**
   * @param processing field 3
   * @param condition field 25
   * @param type field 60.1
   * @param networks what field 60.3 may be; empty where it does not matter
   */
  Kind(
      int mti,
      int processing,
      int condition,
      int type,
      Set<Integer> networks,
      String todo,
      String todoEnglish) {
    this.mti = mti;
    this.processing = processing;
    this.condition = condition;
    this.type = type;
    this.networks = networks;
    this.todo = new Words(todo, todoEnglish);
  }

  /** By MTI and field 60; null when the profile has no such message. */
  static @Nullable Kind of(IsoMessage message, Field60Batch f60) {
    for (Kind each : values()) {
      if (each.mti == message.type()
          && (each.type == ANY || each.type == f60.type())
          && (each.networks.isEmpty() || each.networks.contains(f60.networkCode()))) {
        return each;
      }
    }
    return null;
  }

  /** Totals, list and its end. */
  boolean isOfBatch() {
    return BATCH.contains(this);
  }

  /** Whether it asks for something new, or reports it. */
  boolean isPurchase() {
    return this != REVERSAL && !isOfBatch() && !ABOUT_ITSELF.contains(this);
  }

  /** Whether the original says it. */
  boolean mayLeaveOutTheAmount() {
    return this == VOID || this == COMPLETION || this == RELEASE;
  }

  /** What is wrong with fields 3 and 25, or null. */
  @Nullable String wrong(IsoMessage message) {
    String said = wrong(message, 3, processing, "%06d");
    return said == null ? wrong(message, 25, condition, "%02d") : said;
  }

  private static @Nullable String wrong(IsoMessage message, int field, int must, String format) {
    return must == ANY
        ? null
        : Profile.is(message, field, String.format(Locale.ROOT, format, must));
  }
}
