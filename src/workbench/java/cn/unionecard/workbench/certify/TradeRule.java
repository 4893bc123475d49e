package cn.unionecard.workbench.certify;

import cn.unionecard.workbench.certify.CaseResult.State;
import cn.unionecard.workbench.pos.PosIdentity;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Requests as the profile has them, their trace numbers, and whether originals were named well. */
final class TradeRule implements Rule {
  /** The case that judges the fields of a kind. */
  private static final Map<Kind, Case> JUDGED =
      Map.of(
          Kind.SALE, Case.SALE,
          Kind.VOID, Case.VOID,
          Kind.REFUND, Case.REFUND,
          Kind.HOLD, Case.HOLD,
          Kind.COMPLETION, Case.COMPLETION,
          Kind.RELEASE, Case.RELEASE,
          Kind.RATING, Case.RATING,
          Kind.ADVICE, Case.OFFLINE);

  /** Answers that say that the original was named wrongly, or not at all, or a field is wrong. */
  private static final Set<String> WRONG = Set.of("25", "30", "40", "64");

  /** The same of an offline sale: a benefit was named, or a limit passed. */
  private static final Set<String> BEYOND = Set.of("30", "40", "57", "61", "65");

  /** Fields of bank cards that hold secrets; 45 is not even in the profile. */
  private static final int[] CARD = {2, 35, 36, 52, 55};

  private static final String UNKNOWN_TRACK = "F45";

  /** What fills a field that says nothing. */
  private static final String FILLER = "[0Ff ]*";

  private final CaseResults results;
  private final Profile profile;

  /** By key. */
  private final Map<String, Seen> used = new HashMap<>();

  /** Amounts of approved sales by their ids and keys, for refunds. */
  private final Map<String, Long> sold = new HashMap<>();

  private int batch;

  TradeRule(CaseResults results, PosIdentity terminal) {
    this.results = results;
    this.profile = new Profile(terminal);
  }

  @Override
  public void asked(Seen request) {
    for (int field : CARD) {
      if (!request.text(field).matches(FILLER)) {
        cardData("F" + field);
      }
    }
    Kind kind = request.kind();
    Case judged = kind == null ? null : JUDGED.get(kind);
    if (kind == null || judged == null) {
      return;
    }
    String wrong = request.again() ? null : profile.wrong(request, kind, batch);
    if (wrong != null) {
      results.decide(judged, false, new Words(request + " 域有误", wrong));
    }
    if (request.isPurchase()) {
      trace(request);
    }
  }

  /** A request has a field that the profile has not. */
  void unreadable(String field) {
    if (field.equals(UNKNOWN_TRACK)) {
      cardData(field);
    }
  }

  private void cardData(String field) {
    results.decide(
        Case.CARD_DATA,
        false,
        new Words(field + " 有内容（不显示）", field + " has something in it, which is not shown"));
  }

  private void trace(Seen request) {
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

  @Override
  public void answered(Seen request, Seen reply) {
    Kind kind = request.kind();
    if (kind == null) {
      return;
    }
    switch (kind) {
      case SIGN_ON -> batch = reply.approved() ? reply.batch() : batch;
      case SALE -> sold(request, reply);
      case ADVICE -> {
        if (BEYOND.contains(reply.text(39))) {
          results.decide(Case.OFFLINE, false, said(request, reply));
        }
      }
      case VOID, REFUND, HOLD, COMPLETION, RELEASE, RATING -> done(request, reply, kind);
      case TOTALS -> {
        if (reply.approved() && !sold.isEmpty()) {
          traces();
        }
      }
      default -> {}
    }
  }

  private void traces() {
    results.decide(
        Case.TRACES,
        true,
        new Words(used.size() + " 个流水号各用一次", used.size() + " trace numbers, each for one request"));
  }

  private void sold(Seen sale, Seen reply) {
    if (reply.approved()) {
      results.decide(Case.SALE, true, new Words(sale + " 已批准", sale + " approved"));
      results.decide(Case.CARD_DATA, true, new Words("没有卡数据", "no card data"));
      sold.put(reply.text(37), sale.fen());
      sold.put(sale.key(), sale.fen());
    }
  }

  private static Words said(Seen request, Seen reply) {
    String code = reply.text(39);
    return new Words(request + " 应答 " + code, request + " was answered " + code);
  }

  private void done(Seen request, Seen reply, Kind kind) {
    Case judged = JUDGED.getOrDefault(kind, Case.SALE);
    Words saw = said(request, reply);
    if (WRONG.contains(reply.text(39))) {
      results.decide(judged, CaseResult.watched(State.FAIL, saw));
    } else if (!reply.approved()) {
      results.note(saw);
    } else if (judged == Case.REFUND && isWhole(request)) {
      results.note(new Words("整笔退货已受理，请只退一部分", "that was the whole sale; refund a part of one"));
    } else {
      results.decide(judged, true, saw);
    }
  }

  private boolean isWhole(Seen refund) {
    return sold.getOrDefault(refund.original(), Long.MAX_VALUE) <= refund.fen();
  }
}
