package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Refusal;
import java.time.Clock;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The phones of the city: show codes, each (card, step) once.
 *
 * <p>All runs take the cards in one order and begin at a place that the clock tells, going round in
 * two minutes. So a run does not show again what the one before it has shown, as long as neither
 * needs all cards within two minutes, and no two run at the same time.
 */
final class Phones {
  private static final int STEP_SECONDS = 30;
  private static final int EXPIRED_STEPS = 6;
  private static final long ORDER_SEED = 410_800;
  static final long ROUND_MS = 120_000;

  /** An epoch no card will reach: its codes have the right alias and a wrong password. */
  private static final long EPOCH_NEVER = 1L << 40;

  private static final long SERIALS = 10_000_000_000L;

  private final MemberCodes codes;
  private final List<Testbed.Card> cards;
  private final Set<Long> serials = new HashSet<>();
  private final long[] lastStep;
  private final int[] order;
  private final Clock clock;
  private final RandomGenerator chance;
  private int next;

  Phones(Testbed testbed, Clock clock, RandomGenerator chance) {
    this(testbed, clock, chance, 0);
  }

  /**
   * @param aheadMs how far from its place a run begins that may play right after another
   */
  Phones(Testbed testbed, Clock clock, RandomGenerator chance, long aheadMs) {
    this.codes = new MemberCodes(testbed.codeKeys());
    this.cards = testbed.cards();
    this.clock = clock;
    this.chance = chance;
    this.lastStep = new long[cards.size()];
    Arrays.fill(lastStep, Long.MIN_VALUE);
    cards.forEach(card -> serials.add(card.no().serial()));
    this.order = shuffled(cards.size(), new SplittableRandom(ORDER_SEED));
    this.next = (int) ((clock.millis() + aheadMs) % ROUND_MS * cards.size() / ROUND_MS);
  }

  /** A code on a phone, and the four digits a receipt may show of its card. */
  record Shown(String code, String tail) {}

  /** A code that no gateway accepts, and the refusals that say so. */
  record Wrong(String code, Set<Refusal> refusals) {}

  /**
   * A code that has not been shown before, of this step or, when all cards have shown theirs, of
   * the next, which gateways accept as well; null when there is none left.
   */
  @Nullable Shown fresh() {
    long step = clock.instant().getEpochSecond() / STEP_SECONDS;
    for (int tries = 0; tries < order.length; tries++) {
      int card = order[next];
      next = next + 1 == order.length ? 0 : next + 1;
      long free = lastStep[card] < step ? step : lastStep[card] + 1;
      if (free <= step + 1) {
        lastStep[card] = free;
        return shown(card, free);
      }
    }
    return null;
  }

  /** Something that is no valid code, of one of five kinds. */
  Wrong wrong() {
    long now = clock.instant().getEpochSecond();
    int card = chance.nextInt(cards.size());
    CardNo no = cards.get(card).no();
    long epoch = cards.get(card).epoch();
    return switch (chance.nextInt(5)) {
      case 0 -> new Wrong(codes.issue(no, epoch + EPOCH_NEVER, now), one(Refusal.CODE_UNKNOWN));
      case 1 -> new Wrong(codes.issue(nobodys(), 1, now), one(Refusal.CODE_UNKNOWN));
      case 2 ->
          new Wrong(
              codes.issue(no, epoch, now - EXPIRED_STEPS * STEP_SECONDS),
              // of yesterday's alias, just after midnight
              EnumSet.of(Refusal.CODE_EXPIRED, Refusal.CODE_UNKNOWN));
      case 3 ->
          new Wrong(withAnotherLastDigit(codes.issue(no, epoch, now)), one(Refusal.CODE_MALFORMED));
      default ->
          new Wrong(
              "13" + (1_000_000_000_000_000L + chance.nextLong(1_000_000_000_000_000L)),
              one(Refusal.CODE_OF_ANOTHER_WALLET));
    };
  }

  private Shown shown(int card, long step) {
    Testbed.Card shown = cards.get(card);
    return new Shown(
        codes.issue(shown.no(), shown.epoch(), step * STEP_SECONDS), shown.no().tail());
  }

  /** A card that is not in the hall, another one each time: guessing at one alias locks it. */
  private CardNo nobodys() {
    long serial = chance.nextLong(SERIALS);
    while (serials.contains(serial)) {
      serial = chance.nextLong(SERIALS);
    }
    return new CardNo(serial);
  }

  private static Set<Refusal> one(Refusal refusal) {
    return EnumSet.of(refusal);
  }

  private static String withAnotherLastDigit(String code) {
    int last = code.length() - 1;
    return code.substring(0, last) + (char) ('0' + (code.charAt(last) - '0' + 1) % 10);
  }

  private static int[] shuffled(int n, RandomGenerator chance) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = chance.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
