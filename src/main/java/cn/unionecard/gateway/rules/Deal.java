package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.TransactionType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A SALE, HOLD or ADVICE and what became of it: the block's working copy of its locked rows. What
 * was agreed never changes; what came back of it grows, and shrinks when an undo is undone.
 */
public final class Deal {

  /** What was agreed. */
  public record Terms(
      long id,
      TransactionType type,
      int merchant,
      @Nullable Long card,
      @Nullable Long member,
      long orderFen,
      long memberPaysFen) {}

  /** What came back, of the order and of the member's part of it; whole = nothing stands. */
  public record Back(long orderFen, long memberFen, boolean whole) {
    static final Back NOTHING = new Back(0, 0, false);
  }

  /** Life of a hold; the name is the stored form. */
  public enum HoldState {
    OPEN,
    COMPLETED,
    RELEASED,
    EXPIRED,
    REVERSED
  }

  /**
   * A hold.
   *
   * @param dueMs when it expires, ms since 1970
   * @param end the transaction that ended it, 0 while it is open
   */
  public record Hold(HoldState state, long dueMs, long end) {
    /** Whether all it had reserved is given back. */
    public boolean isFreed() {
      return state != HoldState.OPEN && state != HoldState.COMPLETED;
    }
  }

  public final Terms terms;
  private final List<Allocation> allocations;
  private final long[] returned;
  private Back back;
  private @Nullable Hold hold;
  private final boolean backStored;
  private final boolean holdStored;
  private boolean backDirty;
  private boolean holdDirty;
  private long last;

  /** As agreed a moment ago. */
  Deal(Terms terms, List<Allocation> allocations) {
    this(terms, allocations, new long[allocations.size()], null, null);
  }

  /**
   * As it was fetched.
   *
   * @param allocations who pays what, by line
   * @param returned what came back of each
   * @param back what came back in all, or null if nothing ever did
   * @param hold the hold it is, or null
   */
  public Deal(
      Terms terms,
      List<Allocation> allocations,
      long[] returned,
      @Nullable Back back,
      @Nullable Hold hold) {
    this.terms = terms;
    this.allocations = List.copyOf(allocations);
    this.returned = returned.clone();
    this.back = back == null ? Back.NOTHING : back;
    this.backStored = back != null;
    this.hold = hold;
    this.holdStored = hold != null;
  }

  // ---- read by the rules

  public Back back() {
    return back;
  }

  public @Nullable Hold hold() {
    return hold;
  }

  boolean isUntouched() {
    return !back.whole() && back.orderFen() == 0;
  }

  /** Whether it is final: a sale, or a hold that was completed. */
  boolean isFinal() {
    return hold == null || hold.state() == HoldState.COMPLETED;
  }

  boolean isOpen() {
    return hold != null && hold.state() == HoldState.OPEN;
  }

  long restFen() {
    return terms.orderFen() - back.orderFen();
  }

  /** Who pays what, by line, as agreed. */
  public List<Allocation> allocations() {
    return allocations;
  }

  Set<Integer> campaigns() {
    Set<Integer> campaigns = new LinkedHashSet<>();
    allocations.forEach(allocation -> campaigns.add(allocation.campaign()));
    return campaigns;
  }

  /** The vouchers, lots and passes that pay for it. */
  Set<Long> lots() {
    Set<Long> lots = new LinkedHashSet<>();
    for (Allocation allocation : allocations) {
      if (allocation.lot() != 0) {
        lots.add(allocation.lot());
      }
    }
    return lots;
  }

  /** What a campaign still pays of it, fen. */
  long leftOf(int campaign) {
    long left = 0;
    for (int i = 0; i < returned.length; i++) {
      left +=
          allocations.get(i).campaign() == campaign ? allocations.get(i).fen() - returned[i] : 0;
    }
    return left;
  }

  /** What a voucher, lot or pass still pays of it, fen. */
  long leftOfLot(long lot) {
    long left = 0;
    for (int i = 0; i < returned.length; i++) {
      left += allocations.get(i).lot() == lot ? allocations.get(i).fen() - returned[i] : 0;
    }
    return left;
  }

  long memberLeftFen() {
    return terms.memberPaysFen() - back.memberFen();
  }

  /** Part of the deal that comes back. */
  record Part(long orderFen, long memberFen, List<Allocation> allocations) {}

  /**
   * What comes back for so much of the order: of the member's part requested × paid / order,
   * HALF_UP; the last part takes the remainder. The discount's share is split over the lines by
   * what is left of each, by largest remainder, so that none can ever come back twice.
   *
   * @param orderFen at most {@link #restFen}
   */
  Part part(long orderFen) {
    long memberLeft = memberLeftFen();
    long discountLeft = restFen() - memberLeft;
    long member = orderFen;
    if (orderFen == restFen()) {
      member = memberLeft;
    } else if (terms.orderFen() > 0) {
      member = Proportion.halfUp(orderFen, terms.memberPaysFen(), terms.orderFen());
      member = Math.max(orderFen - discountLeft, Math.min(member, memberLeft));
    }
    return new Part(orderFen, member, split(orderFen - member));
  }

  /**
   * What comes back where some elements of the discount go alone: all that they still pay, by line;
   * the rest of so much of the order is the member's.
   *
   * @param orderFen at least what they still pay, at most that and what the member has still paid
   */
  Part alone(long orderFen, Set<Integer> campaigns) {
    List<Allocation> parts = new ArrayList<>(2);
    long fen = 0;
    for (int i = 0; i < returned.length; i++) {
      long left = allocations.get(i).fen() - returned[i];
      if (left > 0 && campaigns.contains(allocations.get(i).campaign())) {
        parts.add(allocations.get(i).of(-left));
        fen += left;
      }
    }
    return new Part(orderFen, orderFen - fen, parts);
  }

  private List<Allocation> split(long discountFen) {
    long[] left = new long[returned.length];
    for (int i = 0; i < left.length; i++) {
      left[i] = allocations.get(i).fen() - returned[i];
    }
    long[] shares = Proportion.split(discountFen, left);
    List<Allocation> parts = new ArrayList<>(shares.length);
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] > 0) {
        parts.add(allocations.get(i).of(-shares[i]));
      }
    }
    return parts;
  }

  // ---- changed by each decision

  /** Part of it comes back, or (sign 1) stands again; amounts of the entry are not negative. */
  void move(Entry entry) {
    int sign = -entry.effect().sign();
    last = entry.id();
    for (Allocation allocation : entry.allocations()) {
      moveLine(allocation);
    }
    if (entry.effect().posts) {
      long order = back.orderFen() + sign * entry.orderFen();
      long member = back.memberFen() + sign * entry.memberPaysFen();
      back = new Back(order, member, sign > 0 && order == terms.orderFen());
      backDirty = true;
    }
  }

  /** Finds the lines of a payer by who it is, for an undone undo knows no line numbers. */
  private void moveLine(Allocation allocation) {
    long rest = -allocation.fen();
    for (int i = 0; i < returned.length && rest != 0; i++) {
      if (allocations.get(i).sameAs(allocation)) {
        long change =
            rest > 0
                ? Math.min(rest, allocations.get(i).fen() - returned[i])
                : Math.max(rest, -returned[i]);
        returned[i] += change;
        rest -= change;
      }
    }
    if (rest != 0) {
      throw new IllegalStateException("deal " + terms.id() + " gives back more than it has");
    }
  }

  void turn(HoldState state, long dueMs, long by) {
    hold = new Hold(state, dueMs, state == HoldState.OPEN ? 0 : by);
    holdDirty = true;
    last = by;
  }

  // ---- read by the commit

  /** What came back of each allocation, fen, between 0 and it. */
  public long[] returned() {
    return returned.clone();
  }

  /** The transaction that changed it last. */
  public long last() {
    return last;
  }

  public boolean isBackStored() {
    return backStored;
  }

  public boolean isHoldStored() {
    return holdStored;
  }

  public boolean isBackDirty() {
    return backDirty;
  }

  public boolean isHoldDirty() {
    return holdDirty;
  }
}
