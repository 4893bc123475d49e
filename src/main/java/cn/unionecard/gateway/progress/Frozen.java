package cn.unionecard.gateway.progress;

import cn.unionecard.gateway.desk.Csv;
import cn.unionecard.gateway.progress.Criteria.Named;
import cn.unionecard.gateway.progress.Milestones.Milestone;
import cn.unionecard.gateway.progress.UnionsPage.Line;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a notice says for ever: its words, the criteria, the figures of every union looked at, and
 * those it names. Kept as the bytes that were hashed; whoever has them can find the named ones
 * again.
 */
final class Frozen {
  private Frozen() {}

  /**
   * The words.
   *
   * @param from first day of a periodic notice's period; null: it is for an occasion
   * @param to its last day
   */
  record Words(
      NoticeBook.Kind kind,
      String title,
      String text,
      String documentNo,
      @Nullable String from,
      @Nullable String to) {}

  /** The one that is corrected. */
  record Corrected(String no, String hash) {}

  static JsonObject of(
      String no,
      Orgs.Org org,
      Words words,
      Criteria criteria,
      UnionsPage.Page page,
      List<Named> named,
      @Nullable Corrected corrected) {
    JsonObject body =
        new JsonObject()
            .put("form", 1)
            .put("notice", no)
            .put("org", org.code())
            .put("orgName", org.name())
            .put("kind", words.kind().name())
            .put("title", words.title())
            .put("text", words.text())
            .put("documentNo", words.documentNo());
    if (words.from() != null) {
      body.put("from", words.from()).put("to", words.to());
    }
    if (corrected != null) {
      body.put(
          "corrects", new JsonObject().put("notice", corrected.no()).put("hash", corrected.hash()));
    }
    body.put("year", page.wish().year()).put("asOf", page.asOf()).put("criteria", criteria.json());
    Milestone milestone = page.milestone();
    if (milestone != null) {
      body.put(
          "milestone",
          new JsonObject()
              .put("day", milestone.day().toString())
              .put("permille", milestone.permille()));
    }
    JsonArray names = new JsonArray();
    named.forEach(
        each ->
            names.add(
                new JsonObject().put("org", each.line().code()).put("figure", each.figure())));
    JsonArray figures = new JsonArray();
    page.lines().forEach(line -> figures.add(figure(line, milestone)));
    return body.put("named", names).put("figures", figures);
  }

  private static JsonObject figure(Line line, @Nullable Milestone milestone) {
    JsonObject figure = new JsonObject().put("org", line.code()).put("name", line.name());
    put(figure, "task", line.task());
    for (Stage stage : Stage.values()) {
      figure.put(stage.member, line.standing().of(stage));
    }
    figure.put("newEmployment", line.standing().fresh(Stage.ACTIVATED));
    put(figure, "permille", line.permille());
    put(figure, "behind", line.behind(milestone));
    return figure;
  }

  private static void put(JsonObject into, String name, @Nullable Long value) {
    JsonObject unused = value == null ? into : into.put(name, value);
  }

  static String hash(String body) {
    return Sha256.hex(body);
  }

  /** Those it names, for a spreadsheet, with what was counted of them. */
  static byte[] sheet(JsonObject body) {
    Map<String, JsonObject> figures =
        body.getJsonArray("figures").stream()
            .map(JsonObject.class::cast)
            .collect(Collectors.toMap(each -> each.getString("org"), each -> each));
    List<List<String>> lines = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("工会编码 union", "工会名称 name", "任务量 task"));
    for (Stage stage : Stage.values()) {
      head.add(stage.title);
    }
    head.addAll(List.of("完成率（%） done", "落后于节点 behind", "依据 figure"));
    lines.add(head);
    for (Object one : body.getJsonArray("named")) {
      JsonObject named = (JsonObject) one;
      lines.add(line(named, java.util.Objects.requireNonNull(figures.get(named.getString("org")))));
    }
    lines.add(List.of("通报 notice", body.getString("notice"), body.getString("title")));
    lines.add(List.of("截至 as of", body.getString("asOf"), body.getString("documentNo")));
    return Csv.of(lines);
  }

  private static List<String> line(JsonObject named, JsonObject figure) {
    List<String> line =
        new ArrayList<>(
            List.of(
                figure.getString("org"), figure.getString("name"), text(figure.getLong("task"))));
    for (Stage stage : Stage.values()) {
      line.add(text(figure.getLong(stage.member)));
    }
    Long permille = figure.getLong("permille");
    line.add(permille == null ? "" : BigDecimal.valueOf(permille, 1).toPlainString());
    line.add(text(figure.getLong("behind")));
    line.add(text(named.getLong("figure")));
    return line;
  }

  private static String text(@Nullable Long number) {
    return number == null ? "" : Long.toString(number);
  }
}
