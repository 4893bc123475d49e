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
    CANCELLED;

    /** The state of that name; a card in a state we do not know does not pay. */
    public static Status named(String name) {
      return switch (name) {
        case "ISSUED" -> ISSUED;
        case "ACTIVE" -> ACTIVE;
        case "LOST" -> LOST;
        case "CANCELLED" -> CANCELLED;
        default -> SUSPENDED;
      };
    }
  }
}
