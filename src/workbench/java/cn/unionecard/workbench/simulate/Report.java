package cn.unionecard.workbench.simulate;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run has seen.
 *
 * @param rows one per kind of request that happened, in the order of {@link Ask}
 * @param troubles attempts without a final answer, by reason; they were repeated
 * @param anomalies what must never be seen, counted; empty = the run is good
 * @param examples the first anomalies in words
 * @param visits customers served
 * @param receiptsVerified seals that were checked and hold
 * @param savedFen discounts given, fen, those undone included
 * @param undoneFen discounts taken back by reversals, fen
 * @param seconds how long the run took
 */
public record Report(
    List<Row> rows,
    Map<String, Long> troubles,
    Map<Anomaly, Long> anomalies,
    List<String> examples,
    long visits,
    long receiptsVerified,
    long savedFen,
    long undoneFen,
    double seconds) {
  private static final int TITLE_COLUMNS = 30;
  private static final String LINE = "%s %9s %9s %9s %9s %9s  %s%n";

  /**
   * One kind of request.
   *
   * @param outcomes how often each final answer was given
   * @param latency from the moment the request was due until its final answer, microseconds
   */
  public record Row(Ask ask, Map<String, Long> outcomes, Histogram latency) {
    public Row {
      outcomes = Map.copyOf(outcomes);
    }

    public long count() {
      return latency.getTotalCount();
    }

    /** Milliseconds below which {@code percent} of the answers came. */
    public double millis(double percent) {
      return latency.getValueAtPercentile(percent) / 1000.0;
    }
  }

  public Report {
    rows = List.copyOf(rows);
    troubles = Map.copyOf(troubles);
    anomalies = Map.copyOf(anomalies);
    examples = List.copyOf(examples);
  }

  /** Whether nothing was seen that must never be. */
  public boolean good() {
    return anomalies.isEmpty();
  }

  /** Requests with a final answer. */
  public long requests() {
    return rows.stream().mapToLong(Row::count).sum();
  }

  /** How often a final answer was given to that request, 0 if never. */
  public long count(Ask ask, String outcome) {
    return rows.stream()
        .filter(row -> row.ask == ask)
        .mapToLong(row -> row.outcomes.getOrDefault(outcome, 0L))
        .sum();
  }

  /** The table a person reads. */
  public String table() {
    StringBuilder text = new StringBuilder(2048);
    text.append(line("请求 request", "count", "p50 ms", "p90 ms", "p99 ms", "max ms", "outcomes"));
    for (Row row : rows) {
      text.append(
          line(
              row.ask.title,
              Long.toString(row.count()),
              ms(row.millis(50)),
              ms(row.millis(90)),
              ms(row.millis(99)),
              ms(row.latency.getMaxValue() / 1000.0),
              counts(row.outcomes)));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%n顾客 visits %d · 请求 requests %d in %.1f s (%.0f/s) · 收据验证 receipts verified %d%n",
            visits,
            requests(),
            seconds,
            requests() / Math.max(seconds, 0.001),
            receiptsVerified));
    text.append(
        String.format(
            Locale.ROOT,
            "为会员节省 saved %s yuan (冲正退回 taken back %s)%n",
            yuan(savedFen),
            yuan(undoneFen)));
    if (!troubles.isEmpty()) {
      text.append("重试 repeated: ").append(counts(troubles)).append(System.lineSeparator());
    }
    return text.append(result()).toString();
  }

  private String result() {
    String end = System.lineSeparator();
    if (good()) {
      return "异常 anomalies: none" + end;
    }
    StringBuilder text = new StringBuilder("异常 anomalies: ");
    anomalies.forEach((name, n) -> text.append(name).append(' ').append(n).append("  "));
    examples.forEach(example -> text.append(end).append("  ").append(example));
    return text.append(end).toString();
  }

  /** Pads by the width a terminal shows: a Chinese character takes two columns. */
  private static String line(
      String title, String count, String p50, String p90, String p99, String max, String more) {
    long wide = title.codePoints().filter(c -> c >= 0x2E80).count();
    String fitted = title + " ".repeat(Math.max(0, TITLE_COLUMNS - title.length() - (int) wide));
    return String.format(Locale.ROOT, LINE, fitted, count, p50, p90, p99, max, more);
  }

  private static String counts(Map<String, Long> counts) {
    StringBuilder text = new StringBuilder();
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry ->
                text.append(text.isEmpty() ? "" : ", ")
                    .append(entry.getKey())
                    .append(' ')
                    .append(entry.getValue()));
    return text.toString();
  }

  private static String ms(double millis) {
    return String.format(Locale.ROOT, "%.2f", millis);
  }

  private static String yuan(long fen) {
    return String.format(Locale.ROOT, "%,d.%02d", fen / 100, Math.abs(fen % 100));
  }
}
