package cn.unionecard.gateway.model;

/**
 * One transaction of a batch, as the terminal lists it.
 *
 * @param requestId the client's part of its key
 * @param order the order's amount, not negative
 */
public record BatchDetail(BatchSide side, RequestId requestId, Fen order) {
  public BatchDetail {
    if (order.value() < 0) {
      throw new IllegalArgumentException("order of " + order.value() + " fen is negative");
    }
  }
}
