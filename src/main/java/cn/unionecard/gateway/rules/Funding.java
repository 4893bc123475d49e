package cn.unionecard.gateway.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * Who pays a campaign's discounts, in what shares.
 *
 * @param shares at least one, in the order that breaks ties; basis points that sum to 10,000
 */
public record Funding(List<Share> shares) {
  private static final int WHOLE = 10_000;

  /** Kinds of funder; the name is the stored form. */
  public enum Funder {
    /** A union's fund; the party is the organisation. */
    UNION,
    /** The merchant itself, out of its margin; the party is the merchant. */
    MERCHANT
  }

  /**
   * One funder's share.
   *
   * @param org the paying organisation; 0 for {@link Funder#MERCHANT}
   * @param basisPoints 1 to 10,000
   */
  public record Share(Funder funder, int org, int basisPoints) {
    public Share {
      if (basisPoints < 1 || basisPoints > 10_000) {
        throw new IllegalArgumentException(
            "funders.shareBp of " + basisPoints + " not in 1..10000");
      }
      if ((funder == Funder.UNION) != (org > 0)) {
        throw new IllegalArgumentException("funders.org: a union share names its organisation");
      }
    }
  }

  /** One funder's fen of one discount. */
  public record Part(Funder funder, int party, long fen) {}

  public Funding {
    shares = List.copyOf(shares);
    int sum = shares.stream().mapToInt(Share::basisPoints).sum();
    if (sum != WHOLE) {
      throw new IllegalArgumentException("funders: shares sum to " + sum + ", not 10000");
    }
  }

  /**
   * Splits a discount by largest remainder, ties by position; parts of nothing are left out.
   *
   * @param fen the discount, not negative
   * @param merchant the party of merchant-borne parts
   */
  public List<Part> split(long fen, int merchant) {
    int n = shares.size();
    long[] weights = shares.stream().mapToLong(Share::basisPoints).toArray();
    long[] parts = Proportion.byLargestRemainder(fen, weights, WHOLE);
    List<Part> result = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      if (parts[i] > 0) {
        Share share = shares.get(i);
        int party = share.funder() == Funder.MERCHANT ? merchant : share.org();
        result.add(new Part(share.funder(), party, parts[i]));
      }
    }
    return result;
  }
}
