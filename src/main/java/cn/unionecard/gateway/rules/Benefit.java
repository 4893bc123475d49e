package cn.unionecard.gateway.rules;

import java.util.List;

/**
 * What a campaign takes off an order, or off its marked lines. The discount never falls as the
 * amount grows, and never by more than the amount does, but for steps of thresholds.
 */
public sealed interface Benefit {

  /**
   * The discount, fen, between 0 and the amount; whatever limits come later.
   *
   * @param fen the amount it works on, fen, not negative
   */
  long discountOn(long fen);

  /** Whether that amount reaches the benefit's threshold. */
  default boolean reachedBy(long fen) {
    return true;
  }

  /**
   * What can at the least be left of any amount of an order that is not below {@code restFen}; it
   * grows with {@code restFen}.
   *
   * @param onMost the most of the order it works on, fen
   * @param most the most it may take, fen
   */
  default long leastRest(long restFen, long onMost, long most) {
    return restFen - Math.min(discountOn(Math.min(restFen, onMost)), most);
  }

  /** Its kind's place among all in the order in which benefits are applied. */
  int place();

  /**
   * A percentage, rounded HALF_UP in fen, then capped.
   *
   * @param basisPoints 1/100 of a percent, 1 to 10,000
   * @param capFen the most one order gets, fen
   */
  record Percent(int basisPoints, long capFen) implements Benefit {
    public Percent {
      require(basisPoints >= 1 && basisPoints <= 10_000, "basisPoints", basisPoints);
      require(capFen >= 1, "capFen", capFen);
    }

    @Override
    public long discountOn(long fen) {
      // 10^15 fen × 10^4 passes 2^63: split the order so that nothing overflows
      long whole = fen / 10_000 * basisPoints;
      long part = (fen % 10_000 * basisPoints + 5_000) / 10_000;
      return Math.min(whole + part, capFen);
    }

    @Override
    public int place() {
      return 6;
    }
  }

  /**
   * Spend so much, save so much (满减).
   *
   * @param thresholdFen the order's least amount, fen
   * @param offFen what it takes off, fen; at most the threshold
   */
  record Threshold(long thresholdFen, long offFen) implements Benefit {
    public Threshold {
      require(offFen >= 1, "offFen", offFen);
      require(thresholdFen >= offFen, "thresholdFen", thresholdFen);
    }

    @Override
    public boolean reachedBy(long fen) {
      return fen >= thresholdFen;
    }

    @Override
    public long discountOn(long fen) {
      return reachedBy(fen) ? offFen : 0;
    }

    @Override
    public long leastRest(long restFen, long onMost, long most) {
      if (thresholdFen > onMost) {
        return restFen;
      }
      long off = Math.min(offFen, most);
      return restFen >= thresholdFen ? restFen - off : Math.min(restFen, thresholdFen - off);
    }

    @Override
    public int place() {
      return 3;
    }
  }

  /**
   * Several steps of spend and save (阶梯满减); the highest that is reached counts, alone.
   *
   * @param steps each higher than the one before, and giving more
   */
  record Tiered(List<Threshold> steps) implements Benefit {
    /** Steps of one benefit. */
    static final int STEPS_MAX = 10;

    public Tiered {
      steps = List.copyOf(steps);
      require(!steps.isEmpty() && steps.size() <= STEPS_MAX, "steps", steps.size());
      for (int i = 1; i < steps.size(); i++) {
        Threshold before = steps.get(i - 1);
        Threshold step = steps.get(i);
        require(step.thresholdFen() > before.thresholdFen(), "steps.thresholdFen", i);
        require(step.offFen() > before.offFen(), "steps.offFen", i);
      }
    }

    @Override
    public boolean reachedBy(long fen) {
      return steps.get(0).reachedBy(fen);
    }

    @Override
    public long discountOn(long fen) {
      for (int i = steps.size() - 1; i >= 0; i--) {
        Threshold step = steps.get(i);
        if (step.reachedBy(fen)) {
          return step.offFen();
        }
      }
      return 0;
    }

    @Override
    public long leastRest(long restFen, long onMost, long most) {
      long least = restFen;
      for (int i = 0; i < steps.size(); i++) {
        least = Math.min(least, steps.get(i).leastRest(restFen, onMost, most));
      }
      return least;
    }

    @Override
    public int place() {
      return 4;
    }
  }

  /**
   * A fixed amount (立减), at most the order.
   *
   * @param offFen what it takes off, fen
   */
  record Fixed(long offFen) implements Benefit {
    public Fixed {
      require(offFen >= 1, "offFen", offFen);
    }

    @Override
    public long discountOn(long fen) {
      return Math.min(offFen, fen);
    }

    @Override
    public int place() {
      return 5;
    }
  }

  /**
   * A member price (会员价): whatever it is more, the benefit pays.
   *
   * @param priceFen what is left to pay, fen, more than nothing
   */
  record Price(long priceFen) implements Benefit {
    public Price {
      require(priceFen >= 1, "priceFen", priceFen);
    }

    @Override
    public long discountOn(long fen) {
      return Math.max(0, fen - priceFen);
    }

    @Override
    public int place() {
      return 1;
    }
  }

  /** All of it (免费入场). */
  record Free() implements Benefit {
    @Override
    public long discountOn(long fen) {
      return fen;
    }

    @Override
    public int place() {
      return 2;
    }
  }

  private static void require(boolean holds, String name, long value) {
    if (!holds) {
      throw new IllegalArgumentException("benefit." + name + " of " + value + " is out of range");
    }
  }
}
