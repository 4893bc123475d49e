package cn.unionecard.gateway.twin;

import cn.unionecard.gateway.model.TransactionType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What happens in one street, at random, the same for the same seed: sequences of a few requests
 * around one or two cards. Some follow what earlier sequences left behind.
 */
final class Shifts {
  private static final int REMEMBERED = 16;
  private static final int STEPS_MAX = 7;

  /** Cards that come again on the next day. */
  private static final int COME_AGAIN = 40;

  private static final long[] AMOUNTS = {
    1, 99, 100, 1_000, 3_333, 5_000, 7_777, 10_050, 12_800, 20_000, 49_999, 60_000
  };

  private static final String[] MARKS = {"GATE", "GATE", "GATE", "GOODS", "NOTHING"};

  private final Random random;
  private final TwinTown town;
  private final TwinClock clock;
  private final int street;
  private final int[] batches = new int[5];
  private final long[] counters = new long[5];
  private final List<Ask> before = new ArrayList<>();
  private final List<Ask> today = new ArrayList<>();
  private List<Ask> earlier = List.of();
  private int trace;
  private int card;

  Shifts(TwinTown town, TwinClock clock, int street, long seed) {
    this.random = new Random(seed + street);
    this.town = town;
    this.clock = clock;
    this.street = street;
    Arrays.fill(batches, 1);
  }

  /** Requests of the next sequence. */
  List<Ask> next() {
    card += 1 + random.nextInt(2);
    List<Ask> sequence = new ArrayList<>();
    for (int steps = 1 + random.nextInt(STEPS_MAX); steps > 0; steps--) {
      Ask ask = step();
      sequence.add(ask);
      remember(ask);
    }
    return sequence;
  }

  /** Some people of today come again, and what they bought is brought back. */
  void nextDay() {
    card = Math.max(0, card - COME_AGAIN);
    earlier = List.copyOf(today);
    today.clear();
  }

  private void remember(Ask ask) {
    before.add(ask);
    if (ask.type() == TransactionType.SALE || ask.type() == TransactionType.HOLD) {
      today.add(ask);
    }
    if (before.size() > REMEMBERED) {
      before.remove(0);
    }
  }

  private Ask step() {
    int dice = random.nextInt(100);
    if (before.isEmpty() || dice < 30) {
      return sale(TransactionType.SALE);
    } else if (dice < 38) {
      return sale(TransactionType.VERIFY);
    } else if (dice < 48) {
      return sale(TransactionType.HOLD);
    } else if (dice < 54) {
      return advice();
    } else if (dice < 60) {
      return keyed(any(random.nextInt(4) == 0 ? 0 : 1)); // exactly as before
    } else if (dice < 63) {
      return keyed(any(1)).of(amount());
    } else if (dice < 72) {
      return reversal();
    }
    return following(
        switch (random.nextInt(7)) {
          case 0 -> TransactionType.RELEASE;
          case 1, 2 -> TransactionType.COMPLETION;
          case 3, 4 -> TransactionType.VOID;
          default -> TransactionType.REFUND;
        });
  }

  /** A repeat needs something that has a key of its own. */
  private Ask keyed(Ask candidate) {
    return candidate.type() == TransactionType.VERIFY ? sale(TransactionType.SALE) : candidate;
  }

  private Ask any(int fromEnd) {
    return fromEnd == 1 && before.size() > 2
        ? before.get(before.size() - 1 - random.nextInt(3))
        : before.get(random.nextInt(before.size()));
  }

  // ---- what stands alone

  private Ask sale(TransactionType type) {
    int place = place();
    boolean says = type != TransactionType.VERIFY && random.nextInt(40) == 0;
    int batch = batches[place] + (says ? 1 : 0);
    return new Ask(
        type,
        TwinTown.terminal(street, place),
        batch,
        ++trace,
        code(clock.second()),
        amount(),
        benefit(),
        null,
        false,
        0,
        0,
        random.nextInt(2) == 0 ? MARKS[random.nextInt(MARKS.length)] : null);
  }

  private Ask advice() {
    int place = place();
    long soldAt = clock.second() - age();
    counters[place] += random.nextInt(8) == 0 ? random.nextInt(4) - 1 : 1;
    counters[place] = Math.max(1, counters[place]);
    return new Ask(
        TransactionType.ADVICE,
        TwinTown.terminal(street, place),
        batches[place],
        ++trace,
        code(soldAt),
        amount(),
        benefit(),
        null,
        false,
        soldAt,
        counters[place]);
  }

  private long age() {
    return switch (random.nextInt(6)) {
      case 0 -> 90_000; // over a day
      case 1 -> 0;
      default -> random.nextInt(7_200);
    };
  }

  private int place() {
    int dice = random.nextInt(20);
    if (dice < 12) {
      return TwinTown.MAIN;
    } else if (dice < 16) {
      return TwinTown.SECOND;
    } else if (dice < 17) {
      return TwinTown.AT_SUSPENDED_MERCHANT;
    }
    return dice < 19 ? TwinTown.AT_OTHER_MERCHANT : TwinTown.SUSPENDED;
  }

  private long amount() {
    return switch (random.nextInt(24)) {
      case 0 -> 0;
      case 1 -> 100_000_001;
      default -> AMOUNTS[random.nextInt(AMOUNTS.length)];
    };
  }

  private @Nullable String benefit() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> TwinTown.benefit(street, random.nextInt(4));
      case 2 -> "NO-SUCH-ONE";
      default -> null;
    };
  }

  private String code(long second) {
    long own = town.card(street, card + random.nextInt(2));
    return switch (random.nextInt(24)) {
      case 0 -> wrong(town.code(own, second));
      case 1 -> "134567890123456789";
      case 2 -> "8446";
      case 3 -> town.code(own, second - 300);
      case 4 -> " " + town.code(own, second) + "  ";
      default -> town.code(own, second + 30L * (random.nextInt(3) - 1));
    };
  }

  /** The same card with another one-time password; the check digit holds. */
  private static String wrong(String code) {
    char[] digits = code.toCharArray();
    digits[13] = (char) ('0' + (digits[13] - '0' + 5) % 10);
    digits[15] = (char) ('0' + (digits[15] - '0' + 5) % 10);
    return new String(digits);
  }

  // ---- what follows

  private Ask following(TransactionType type) {
    int dice = random.nextInt(8);
    Ask original = dice == 0 ? any(0) : dice < 3 ? bought(type) : standing(type);
    int place = random.nextInt(12) == 0 ? place() : placeOf(original);
    boolean own = TwinTown.terminal(street, place).equals(original.terminal());
    // some refunds name one element of what was given, by its code or by the mark of its lines
    int element = type == TransactionType.REFUND ? random.nextInt(6) : 0;
    return new Ask(
        type,
        TwinTown.terminal(street, place),
        batches[place] + (random.nextInt(40) == 0 ? 1 : 0),
        ++trace,
        "",
        part(type, original.fen()),
        element == 1 ? TwinTown.benefit(street, random.nextInt(4)) : null,
        original,
        own && !original.isReversal() && random.nextInt(3) == 0,
        0,
        0,
        element == 2 ? MARKS[random.nextInt(MARKS.length)] : null);
  }

  /** One of the day before. */
  private Ask bought(TransactionType type) {
    return earlier.isEmpty() ? standing(type) : earlier.get(random.nextInt(earlier.size()));
  }

  /** The last one that could be followed so, if there is any. */
  private Ask standing(TransactionType type) {
    boolean hold = type == TransactionType.COMPLETION || type == TransactionType.RELEASE;
    for (int i = before.size() - 1; i >= 0; i--) {
      TransactionType found = before.get(i).type();
      boolean fits =
          hold
              ? found == TransactionType.HOLD
              : found.sells() && found != TransactionType.HOLD
                  || found == TransactionType.COMPLETION;
      if (fits && random.nextInt(3) > 0) {
        return before.get(i);
      }
    }
    return any(0);
  }

  private int placeOf(Ask ask) {
    return ask.terminal().charAt(ask.terminal().length() - 1) - '0';
  }

  private long part(TransactionType type, long fen) {
    return switch (random.nextInt(type == TransactionType.REFUND ? 5 : 3)) {
      case 0 -> fen;
      case 1 -> type == TransactionType.REFUND ? fen / 3 : 0;
      case 2 -> type == TransactionType.REFUND ? 1 : 0;
      case 3 -> fen + 1;
      default -> fen / 2;
    };
  }

  /** Of something earlier, or of the next request, which then comes too late. */
  private Ask reversal() {
    boolean early = random.nextInt(5) == 0;
    Ask original = early ? sale(TransactionType.SALE) : any(random.nextInt(4) == 0 ? 0 : 1);
    if (early && random.nextBoolean()) {
      trace--; // the next request comes under this number
    }
    return new Ask(
        TransactionType.REVERSAL,
        original.terminal(),
        original.batch(),
        original.trace(),
        "",
        random.nextInt(4) == 0 ? original.fen() : 0,
        null,
        original,
        false,
        0,
        0);
  }

  // ---- the end of the shift

  /** A terminal whose batch may be closed. */
  String closes() {
    return TwinTown.terminal(street, random.nextInt(4));
  }

  int batchOf(String terminal) {
    return batches[terminal.charAt(terminal.length() - 1) - '0'];
  }

  /** Half of the tills have counted wrong. */
  Closing closing(String terminal, List<Closing.Line> recorded) {
    List<Closing.Line> lines = new ArrayList<>(recorded);
    if (!lines.isEmpty() && random.nextBoolean()) {
      int at = random.nextInt(lines.size());
      Closing.Line line = lines.get(at);
      switch (random.nextInt(3)) {
        case 0 -> lines.remove(at);
        case 1 -> lines.set(at, new Closing.Line(line.side(), line.trace(), line.fen() + 1));
        default -> lines.add(new Closing.Line(line.side(), 999_999, 77));
      }
    }
    int place = terminal.charAt(terminal.length() - 1) - '0';
    return new Closing(terminal, batches[place]++, lines);
  }
}
