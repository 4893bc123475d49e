package cn.unionecard.gateway.model;

/** What a sale shall become when the wanted benefit cannot be given. */
public enum WithoutBenefit {
  /** Approve with what can be given, at worst discount 0. */
  APPROVE,
  /** Refuse, naming why the benefit is not given. */
  REFUSE
}
