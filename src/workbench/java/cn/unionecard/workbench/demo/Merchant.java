package cn.unionecard.workbench.demo;

/**
 * A merchant: a row of table {@code merchant}.
 *
 * @param number {@code 8} ‖ area (6) ‖ category (1) ‖ serial (6) ‖ Luhn digit
 * @param creditCode GB 32100-2015
 * @param areaCode where the shop lies, GB/T 2260
 * @param authorisingOrg who authorised it and supervises it
 * @param signingOrg who signed with it and answers for it
 */
record Merchant(
    int id,
    String number,
    String name,
    String creditCode,
    Trade trade,
    int areaCode,
    int authorisingOrg,
    int signingOrg,
    Status status) {
  enum Status {
    APPLIED,
    APPROVED,
    LIVE,
    RECTIFYING,
    SUSPENDED,
    TERMINATED
  }
}
