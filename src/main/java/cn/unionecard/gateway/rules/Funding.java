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

  /** Where the money comes from, as a rule says it. All but the merchant are organisations. */
  public enum Source {
    /** A union's fund. */
    UNION,
    /** The members' employer. */
    EMPLOYER,
    /** A government's fund. */
    GOVERNMENT,
    /** A bank that takes part. */
    BANK,
    /** The merchant itself, out of its margin. */
    MERCHANT
  }

  /** Whose account pays; the name is the stored form. What an organisation is, its row says. */
  public enum Funder {
    /** An organisation; the party is its row. */
    UNION,
    /** The merchant itself, out of its margin; the party is the merchant. */
    MERCHANT
  }

  /**
   * One funder's share.
   *
   * @param org the paying organisation; 0 for {@link Source#MERCHANT}
   * @param basisPoints 1 to 10,000
   */
  public record Share(Source source, int org, int basisPoints) {
    public Share {
      if (basisPoints < 1 || basisPoints > 10_000) {
        throw new IllegalArgumentException(
            "funders.shareBp of " + basisPoints + " not in 1..10000");
      }
      if ((source == Source.MERCHANT) != (org == 0)) {
        throw new IllegalArgumentException(
            "funders.org: each share but the merchant's names its organisation");
      }
    }

    Part of(long fen, int merchant) {
      return source == Source.MERCHANT
          ? new Part(Funder.MERCHANT, merchant, fen)
          : new Part(Funder.UNION, org, fen);
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
        result.add(shares.get(i).of(parts[i], merchant));
      }
    }
    return result;
  }
}
