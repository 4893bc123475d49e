package cn.unionecard.gateway.rules;

import org.jspecify.annotations.Nullable;

/**
 * One voucher, one lot of a quota or one pass of a member: the block's working copy of its locked
 * row. Whoever has it is a person; no card and no till changes that.
 */
public final class Entitlement {
  private static final long DAY_MS = 86_400_000L;

  public final long id;
  public final long member;
  public final int campaign;
  public final Grants.Kind kind;
  final long fromMs;
  private final boolean isVoid;
  private final @Nullable Long limitFen;
  private final @Nullable Long limitCount;
  private long untilMs;
  private long usedFen;
  private long usedCount;
  private @Nullable Long returnedMs;
  private @Nullable Long lateFen;
  private @Nullable Long lateCount;
  private boolean dirty;

  /**
   * As it was fetched.
   *
   * @param fromMs from when it is good, ms since 1970
   * @param untilMs before when, ms since 1970
   * @param limitFen what it holds; null: what the campaign's benefit takes off
   * @param limitCount how often it is used at most; null: as often as there are fen
   * @param returnedMs when all of it came back last; null: never
   */
  public Entitlement(
      long id,
      long member,
      int campaign,
      Grants.Kind kind,
      long fromMs,
      long untilMs,
      @Nullable Long limitFen,
      @Nullable Long limitCount,
      long usedFen,
      long usedCount,
      boolean isVoid,
      @Nullable Long returnedMs) {
    this.id = id;
    this.member = member;
    this.campaign = campaign;
    this.kind = kind;
    this.fromMs = fromMs;
    this.untilMs = untilMs;
    this.limitFen = limitFen;
    this.limitCount = limitCount;
    this.usedFen = usedFen;
    this.usedCount = usedCount;
    this.isVoid = isVoid;
    this.returnedMs = returnedMs;
  }

  /** Whether it is good for something at that time. */
  boolean isGood(long nowMs) {
    return !isVoid && fromMs <= nowMs && nowMs < untilMs && leftCount() > 0 && leftFen() > 0;
  }

  /**
   * What of it came back after its time, as it was fetched.
   *
   * @param fen what of that is good still; null: none of it came back so late
   * @param count how many uses of that; null: none
   */
  public Entitlement late(@Nullable Long fen, @Nullable Long count) {
    lateFen = fen;
    lateCount = count;
    return this;
  }

  /** What it holds still, fen. */
  long leftFen() {
    if (lateFen != null) {
      return lateFen;
    }
    return limitFen == null ? Long.MAX_VALUE : limitFen - usedFen;
  }

  private long leftCount() {
    if (lateCount != null) {
      return lateCount;
    }
    return limitCount == null ? Long.MAX_VALUE : limitCount - usedCount;
  }

  /** What ends first is used first; of two that end together the older. */
  boolean endsBefore(Entitlement other) {
    return untilMs == other.untilMs ? id < other.id : untilMs < other.untilMs;
  }

  void use(long fen) {
    usedFen += fen;
    usedCount++;
    moveLate(-fen, -1);
    dirty = true;
  }

  /**
   * Gives back what was used; if it is over by then, that is good for some days more, or lost. What
   * had ended unused stays lost.
   *
   * @param count 1 when all that it paid of the deal came back; −1 when it pays for it again
   * @param nowMs the block's stamp
   * @param returnDays what its campaign says
   */
  void giveBack(long fen, int count, long nowMs, int returnDays) {
    usedFen -= fen;
    usedCount -= count;
    dirty = true;
    boolean isOpenAgain = count > 0 || (limitFen != null && fen > 0);
    if (isOpenAgain && !isVoid && untilMs <= nowMs && returnDays > 0) {
      untilMs = (Facts.dayOf(nowMs) + 1L + returnDays) * DAY_MS - Facts.ZONE_OFFSET_MS;
      lateFen = limitFen == null ? null : Long.valueOf(fen);
      lateCount = limitFen == null ? Long.valueOf(count) : null;
    } else {
      moveLate(fen, count);
    }
    if (usedCount == 0 && usedFen == 0) {
      returnedMs = nowMs;
    }
  }

  /** More or less of what came back late; what is taken again may have ended unused. */
  private void moveLate(long fen, int count) {
    if (lateFen != null) {
      lateFen = Math.max(0, lateFen + fen);
    }
    if (lateCount != null) {
      lateCount = Math.max(0, lateCount + count);
    }
  }

  /** Whether what was given back can be used again, whenever that is. */
  boolean canRetake(long fen, int count) {
    return !isVoid
        && (limitFen == null || fen <= limitFen - usedFen)
        && (limitCount == null || count <= limitCount - usedCount);
  }

  // ---- read by the commit

  public boolean isDirty() {
    return dirty;
  }

  public long untilMs() {
    return untilMs;
  }

  public long usedFen() {
    return usedFen;
  }

  public long usedCount() {
    return usedCount;
  }

  public @Nullable Long returnedMs() {
    return returnedMs;
  }

  /** What of it came back after its time and is good still, fen; null: none came back so. */
  public @Nullable Long lateFen() {
    return lateFen;
  }

  /** How many uses of it came back after its time and are good still; null: none came back so. */
  public @Nullable Long lateCount() {
    return lateCount;
  }
}
