package cn.unionecard.gateway.cli.certify;

import cn.unionecard.gateway.edge.iso8583.FormatError;
import cn.unionecard.gateway.edge.iso8583.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.QrData;
import cn.unionecard.gateway.edge.iso8583.Totals;
import cn.unionecard.gateway.edge.iso8583.TypeAndBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Watches what one terminal asks and what it is answered, says what becomes of each reply on its
 * way, and decides the cases.
 */
final class Judge {
  /** What happens to a reply on its way to the terminal. */
  enum Fate {
    AS_IT_IS,
    LOST,
    WRONG_MAC,
    SPLIT
  }

  private static final Set<Integer> MONEY = Set.of(0x0100, 0x0200, 0x0220, 0x0400);
  private static final int[] SALE_FIELDS = {3, 4, 11, 25, 41, 42, 49, 59, 60, 64};
  private static final int SALE = 22;
  private static final int VOID = 23;
  private static final int REFUND = 25;
  private static final int OFFLINE = 30;
  private static final int SIGN_OFF = 2;

  private final Verdicts verdicts;

  /** Requests by batch and trace, with what they were. */
  private final Map<String, String> used = new HashMap<>();

  private final List<Long> counters = new ArrayList<>();
  private @Nullable Asked spoiled;
  private @Nullable Case spoiledFor;
  private boolean signedOn;
  private boolean reversalLost;
  private int sales;

  Judge(Verdicts verdicts) {
    this.verdicts = verdicts;
  }

  /** What of a request is remembered. */
  private record Asked(int mti, int kind, String key, long fen) {
    static Asked of(IsoMessage message) {
      TypeAndBatch f60 = TypeAndBatch.read(message);
      return new Asked(
          message.mti(),
          f60.type(),
          f60.batch() + "/" + message.number(11),
          message.has(4) ? message.number(4) : 0);
    }

    String content() {
      return mti + "/" + kind + "/" + fen;
    }
  }

  /** The terminal asks. */
  void asked(IsoMessage message) {
    Asked asked = Asked.of(message);
    if (MONEY.contains(asked.mti)) {
      afterSpoiledReply(asked);
    }
    if (asked.mti != 0x0400 && asked.mti != 0x0800) {
      String before = used.putIfAbsent(asked.key, asked.content());
      if (before != null && !before.equals(asked.content())) {
        verdicts.fail(Case.TRACES, "batch/trace " + asked.key + " was used for something else");
      }
    }
    if (asked.mti == 0x0200 && asked.kind == SALE && verdicts.isOpen(Case.FIELDS)) {
      fields(message);
    }
  }

  private void fields(IsoMessage sale) {
    List<String> missing = new ArrayList<>();
    for (int field : SALE_FIELDS) {
      if (!sale.has(field)) {
        missing.add("F" + field);
      }
    }
    if (missing.isEmpty()) {
      verdicts.pass(Case.FIELDS, "all are there");
    } else {
      verdicts.fail(Case.FIELDS, "missing: " + String.join(" ", missing));
    }
  }

  /** After a reply that it cannot have accepted, a terminal reverses or repeats, nothing else. */
  private void afterSpoiledReply(Asked asked) {
    Asked before = spoiled;
    Case which = spoiledFor;
    if (before == null || which == null) {
      return;
    }
    boolean same = asked.key.equals(before.key) && asked.fen == before.fen;
    boolean undone = same && asked.mti == 0x0400;
    boolean repeated = same && asked.mti == before.mti;
    if (which == Case.SPLIT_REPLY) {
      settle(which, !same, same ? "it was reversed or sent again" : "it was accepted");
    } else if (which == Case.LOST_REVERSAL) {
      settle(which, undone, undone ? "it was sent again" : "something else came: " + asked);
    } else {
      settle(
          which,
          undone || repeated,
          undone ? "it was reversed" : repeated ? "it was sent again" : "then came " + asked);
    }
  }

  private void settle(Case which, boolean good, String because) {
    spoiled = null;
    spoiledFor = null;
    if (good) {
      verdicts.pass(which, because);
    } else {
      verdicts.fail(which, because);
    }
  }

  /** The gateway answers; what becomes of it. */
  Fate answered(IsoMessage reply) {
    Asked asked = Asked.of(reply);
    String code = reply.text(39);
    boolean approved = code.equals("00");
    if (signedOn && (code.equals("A0") || code.equals("99"))) {
      verdicts.fail(Case.SIGN_ON, "after the sign-on field 39 was " + code);
    }
    return switch (reply.mti()) {
      case 0x0810 -> {
        signedOn |= approved;
        yield Fate.AS_IT_IS;
      }
      case 0x0210 -> approved ? purchase(asked) : Fate.AS_IT_IS;
      case 0x0230 -> approved ? later(asked) : Fate.AS_IT_IS;
      case 0x0410 -> reversal(asked, approved);
      case 0x0510 -> {
        closed(reply, approved);
        yield Fate.AS_IT_IS;
      }
      case 0x0830 -> {
        if (approved && TypeAndBatch.read(reply).networkCode() == SIGN_OFF) {
          verdicts.pass(Case.SIGN_OFF, "answered");
        }
        yield Fate.AS_IT_IS;
      }
      default -> Fate.AS_IT_IS;
    };
  }

  private Fate purchase(Asked asked) {
    if (signedOn) {
      verdicts.pass(Case.SIGN_ON, "and its MAC was right");
    }
    if (asked.kind == VOID) {
      verdicts.pass(Case.VOID, "approved");
    }
    if (asked.kind != SALE) {
      return Fate.AS_IT_IS;
    }
    sales++;
    if (sales == 1) {
      verdicts.pass(Case.SALE, "approved");
      return Fate.AS_IT_IS;
    }
    if (verdicts.isOpen(Case.LOST_REPLY)) {
      return spoil(Case.LOST_REPLY, asked, Fate.LOST);
    }
    if (verdicts.isOpen(Case.WRONG_MAC)) {
      return spoil(Case.WRONG_MAC, asked, Fate.WRONG_MAC);
    }
    if (verdicts.isOpen(Case.SPLIT_REPLY)) {
      return spoil(Case.SPLIT_REPLY, asked, Fate.SPLIT);
    }
    return Fate.AS_IT_IS;
  }

  /** The reply's type stands in the request's place: 0210 answers 0200. */
  private Fate spoil(Case which, Asked reply, Fate fate) {
    spoiled = new Asked(reply.mti - 0x10, reply.kind, reply.key, reply.fen);
    spoiledFor = which;
    verdicts.note(
        switch (fate) {
          case LOST -> "（应答已丢弃 the reply was lost）";
          case WRONG_MAC -> "（应答MAC已改错 the reply's MAC was altered）";
          case SPLIT -> "（应答逐字节送达 the reply comes byte by byte）";
          case AS_IT_IS -> "";
        });
    return fate;
  }

  private Fate reversal(Asked asked, boolean approved) {
    if (approved && !reversalLost && verdicts.isOpen(Case.LOST_REVERSAL)) {
      reversalLost = true;
      return spoil(Case.LOST_REVERSAL, asked, Fate.LOST);
    }
    return Fate.AS_IT_IS;
  }

  private Fate later(Asked asked) {
    if (asked.kind == REFUND) {
      verdicts.pass(Case.REFUND, "approved");
    }
    return Fate.AS_IT_IS;
  }

  /** Counters are the request's; called for each advice before it is forwarded. */
  void offline(IsoMessage advice) {
    if (advice.mti() != 0x0220 || TypeAndBatch.read(advice).type() != OFFLINE) {
      return;
    }
    try {
      String counter = QrData.read(advice).get(QrData.COUNTER);
      if (counter == null) {
        verdicts.fail(Case.OFFLINE, "an offline sale has no counter (F59 A7)");
        return;
      }
      counters.add(Long.parseLong(counter));
    } catch (FormatError | NumberFormatException e) {
      verdicts.fail(Case.OFFLINE, "field 59: " + e.getMessage());
      return;
    }
    int last = counters.size() - 1;
    if (last > 0) {
      long step = counters.get(last) - counters.get(last - 1);
      if (step == 1) {
        verdicts.pass(Case.OFFLINE, "in order, one by one");
      } else if (step != 0) {
        verdicts.fail(Case.OFFLINE, "the counter went on by " + step);
      }
    }
  }

  private void closed(IsoMessage reply, boolean approved) {
    if (!approved) {
      return;
    }
    verdicts.pass(Case.TRACES, "none in this batch");
    if (reply.has(48)) {
      boolean balanced = Totals.read(reply).home().flag() == Totals.Sums.BALANCED;
      if (balanced) {
        verdicts.pass(Case.BATCH_CLOSE, "balanced");
      } else {
        verdicts.fail(Case.BATCH_CLOSE, "the gateway counted otherwise");
      }
    }
  }
}
