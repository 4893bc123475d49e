package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Funding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who pays what of a transaction, as its row has it: three arrays, or nulls where nobody does. */
final class Payers {
  private Payers() {}

  /** A merchant's row, or below zero an organisation's. */
  static int payer(Allocation allocation) {
    return allocation.funder() == Funding.Funder.UNION ? -allocation.party() : allocation.party();
  }

  static List<Allocation> of(
      Integer @Nullable [] campaigns,
      Integer @Nullable [] payers,
      Long @Nullable [] fens,
      Long @Nullable [] lots) {
    if (campaigns == null || payers == null || fens == null) {
      return List.of();
    }
    List<Allocation> allocations = new ArrayList<>(fens.length);
    for (int i = 0; i < fens.length; i++) {
      Funding.Funder funder = payers[i] < 0 ? Funding.Funder.UNION : Funding.Funder.MERCHANT;
      long lot = lots == null ? 0 : lots[i];
      allocations.add(new Allocation(campaigns[i], funder, Math.abs(payers[i]), fens[i], lot));
    }
    return allocations;
  }
}
