package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import org.jspecify.annotations.Nullable;

/**
 * A terminal and its merchant's state, read in the block's own transaction.
 *
 * @param id the terminal's row
 * @param active whether the terminal itself may work
 * @param merchant the merchant's row
 * @param merchantStatus the merchant's state
 * @param batch the terminal's current batch
 */
public record Terminal(int id, boolean active, int merchant, String merchantStatus, int batch) {
  /** A terminal in its first batch. */
  public Terminal(int id, boolean active, int merchant, String merchantStatus) {
    this(id, active, merchant, merchantStatus, 1);
  }

  /** Why it may do nothing but reverse, or null. */
  @Nullable Refusal refusalOf(Request request) {
    if (!active) {
      return Refusal.TERMINAL_SUSPENDED;
    }
    return request.batch() != 0 && request.batch() != batch ? Refusal.BATCH_NUMBER_DIFFERS : null;
  }

  /** Why nothing may be sold here now, or null. */
  @Nullable Refusal refusalToSell(Request request) {
    Refusal own = refusalOf(request);
    return own == null ? bar(active, merchantStatus) : own;
  }

  /**
   * Why nobody may be sold anything at a terminal, or null.
   *
   * @param active whether the terminal itself may work
   * @param merchantStatus the state of its merchant
   */
  public static @Nullable Refusal bar(boolean active, String merchantStatus) {
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
