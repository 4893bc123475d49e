package cn.unionecard.workbench.demo;

/**
 * A card: a row of table {@code card}.
 *
 * @param serial ten digits at most, in no order that tells anything about the member
 * @param holderMask the holder's name as a till may show it
 */
record Card(long serial, long member, Status status, int epoch, String holderMask) {
  enum Status {
    ISSUED,
    ACTIVE,
    SUSPENDED,
    LOST
  }
}
