package cn.unionecard.gateway.twin;

import org.jspecify.annotations.Nullable;

/**
 * What a till was told, as far as both protocols say it.
 *
 * @param code response code
 * @param id the transaction's id, or null if nothing was recorded
 * @param discount fen, when approved
 * @param pays fen, when approved
 */
record Seen(String code, @Nullable String id, long discount, long pays) {
  static final String APPROVED = "00";

  boolean isApproved() {
    return code.equals(APPROVED);
  }

  /** Whether both were told the same; ids differ between gateways. */
  boolean isLike(Seen other) {
    return code.equals(other.code)
        && (id == null) == (other.id == null)
        && discount == other.discount
        && pays == other.pays;
  }
}
