package cn.unionecard.loadtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The members' phones: a feeder of {@code code}, {@code key} and {@code fen}. The codes come from
 * the demo's {@code codes} command, or another one that takes {@code --offset}, {@code --count} and {@code
 * --at} (Unix seconds) and prints {@code serial,code} a line; every half minute those of the next step, which
 * are accepted at once and for at least a minute.
 */
final class Phones implements AutoCloseable {
  private static final int STEP_SECONDS = 30;
  private static final int FEN_MIN = 300;
  private static final int FEN_MAX = 60_000;

  /** More than a step needs: the last of one step bridge the start of the next command. */
  private static final double SPARE = 2.0;

  private final List<String> command;
  private final int count;
  private final int first;
  private final String run = "g" + Long.toString(Instant.now().toEpochMilli(), 36);
  private final BlockingQueue<String> codes = new LinkedBlockingQueue<>();
  private final ScheduledExecutorService steps =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "member codes");
            thread.setDaemon(true);
            return thread;
          });
  private long lastStep;
  private long keys;

  /**
   * @param rate codes needed per second
   */
  Phones(Path demoFolder, double rate) {
    this.command = command(demoFolder);
    this.first = ThreadLocalRandom.current().nextInt(Integer.getInteger("cards", 100_000));
    this.count = (int) Math.ceil(rate * STEP_SECONDS * SPARE);
    refill();
    steps.scheduleAtFixedRate(this::refill, 1, 1, TimeUnit.SECONDS);
  }

  Iterator<Map<String, Object>> feeder() {
    return Stream.generate(this::customer).iterator();
  }

  private synchronized Map<String, Object> customer() {
    try {
      String code = codes.poll(STEP_SECONDS, TimeUnit.SECONDS);
      if (code == null) {
        throw new IllegalStateException("no codes: does 'codes' run against this demo?");
      }
      int fen = ThreadLocalRandom.current().nextInt(FEN_MIN, FEN_MAX);
      return Map.of("code", code, "key", run + "-" + ++keys, "fen", fen);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static List<String> command(Path demoFolder) {
    if (!Settings.CODES.isEmpty()) {
      return List.of(Settings.CODES.trim().split(" +"));
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return List.of(
        java, "-jar", Settings.JAR, "codes", "--data-folder", demoFolder.toString());
  }

  /** Replaces what is left of the last step by the next step's codes, once per step. */
  private void refill() {
    long step = Instant.now().getEpochSecond() / STEP_SECONDS + 1;
    if (step == lastStep) {
      return;
    }
    List<String> fresh = codesOf(step);
    codes.clear();
    codes.addAll(fresh);
    lastStep = step;
  }

  /** From a card of this run's own on: a run that follows another within a step has other codes. */
  private List<String> codesOf(long step) {
    List<String> fresh = codesOf(step, first, count);
    if (fresh.size() < count && first > 0) {
      fresh.addAll(codesOf(step, 0, Math.min(first, count - fresh.size())));
    }
    return fresh;
  }

  private List<String> codesOf(long step, int offset, int wanted) {
    try {
      List<String> asked = new ArrayList<>(command);
      asked.addAll(List.of("--offset", Integer.toString(offset)));
      asked.addAll(List.of("--count", Integer.toString(wanted)));
      asked.addAll(List.of("--at", Long.toString(step * STEP_SECONDS)));
      Process process =
          new ProcessBuilder(asked).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      List<String> fresh = new ArrayList<>(wanted);
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          fresh.add(line.substring(line.indexOf(',') + 1));
        }
      }
      return fresh;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    steps.shutdownNow();
  }
}
