package cn.unionecard.gateway.model;

/**
 * On which side of a batch's totals a transaction counts. Debit (借): sales, completions, offline
 * sales; credit (贷): voids and refunds.
 */
public enum BatchSide {
  DEBIT,
  CREDIT
}
