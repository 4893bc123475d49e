package cn.unionecard.gateway.rules;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member has of one campaign that is good for an order now, in the order in which it is
 * used: what ends first is used first.
 */
final class Held {
  private final Grants.Kind kind;
  private final List<Entitlement> good;

  private Held(Grants.Kind kind, List<Entitlement> good) {
    this.kind = kind;
    this.good = good;
  }

  /** What is good of it at a merchant; null: nothing. */
  static @Nullable Held of(Campaign campaign, Grants grants, long member, int site, Facts facts) {
    if (grants.closed().contains(Facts.dayOf(facts.nowMs()))) {
      return null;
    }
    List<Entitlement> good = new ArrayList<>(2);
    for (Entitlement one : facts.entitlements(member, campaign.id())) {
      if (one.isGood(facts.nowMs())
          && (one.kind != Grants.Kind.PASS || facts.siteHas(one, site, grants))) {
        int at = good.size();
        while (at > 0 && one.endsBefore(good.get(at - 1))) {
          at--;
        }
        good.add(at, one);
      }
    }
    return good.isEmpty() ? null : new Held(grants.kind(), good);
  }

  /** The most that an order gets of it, fen: what one voucher or pass gives, or all lots hold. */
  long leftFen() {
    if (kind != Grants.Kind.QUOTA) {
      return good.get(0).leftFen();
    }
    long left = 0;
    for (Entitlement lot : good) {
      left += lot.leftFen();
    }
    return left;
  }

  /** Which of them pay so many fen, and how many each. */
  List<Entry.Lot> parts(long fen) {
    if (kind != Grants.Kind.QUOTA) {
      return List.of(new Entry.Lot(good.get(0).id, fen));
    }
    List<Entry.Lot> parts = new ArrayList<>(2);
    long rest = fen;
    for (Entitlement lot : good) {
      long part = Math.min(rest, lot.leftFen());
      if (part > 0) {
        parts.add(new Entry.Lot(lot.id, part));
        rest -= part;
      }
    }
    return parts;
  }
}
