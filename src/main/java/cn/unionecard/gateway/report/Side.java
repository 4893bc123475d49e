package cn.unionecard.gateway.report;

/** Whose merchants a union's are (谁授权谁监督、谁签约谁负责). */
enum Side {
  /** Those it authorised, and so supervises. */
  AUTHORISING,
  /** Those it signed, and so is responsible for. */
  SIGNING
}
