package cn.unionecard.gateway.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A recorded transaction that a reversal may take back.
 *
 * @param id its id
 * @param approved whether it had an effect
 * @param merchant the merchant's row
 * @param card the card's serial, or null
 * @param member the member's row, or null
 * @param undone whether its effect was taken back
 * @param allocations who paid what
 */
public record Original(
    long id,
    boolean approved,
    int merchant,
    @Nullable Long card,
    @Nullable Long member,
    long orderFen,
    long memberPaysFen,
    boolean undone,
    List<Allocation> allocations) {
  public Original {
    allocations = List.copyOf(allocations);
  }

  /** The same, its effect taken back. */
  Original takenBack() {
    return new Original(
        id, approved, merchant, card, member, orderFen, memberPaysFen, true, allocations);
  }
}
