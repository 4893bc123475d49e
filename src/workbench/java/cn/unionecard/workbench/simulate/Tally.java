package cn.unionecard.workbench.simulate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What has been seen so far. Belongs to the simulation's event loop. */
final class Tally {
  /** Anomalies told in full; the rest is counted only. */
  private static final int EXAMPLES_MAX = 20;

  private static final long LATENCY_MAX_MICROS = 3_600_000_000L;
  private static final int LATENCY_DIGITS = 3;

  private final Map<Ask, Histogram> latencies = new EnumMap<>(Ask.class);
  private final Map<Ask, Map<String, Long>> outcomes = new EnumMap<>(Ask.class);
  private final Map<String, Long> troubles = new TreeMap<>();
  private final Map<Anomaly, Long> anomalies = new EnumMap<>(Anomaly.class);
  private final List<String> examples = new ArrayList<>();
  private final Histogram recent = new Histogram(LATENCY_MAX_MICROS, LATENCY_DIGITS);
  private boolean measures;
  private long measuredFrom;
  private long visitsFinished;
  private long receiptsVerified;
  private long savedFen;
  private long undoneFen;

  /** What was due before that is not measured; as {@link System#nanoTime} counts. */
  void measureFrom(long nanoTime) {
    measuredFrom = nanoTime;
    measures = true;
  }

  /** A final answer and how long the cashier waited for it. */
  void answered(Ask ask, String outcome, long nanos) {
    long micros = Math.min(Math.max(nanos / 1000, 0), LATENCY_MAX_MICROS);
    recent.recordValue(micros);
    if (measures && System.nanoTime() - nanos - measuredFrom < 0) {
      return;
    }
    latencies
        .computeIfAbsent(ask, a -> new Histogram(LATENCY_MAX_MICROS, LATENCY_DIGITS))
        .recordValue(micros);
    outcomes.computeIfAbsent(ask, a -> new TreeMap<>()).merge(outcome, 1L, Long::sum);
  }

  /** An attempt that gave no final answer and was repeated. */
  void trouble(String what) {
    troubles.merge(what, 1L, Long::sum);
  }

  void anomaly(Anomaly anomaly, String example) {
    anomalies.merge(anomaly, 1L, Long::sum);
    if (examples.size() < EXAMPLES_MAX) {
      examples.add(anomaly + ": " + example);
    }
  }

  void visitFinished() {
    visitsFinished++;
  }

  void receiptVerified() {
    receiptsVerified++;
  }

  void saved(long fen) {
    savedFen += fen;
  }

  void undone(long fen) {
    undoneFen += fen;
  }

  /** Milliseconds until each answer since the last call, measured or not, at some percentiles. */
  double[] recentMillis(double... percentiles) {
    double[] millis =
        Arrays.stream(percentiles).map(p -> recent.getValueAtPercentile(p) / 1000.0).toArray();
    recent.reset();
    return millis;
  }

  long visitsFinished() {
    return visitsFinished;
  }

  long anomalies() {
    return anomalies.values().stream().mapToLong(Long::longValue).sum();
  }

  Report report(double seconds) {
    List<Report.Row> rows = new ArrayList<>();
    latencies.forEach(
        (ask, latency) ->
            rows.add(new Report.Row(ask, outcomes.getOrDefault(ask, Map.of()), latency.copy())));
    return new Report(
        rows,
        troubles,
        anomalies,
        examples,
        visitsFinished,
        receiptsVerified,
        savedFen,
        undoneFen,
        seconds);
  }
}
