package cn.unionecard.gateway.rules;

/**
 * A terminal's count of its offline sales, as the gateway has it: the block's working copy of one
 * locked row.
 */
public final class CounterRow {
  /** The terminal's row. */
  public final int terminal;

  /** Whether the row exists already. */
  public final boolean stored;

  private long counter;
  private long outageAtMs;
  private int outageCount;
  private boolean dirty;

  /** A terminal that never reported an offline sale. */
  public CounterRow(int terminal) {
    this(terminal, false, 0, 0, 0);
  }

  /** A row as it was fetched. */
  public CounterRow(int terminal, boolean stored, long counter, long outageAtMs, int outageCount) {
    this.terminal = terminal;
    this.stored = stored;
    this.counter = counter;
    this.outageAtMs = outageAtMs;
    this.outageCount = outageCount;
  }

  /** How many offline sales the outage has, with one more of that time. */
  int countWith(long atMs, long ageMs) {
    return inOutage(atMs, ageMs) ? outageCount + 1 : 1;
  }

  private boolean inOutage(long atMs, long ageMs) {
    return outageCount > 0 && Math.abs(atMs - outageAtMs) < ageMs;
  }

  /** Takes an offline sale in; one that was refused moves the counter only. */
  void take(long newCounter, long atMs, long ageMs, boolean approved) {
    counter = newCounter;
    if (approved) {
      boolean same = inOutage(atMs, ageMs);
      outageCount = same ? outageCount + 1 : 1;
      outageAtMs = same ? outageAtMs : atMs;
    }
    dirty = true;
  }

  public boolean isDirty() {
    return dirty;
  }

  /** The last counter the terminal reported; 0 = none. */
  public long counter() {
    return counter;
  }

  /** When its present outage began, by its own clock, ms since 1970. */
  public long outageAtMs() {
    return outageAtMs;
  }

  /** Offline sales approved of it. */
  public int outageCount() {
    return outageCount;
  }
}
