package cn.unionecard.gateway.merchant;

/** Whose matter it is: 谁授权谁监督、谁签约谁负责. */
enum Side {
  /** The union that authorises: it supervises. */
  AUTHORISING,
  /** The union that signs: it is responsible. */
  SIGNING
}
