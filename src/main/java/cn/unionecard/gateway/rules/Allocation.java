package cn.unionecard.gateway.rules;

/**
 * Who pays how many fen of which benefit; negative where it is given back.
 *
 * @param campaign the campaign's row
 * @param party the organisation's or merchant's row
 * @param lot the voucher, lot or pass that it is paid with, 0 where there is none
 */
public record Allocation(int campaign, Funding.Funder funder, int party, long fen, long lot) {
  /** Of a benefit that is not given out. */
  public Allocation(int campaign, Funding.Funder funder, int party, long fen) {
    this(campaign, funder, party, fen, 0);
  }

  Allocation negated() {
    return of(-fen);
  }

  /** The same payer with another amount. */
  Allocation of(long otherFen) {
    return new Allocation(campaign, funder, party, otherFen, lot);
  }

  boolean sameAs(Allocation other) {
    return campaign == other.campaign
        && funder == other.funder
        && party == other.party
        && lot == other.lot;
  }
}
