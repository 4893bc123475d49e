package cn.unionecard.gateway.model;

/** What a sale shall become when the wanted benefit cannot be given. */
public enum WithoutBenefit {
  /** Approve at the full price: it still proves a purchase. */
  APPROVE,
  /** Refuse, naming why the benefit is not given. */
  REFUSE,
  /** A benefit was named and nothing said of this: refuse, for a wish is not dropped in silence. */
  UNSAID
}
