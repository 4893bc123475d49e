package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.TransactionType;
import java.util.List;

/**
 * A recorded transaction that another request names. Never changes; what became of it stands in its
 * {@link Deal}.
 *
 * @param id its id
 * @param effect what it did; {@link Effect#NONE} if it was refused or had nothing to do
 * @param terminal the terminal's row
 * @param batch the terminal's batch it was recorded in
 * @param merchant the merchant's row
 * @param orderFen what its effect moved of the order, fen, not negative
 * @param memberPaysFen what of it is the member's, fen, not negative
 * @param deal id of the SALE, HOLD or ADVICE that all began with: its own or an earlier one
 * @param allocations who paid what by it, signed; empty where only its deal has them
 */
public record Original(
    long id,
    TransactionType type,
    Effect effect,
    int terminal,
    int batch,
    int merchant,
    long orderFen,
    long memberPaysFen,
    long deal,
    List<Allocation> allocations) {
  public Original {
    allocations = List.copyOf(allocations);
  }
}
