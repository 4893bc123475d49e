package cn.unionecard.gateway.progress;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;

/** How many cards are at each stage or beyond, and how many of them are 新就业形态劳动者's. */
final class Standing {
  private final long[] cards = new long[Stage.values().length];
  private final long[] fresh = new long[Stage.values().length];

  /** Adds columns {@code stage}, {@code n} and {@code fresh}. */
  void add(Row row) {
    int stage = row.getInteger("stage") - 1;
    cards[stage] += row.getLong("n");
    fresh[stage] += row.getLong("fresh");
  }

  void put(Stage stage, long count) {
    cards[stage.ordinal()] = count;
  }

  long of(Stage stage) {
    return cards[stage.ordinal()];
  }

  long fresh(Stage stage) {
    return fresh[stage.ordinal()];
  }

  JsonObject json() {
    JsonObject all = new JsonObject();
    for (Stage stage : Stage.values()) {
      all.put(
          stage.member,
          new JsonObject().put("cards", of(stage)).put("newEmployment", fresh(stage)));
    }
    return all;
  }

  /** The cards alone. */
  JsonObject brief() {
    JsonObject all = new JsonObject();
    for (Stage stage : Stage.values()) {
      all.put(stage.member, of(stage));
    }
    return all;
  }
}
