package cn.unionecard.gateway.progress;

import cn.unionecard.gateway.progress.Milestones.Milestone;
import cn.unionecard.gateway.progress.UnionsPage.Line;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which unions a notice names: by one measure, from one side. A union of which there is no such
 * figure, for it has no task, is never named.
 *
 * @param direct those directly below alone; else all below
 * @param value of the relation: the figure, or how many unions
 */
record Criteria(boolean direct, Measure measure, Relation relation, long value) {
  private static final int WHOLE = 1_000;

  /** What is looked at. */
  enum Measure {
    /** Thousandths of the task that are activated. */
    DONE_PERMILLE,
    /** Cards activated. */
    ACTIVATED,
    /** Thousandths of the activated cards that have paid once. */
    USED_PERMILLE,
    /** Cards that the last milestone wants and are not there. */
    BEHIND
  }

  /** From which side. */
  enum Relation {
    AT_LEAST,
    BELOW,
    /** So many with the highest figures, and whoever has the same as the last of them. */
    HIGHEST,
    LOWEST
  }

  /** The figure of a union; null: it has none. */
  @Nullable Long of(Line line, @Nullable Milestone milestone) {
    long activated = line.standing().of(Stage.ACTIVATED);
    return switch (measure) {
      case DONE_PERMILLE -> line.permille();
      case ACTIVATED -> Long.valueOf(activated);
      case USED_PERMILLE ->
          activated == 0 ? null : Long.valueOf(WHOLE * line.standing().of(Stage.USED) / activated);
      case BEHIND -> line.behind(milestone);
    };
  }

  /** A union with its figure. */
  record Named(Line line, long figure) {}

  /** Those it names, the highest first, of equals by their codes. */
  List<Named> named(List<Line> lines, @Nullable Milestone milestone) {
    List<Named> all = new ArrayList<>();
    for (Line line : lines) {
      Long figure = of(line, milestone);
      if (figure != null) {
        all.add(new Named(line, figure));
      }
    }
    all.sort(
        Comparator.comparingLong(Named::figure)
            .reversed()
            .thenComparing(each -> each.line().code()));
    return switch (relation) {
      case AT_LEAST -> all.stream().filter(each -> each.figure() >= value).toList();
      case BELOW -> all.stream().filter(each -> each.figure() < value).toList();
      case HIGHEST -> {
        long last = all.isEmpty() ? 0 : all.get((int) Math.min(value, all.size()) - 1).figure();
        yield all.stream().filter(each -> each.figure() >= last).toList();
      }
      case LOWEST -> {
        int place = all.size() - (int) Math.min(value, all.size());
        long last = all.isEmpty() ? 0 : all.get(place).figure();
        yield all.stream().filter(each -> each.figure() <= last).toList();
      }
    };
  }

  /** As {@link #json} has it. */
  static Criteria of(JsonObject json) {
    return new Criteria(
        json.getBoolean("direct"),
        Measure.valueOf(json.getString("measure")),
        Relation.valueOf(json.getString("relation")),
        json.getLong("value"));
  }

  JsonObject json() {
    return new JsonObject()
        .put("direct", direct)
        .put("measure", measure.name())
        .put("relation", relation.name())
        .put("value", value);
  }
}
