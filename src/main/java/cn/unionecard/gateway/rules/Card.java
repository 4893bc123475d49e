package cn.unionecard.gateway.rules;

/**
 * A card as the block found it.
 *
 * @param member the member's row
 * @param org the member's organisation
 * @param category the member's category, never shown at a till
 * @param epoch grows at re-activation and loss
 * @param holder masked surname
 */
public record Card(
    long serial, long member, int org, String category, Status status, long epoch, String holder) {

  /** Life of a card; the name is the stored form. */
  public enum Status {
    ISSUED,
    ACTIVE,
    SUSPENDED,
    LOST,
    CANCELLED
  }
}
