package cn.unionecard.gateway.line;

import java.util.Arrays;

/**
 * When a flight came to the end of each of its stages. Of one flight, on its lane's event loop.
 *
 * <p>Times are of {@link System#nanoTime}.
 */
final class FlightTimes {
  /** What a flight does, one after the other. */
  enum Stage {
    /** Its oldest request waits for it: the block before flies. */
    WAIT("wait", "the oldest request of a block waits for the block before"),
    /** What the lane does not know of the definitions is read; mostly nothing. */
    LEARN("learn", "definitions that the lane does not know are read"),
    /** The question is put together and handed to the driver. */
    ASK("ask", "what a block must know is asked"),
    /** PostgreSQL begins, locks and answers. */
    FETCH("fetch", "PostgreSQL locks and answers"),
    /** Redis is later than PostgreSQL: what it remembers of codes. */
    RECALL("recall", "Redis is waited for, where it is later than PostgreSQL"),
    /** The rules. */
    DECIDE("decide", "the rules decide"),
    /** Receipts, their tree, the signature. */
    SEAL("seal", "receipts are written, hashed and signed"),
    /** What is to be recorded is put together and handed to the driver. */
    WRITE("write", "what is recorded is put together"),
    /** PostgreSQL writes and makes it durable. */
    COMMIT("commit", "PostgreSQL writes, and it is durable"),
    /** The next block's question has been put together first; then the answers are handed out. */
    ANSWER("answer", "the next block leaves and the answers are handed out");

    final String word;
    final String meaning;

    Stage(String word, String meaning) {
      this.word = word;
      this.meaning = meaning;
    }
  }

  private static final Stage[] STAGES = Stage.values();

  private final long oldestNs;
  private final long[] endNs = new long[STAGES.length];
  private int reached;

  /**
   * @param oldestNs when the oldest request of the block came to the lane
   */
  FlightTimes(long oldestNs) {
    this.oldestNs = oldestNs;
    reached(Stage.WAIT);
  }

  /** The stage is over, and all before it are. */
  void reached(Stage stage) {
    long now = System.nanoTime();
    Arrays.fill(endNs, reached, stage.ordinal() + 1, now);
    reached = stage.ordinal() + 1;
  }

  /** How long the stage took, ns; zero where the flight never came to it. */
  long ns(Stage stage) {
    int n = stage.ordinal();
    return n >= reached ? 0 : endNs[n] - (n == 0 ? oldestNs : endNs[n - 1]);
  }

  /** From its beginning to the end of its last stage, ns: without the waiting before it. */
  long flightNs() {
    return endNs[reached - 1] - endNs[0];
  }

  /** From the oldest request's coming to the end of the last stage, ns. */
  long totalNs() {
    return endNs[reached - 1] - oldestNs;
  }

  /** All stages with their microseconds. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder();
    for (Stage stage : STAGES) {
      line.append(line.isEmpty() ? "" : ", ").append(stage.word).append(' ');
      line.append(ns(stage) / 1_000);
    }
    return line.append(" µs").toString();
  }
}
