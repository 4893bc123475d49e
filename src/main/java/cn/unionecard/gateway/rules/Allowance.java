package cn.unionecard.gateway.rules;

import org.jspecify.annotations.Nullable;

/**
 * Something that can be used up: a campaign's budget, one member's share of it. The block's working
 * copy of one locked row; {@link #isDirty()} tells what to write back.
 */
public final class Allowance {

  /** What is used up. {@link #number} is the stored form. */
  public enum Kind {
    /** A campaign's budget: owner = campaign, holder = 0. */
    BUDGET(1),
    /** One member's use of a campaign: owner = campaign, holder = member. */
    MEMBER_USE(2),
    /** A pass at one site: owner = merchant, holder = pass. */
    PASS_SITE(11);

    public final int number;

    Kind(int number) {
      this.number = number;
    }

    /** The kind stored under that number. */
    public static Kind of(long number) {
      for (Kind kind : values()) {
        if (kind.number == number) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no kind " + number + " of what is used up");
    }
  }

  /** The row's key. */
  public record Key(long holder, Kind kind, long owner) {
    public static Key budget(int campaign) {
      return new Key(0, Kind.BUDGET, campaign);
    }

    public static Key passSite(long pass, int merchant) {
      return new Key(pass, Kind.PASS_SITE, merchant);
    }

    public static Key memberUse(long member, int campaign) {
      return new Key(member, Kind.MEMBER_USE, campaign);
    }
  }

  /** The caps of a row; null where there is none. */
  public record Caps(
      @Nullable Long fen, @Nullable Long count, @Nullable Long dayFen, @Nullable Long dayCount) {
    public static final Caps NONE = new Caps(null, null, null, null);

    static Caps of(Campaign.MemberLimits limits) {
      return new Caps(
          cap(limits.fen()), cap(limits.count()), cap(limits.dayFen()), cap(limits.dayCount()));
    }

    static Caps of(Grants grants) {
      return new Caps(null, cap(grants.siteCount()), null, cap(grants.siteDayCount()));
    }

    private static @Nullable Long cap(long limit) {
      return limit == Campaign.MemberLimits.NONE ? null : limit;
    }
  }

  public final Key key;

  /** Whether the row exists already. */
  public final boolean stored;

  private Caps caps;
  private long usedFen;
  private long usedCount;
  private int day;
  private long dayFen;
  private long dayCount;
  private boolean dirty;

  /** A row that does not exist yet: nothing is used. */
  public Allowance(Key key, Caps caps) {
    this(key, false, caps, 0, 0, 0, 0, 0);
  }

  /** A row as it was fetched. */
  public Allowance(
      Key key,
      boolean stored,
      Caps caps,
      long usedFen,
      long usedCount,
      int day,
      long dayFen,
      long dayCount) {
    this.key = key;
    this.stored = stored;
    this.caps = caps;
    this.usedFen = usedFen;
    this.usedCount = usedCount;
    this.day = day;
    this.dayFen = dayFen;
    this.dayCount = dayCount;
  }

  /**
   * Uses {@code fen} and one count on {@code today}, under the caps that hold now. A row of a day
   * yet to come, which no clock explains, keeps that day's use to itself.
   */
  void use(long fen, int today, Caps now) {
    caps = now;
    turnTo(today);
    change(fen, 1);
    if (day == today) {
      dayFen += fen;
      dayCount += 1;
    }
  }

  /**
   * Gives back {@code fen} and {@code count} that were used on {@code usedDay}; no more than the
   * day has, for releases before V19 filed what flew over midnight under the day before.
   */
  void giveBack(long fen, int count, int usedDay) {
    change(-fen, -count);
    if (day == usedDay) {
      dayFen = Math.max(0, dayFen - fen);
      dayCount = Math.max(0, dayCount - count);
    }
  }

  /** Whether its own caps allow one more use of so many fen on that day. */
  boolean has(long fen, int today) {
    return within(usedFen, fen, caps.fen())
        && within(usedCount, 1, caps.count())
        && within(dayFenOn(today), fen, caps.dayFen())
        && within(dayCountOn(today), 1, caps.dayCount());
  }

  /**
   * What its caps on fen leave of one more use on that day, fen; 0 if none of the count is left.
   */
  long leftFen(int today) {
    if (!within(usedCount, 1, caps.count()) || !within(dayCountOn(today), 1, caps.dayCount())) {
      return 0;
    }
    return Math.min(left(usedFen, caps.fen()), left(dayFenOn(today), caps.dayFen()));
  }

  private static long left(long used, @Nullable Long cap) {
    return cap == null ? Long.MAX_VALUE : cap - used;
  }

  /** Whether what was given back of {@code usedDay} could be used again under the caps. */
  boolean canRetake(long fen, int count, int usedDay) {
    return within(usedFen, fen, caps.fen())
        && within(usedCount, count, caps.count())
        && (day != usedDay
            || (within(dayFen, fen, caps.dayFen()) && within(dayCount, count, caps.dayCount())));
  }

  private static boolean within(long used, long more, @Nullable Long cap) {
    return cap == null || more <= cap - used;
  }

  private void change(long fen, int count) {
    usedFen += fen;
    usedCount += count;
    dirty = true;
  }

  private void turnTo(int today) {
    if (day < today) {
      day = today;
      dayFen = 0;
      dayCount = 0;
    }
  }

  public boolean isDirty() {
    return dirty;
  }

  public Caps caps() {
    return caps;
  }

  public long usedFen() {
    return usedFen;
  }

  public long usedCount() {
    return usedCount;
  }

  public int day() {
    return day;
  }

  public long dayFen() {
    return dayFen;
  }

  public long dayCount() {
    return dayCount;
  }

  long dayFenOn(int today) {
    return day < today ? 0 : dayFen;
  }

  long dayCountOn(int today) {
    return day < today ? 0 : dayCount;
  }
}
