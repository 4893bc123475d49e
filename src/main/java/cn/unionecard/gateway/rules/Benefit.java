package cn.unionecard.gateway.rules;

/** What a campaign takes off an order. */
public sealed interface Benefit {

  /**
   * The discount on an order, fen, between 0 and the order; whatever limits come later.
   *
   * @param orderFen the order's amount, fen, not negative
   */
  long discountOn(long orderFen);

  /** Whether an order of that amount reaches the benefit's threshold. */
  default boolean reachedBy(long orderFen) {
    return true;
  }

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
    public long discountOn(long orderFen) {
      // 10^15 fen × 10^4 passes 2^63: split the order so that nothing overflows
      long whole = orderFen / 10_000 * basisPoints;
      long part = (orderFen % 10_000 * basisPoints + 5_000) / 10_000;
      return Math.min(whole + part, capFen);
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
    public boolean reachedBy(long orderFen) {
      return orderFen >= thresholdFen;
    }

    @Override
    public long discountOn(long orderFen) {
      return reachedBy(orderFen) ? offFen : 0;
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
    public long discountOn(long orderFen) {
      return Math.min(offFen, orderFen);
    }
  }

  private static void require(boolean holds, String name, long value) {
    if (!holds) {
      throw new IllegalArgumentException("benefit." + name + " of " + value + " is out of range");
    }
  }
}
