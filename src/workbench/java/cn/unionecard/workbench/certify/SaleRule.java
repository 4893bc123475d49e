package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.workbench.pos.PosIdentity;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A sale as the profile has it, trace numbers, void, refund of a part. */
final class SaleRule implements Rule {
  /** Answers that say that the original was named wrongly, or not at all. */
  private static final Set<String> NAMED_WRONGLY = Set.of("25", "30", "40", "64");

  private static final int QR = 3;

  private final CaseResults results;
  private final PosIdentity terminal;

  /** By key. */
  private final Map<String, Seen> used = new HashMap<>();

  /** Amounts of approved sales by their ids, for refunds. */
  private final Map<String, Long> sold = new HashMap<>();

  private int batch;

  SaleRule(CaseResults results, PosIdentity terminal) {
    this.results = results;
    this.terminal = terminal;
  }

  @Override
  public void asked(Seen request) {
    if (request.isPurchase()) {
      Seen before = used.putIfAbsent(request.key(), request);
      if (before != null && !before.repeats(request)) {
        results.decide(
            Case.TRACES,
            false,
            new Words(
                request.key() + " 先用于 " + before + "，又用于另一笔 " + request,
                request.key() + " was " + before + ", then another " + request));
      }
    }
    if (request.isSale() && results.isOpen(Case.SALE)) {
      String wrong = wrong(request);
      if (wrong != null) {
        results.decide(Case.SALE, false, new Words("域有误", wrong));
      }
    }
  }

  /** What is not as the profile says, or null. */
  private @Nullable String wrong(Seen sale) {
    IsoMessage message = sale.message();
    try {
      String code = Field59Tags.read(message).get(Field59Tags.CODE);
      return first(
          is(message, 3, "000000"),
          message.number(4) > 0 ? null : "F4 is zero",
          message.number(11) > 0 ? null : "F11 is zero",
          !message.has(22) || message.number(22) / 10 == QR ? null : "F22 must begin with 03 (QR)",
          is(message, 25, "00"),
          is(message, 41, terminal.terminal().value()),
          is(message, 42, terminal.merchant()),
          is(message, 49, "156"),
          code != null && !code.isBlank() ? null : "F59 has no code (A3)",
          sale.f60().batch() == batch
              ? null
              : String.format(Locale.ROOT, "F60.2 must be the batch of the sign-on, %06d", batch));
    } catch (FormatError e) {
      return e.getMessage();
    }
  }

  private static @Nullable String is(IsoMessage message, int field, String must) {
    String found = message.text(field);
    return found.equals(must) ? null : "F" + field + " is " + found + ", must be " + must;
  }

  private static @Nullable String first(@Nullable String... complaints) {
    for (String each : complaints) {
      if (each != null) {
        return each;
      }
    }
    return null;
  }

  @Override
  public void answered(Seen request, Seen reply) {
    if (request.mti() == Seen.SIGN_ON && reply.approved()) {
      batch = reply.f60().batch();
    } else if (request.isSale() && reply.approved()) {
      sold(request, reply);
    } else if (request.is(0x0200, Seen.VOID)) {
      undone(Case.VOID, request, reply);
    } else if (request.is(0x0220, Seen.REFUND)) {
      undone(Case.REFUND, request, reply);
    } else if (request.mti() == 0x0500 && reply.approved()) {
      results.decide(
          Case.TRACES,
          true,
          new Words(
              used.size() + " 个流水号各用一次", used.size() + " trace numbers, each for one request"));
    }
  }

  private void sold(Seen sale, Seen reply) {
    results.decide(Case.SALE, true, new Words(sale + " 已批准", sale + " approved"));
    if (reply.message().has(37)) {
      sold.put(reply.message().text(37), sale.fen());
    }
  }

  private void undone(Case which, Seen request, Seen reply) {
    String code = reply.message().text(39);
    Words saw = new Words(request + " 应答 " + code, request + " was answered " + code);
    if (NAMED_WRONGLY.contains(code)) {
      results.decide(which, false, saw);
    } else if (!reply.approved()) {
      results.note(saw);
    } else if (which == Case.REFUND && isWhole(request)) {
      results.note(new Words("整笔退货已受理，请只退一部分", "that was the whole sale; refund a part of one"));
    } else {
      results.decide(which, true, saw);
    }
  }

  private boolean isWhole(Seen refund) {
    String id = refund.tag(Field59Tags.TRANSACTION_ID);
    if (id == null && refund.message().has(37)) {
      id = refund.message().text(37);
    }
    return id != null && sold.getOrDefault(id, Long.MAX_VALUE) <= refund.fen();
  }
}
