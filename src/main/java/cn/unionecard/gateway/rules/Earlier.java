package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.TransactionType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An earlier transaction that a key led to.
 *
 * @param id its id
 * @param fingerprint hash of its request's business fields, 16 bytes
 * @param approved whether it had an effect
 * @param merchant the merchant's row
 * @param card the card's serial, or null
 * @param member the member's row, or null
 * @param undone whether its effect was taken back
 * @param allocations who paid what
 */
public record Earlier(
    long id,
    TransactionType type,
    byte[] fingerprint,
    boolean approved,
    int merchant,
    @Nullable Long card,
    @Nullable Long member,
    long orderFen,
    long memberPaysFen,
    boolean undone,
    List<Allocation> allocations) {
  public Earlier {
    allocations = List.copyOf(allocations);
  }

  /** The same, its effect taken back. */
  Earlier takenBack() {
    return new Earlier(
        id,
        type,
        fingerprint,
        approved,
        merchant,
        card,
        member,
        orderFen,
        memberPaysFen,
        true,
        allocations);
  }
}
