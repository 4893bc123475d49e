package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * A terminal and its merchant's state, read in the block's own transaction.
 *
 * @param id the terminal's row
 * @param active whether the terminal itself may work
 * @param merchant the merchant's row
 * @param merchantStatus the merchant's state
 */
public record Terminal(int id, boolean active, int merchant, String merchantStatus) {

  /** Why nothing may be sold here now, or null. */
  @Nullable Refusal refusal() {
    if (!active) {
      return Refusal.TERMINAL_SUSPENDED;
    }
    return switch (merchantStatus) {
      case "LIVE", "RECTIFYING" -> null;
      case "SUSPENDED" -> Refusal.MERCHANT_SUSPENDED;
      case "TERMINATED" -> Refusal.MERCHANT_TERMINATED;
      default -> Refusal.MERCHANT_NOT_APPROVED;
    };
  }
}
