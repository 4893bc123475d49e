package cn.unionecard.gateway.model;

/**
 * What was done in a batch, as one party counted it.
 *
 * @param debit sum of the orders on the debit side
 * @param debitCount how many
 * @param credit sum of the orders on the credit side
 * @param creditCount how many
 */
public record BatchTotals(Fen debit, int debitCount, Fen credit, int creditCount) {
  public BatchTotals {
    if (debit.value() < 0 || debitCount < 0 || credit.value() < 0 || creditCount < 0) {
      throw new IllegalArgumentException("batch totals are negative");
    }
  }
}
