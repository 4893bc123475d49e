package cn.unionecard.gateway.rules;

/**
 * Who pays how many fen of which benefit; negative where it is given back.
 *
 * @param campaign the campaign's row
 * @param party the organisation's or merchant's row
 */
public record Allocation(int campaign, Funding.Funder funder, int party, long fen) {
  Allocation negated() {
    return of(-fen);
  }

  /** The same payer with another amount. */
  Allocation of(long otherFen) {
    return new Allocation(campaign, funder, party, otherFen);
  }

  boolean sameAs(Allocation other) {
    return campaign == other.campaign && funder == other.funder && party == other.party;
  }
}
