package cn.unionecard.gateway.report;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The lines of a report by the unions' ids, in the order of their codes, and the total. */
final class ReportRows {
  /** A union as the report names it. */
  record Union(int id, String code, String name, String kind) {}

  /** What is done with each line. */
  interface Reader {
    void line(Union union, ReportRow line);
  }

  private final Map<Integer, Union> unions = new LinkedHashMap<>();
  private final Map<Integer, ReportRow> lines = new LinkedHashMap<>();
  private final ReportRow total = new ReportRow();

  void add(Union union) {
    unions.put(union.id(), union);
    lines.put(union.id(), new ReportRow());
  }

  Integer[] ids() {
    return lines.keySet().toArray(Integer[]::new);
  }

  /** The line of a union; null: the total. */
  ReportRow of(@Nullable Integer org) {
    if (org == null) {
      return total;
    }
    ReportRow line = lines.get(org);
    if (line == null) {
      throw new IllegalStateException("no line was asked for of organisation " + org);
    }
    return line;
  }

  ReportRow total() {
    return total;
  }

  void each(Reader reader) {
    lines.forEach(
        (id, line) -> reader.line(java.util.Objects.requireNonNull(unions.get(id)), line));
  }

  JsonArray json() {
    JsonArray all = new JsonArray();
    each(
        (union, line) ->
            all.add(
                line.into(
                    new JsonObject()
                        .put("org", union.code())
                        .put("name", union.name())
                        .put("kind", union.kind()))));
    return all;
  }
}
