package cn.unionecard.gateway.report;

import cn.unionecard.gateway.report.Figures.Figure;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One union's figures, or those of all together. All are there from the start, as zeros. */
final class ReportRow {
  private final Map<String, @Nullable Long> values = new LinkedHashMap<>();

  ReportRow() {
    for (Figure figure : Figures.ALL) {
      values.put(figure.name(), figure.mayBeAbsent() ? null : 0L);
    }
  }

  void add(String name, long more) {
    Long now = values.get(name);
    set(name, now == null ? more : now + more);
  }

  /**
   * Sets a figure; null: there is none.
   *
   * @throws IllegalStateException for a name that is in no table: the database says what this
   *     release does not know, and leaving it out would be a wrong sum
   */
  void set(String name, @Nullable Long value) {
    if (!values.containsKey(name)) {
      throw new IllegalStateException("no report has a figure " + name);
    }
    values.put(name, value);
  }

  @Nullable Long get(String name) {
    return values.get(name);
  }

  /** Puts the figures into a document, each at its path; what is absent is left out. */
  JsonObject into(JsonObject document) {
    for (Figure figure : Figures.ALL) {
      Long value = values.get(figure.name());
      if (value != null) {
        put(document, figure, value);
      }
    }
    return document;
  }

  private static void put(JsonObject document, Figure figure, long value) {
    String[] path = figure.name().split("\\.", -1);
    JsonObject at = document;
    for (int i = 0; i < path.length - 1; i++) {
      JsonObject next = at.getJsonObject(path[i]);
      if (next == null) {
        next = new JsonObject();
        at.put(path[i], next);
      }
      at = next;
    }
    String last = path[path.length - 1];
    if (figure.unit() == Figures.Unit.STARS) {
      at.put(last, value / 100.0);
    } else {
      at.put(last, value);
    }
  }
}
