package cn.unionecard.gateway.model;

/** On which side of a merchant a union stands (谁授权谁监督、谁签约谁负责). */
public enum UnionSide {
  /** It authorised the merchant, and so supervises it. */
  AUTHORISING,
  /** It signed the merchant, and so is responsible for it. */
  SIGNING
}
