package cn.unionecard.gateway.progress;

import cn.unionecard.gateway.desk.Csv;
import cn.unionecard.gateway.desk.DeskReply;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same as {@link UnionsPage}, for a spreadsheet. */
final class UnionsSheet {
  private UnionsSheet() {}

  static DeskReply of(UnionsPage.Page page, String path) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(head());
    page.lines().forEach(line -> lines.add(row(page, line)));
    UnionsPage.Wish wish = page.wish();
    String next =
        page.next() == null
            ? null
            : path
                + "?format=csv&org="
                + wish.org()
                + "&year="
                + wish.year()
                + "&direct="
                + wish.direct()
                + "&after="
                + page.next();
    return new DeskReply.Sheet(
        Csv.MEDIA_TYPE, "progress-" + wish.org() + "-" + wish.year() + ".csv", Csv.of(lines), next);
  }

  private static List<String> head() {
    List<String> head = new ArrayList<>(List.of("工会编码 union", "工会名称 name", "任务量 task"));
    for (Stage stage : Stage.values()) {
      head.add(stage.title);
    }
    head.add("激活：新就业形态 new employment forms");
    head.add("完成率（%） done");
    head.add("落后于节点 behind");
    return head;
  }

  private static List<String> row(UnionsPage.Page page, UnionsPage.Line line) {
    List<String> row = new ArrayList<>(List.of(line.code(), line.name(), text(line.task())));
    for (Stage stage : Stage.values()) {
      row.add(Long.toString(line.standing().of(stage)));
    }
    row.add(Long.toString(line.standing().fresh(Stage.ACTIVATED)));
    Long permille = line.permille();
    row.add(permille == null ? "" : BigDecimal.valueOf(permille, 1).toPlainString());
    row.add(text(line.behind(page.milestone())));
    return row;
  }

  private static String text(@Nullable Long number) {
    return number == null ? "" : Long.toString(number);
  }
}
