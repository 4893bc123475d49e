package cn.unionecard.gateway.province;

import cn.unionecard.gateway.province.Inbound.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What is counted of the province's platform, by the node that works. */
final class ProvinceMeters {
  private static final String CHANGES = "ecard.province.changes";
  private static final String CARDS = "ecard.province.cards";
  private static final String ROUNDS = "ecard.province.rounds";

  private final Counter taken;
  private final Counter known;
  private final Counter bad;
  private final Counter told;
  private final Counter refused;
  private final Counter unanswered;
  private final Counter whole;
  private final Counter failed;

  ProvinceMeters(MeterRegistry registry) {
    String changes = "changes that came from the province";
    taken = counter(registry, CHANGES, changes, "taken");
    known = counter(registry, CHANGES, changes, "known");
    bad = counter(registry, CHANGES, changes, "bad");
    String cards = "cards that the province was told of";
    told = counter(registry, CARDS, cards, "taken");
    refused = counter(registry, CARDS, cards, "refused");
    unanswered = counter(registry, CARDS, cards, "unanswered");
    String rounds = "ways of a round with the province, in or out";
    whole = counter(registry, ROUNDS, rounds, "whole");
    failed = counter(registry, ROUNDS, rounds, "failed");
  }

  private static Counter counter(
      MeterRegistry registry, String name, String description, String outcome) {
    return Counter.builder(name)
        .description(description)
        .tag("outcome", outcome)
        .register(registry);
  }

  void change(Outcome outcome) {
    switch (outcome) {
      case TAKEN, UNION_ADDED -> taken.increment();
      case KNOWN -> known.increment();
      case BAD -> bad.increment();
    }
  }

  void cards(int taken, int notTaken, int missing) {
    told.increment(taken);
    refused.increment(notTaken);
    unanswered.increment(missing);
  }

  void way(boolean isWhole) {
    (isWhole ? whole : failed).increment();
  }
}
