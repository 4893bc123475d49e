package cn.unionecard.gateway.ledger.audit;

/**
 * One thing that must hold of the ledger whatever happened to it.
 *
 * @param chinese what it proves, for union staff
 * @param english the same
 * @param sql finds the rows that break it; the first column names the row. What stands in braces is
 *     filled in by {@link Rows}
 * @param reads what it has to read, once all of it was proved
 */
public record Check(String name, String chinese, String english, String sql, Reads reads) {

  /** What a check has to read, once all of it was proved. */
  public enum Reads {
    /** The new transactions and all of the deals they belong to; old ones can be read again so. */
    TRANSACTIONS,
    /** What was added: numbers that grow say which rows those are. */
    NEWS,
    /** Nothing of what was: {@link Balances} goes on from sums, and asks for it if they differ. */
    BALANCES,
    /** All of it, for it grows with cards, vouchers and merchants, not with what is sold. */
    WHOLE
  }
}
