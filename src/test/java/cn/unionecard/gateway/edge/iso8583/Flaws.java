package cn.unionecard.gateway.edge.iso8583;

import java.util.EnumSet;
import java.util.Set;

/** What one terminal does wrong. */
final class Flaws {
  private final Set<Flaw> all = EnumSet.noneOf(Flaw.class);
  private final Set<Flaw> done = EnumSet.noneOf(Flaw.class);

  Flaws(Flaw... all) {
    this.all.addAll(Set.of(all));
  }

  boolean has(Flaw flaw) {
    return all.contains(flaw);
  }

  /** Whether to do it now: only the first time. */
  boolean errs(Flaw flaw) {
    return has(flaw) && done.add(flaw);
  }
}
