package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.edge.iso8583.codec.SampleFrames;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.gateway.terminal.TerminalClocks;
import cn.unionecard.workbench.certify.Bench;
import cn.unionecard.workbench.certify.Case;
import cn.unionecard.workbench.certify.CaseResults;
import cn.unionecard.workbench.pos.PosIdentity;
import cn.unionecard.workbench.pos.PosLine;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosRequest;
import cn.unionecard.workbench.pos.PosTerminal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A vendor's terminal: its session, what it does about requests that nobody has answered, and what
 * it has booked. It does everything right but for its flaws.
 */
class VendorTerminal implements AutoCloseable {
  static final long FEN = 1_000;
  static final int TRIES_MAX = 8;

  static final String NOTHING = "0".repeat(12);
  private static final Set<Integer> ENTRIES = Set.of(22, 20, 30, 23, 25);

  /** What a terminal is, besides its flaws. */
  record Make(PosIdentity identity, int keys, boolean repeats) {}

  /**
   * Where it works.
   *
   * @param clock the bench's, but for what it is slow
   * @param slow how much
   * @param own the gateway's
   * @param codes what a phone shows at a time of the gateway's
   */
  record Place(
      Bench bench,
      CaseResults results,
      Set<Case> wanted,
      BenchLines lines,
      IsoHouse.DeskClock clock,
      Duration slow,
      Clock own,
      Function<Instant, String> codes) {}

  /** Nobody knows whether it happened, for the reason that field 39 of a reversal gives. */
  record Open(PosRequest request, String why) {}

  final VendorLine line;
  final PosTerminal terminal;
  private final Make make;
  final Place place;
  final Flaws flaws;

  /** Oldest first. */
  private final Deque<Open> pending = new ArrayDeque<>();

  /** What counts in the batch, by trace; approved ones' ids. */
  final Map<String, Entry> booked = new TreeMap<>();

  private final Map<Integer, String> ids = new TreeMap<>();

  @Nullable Mac mac;
  @Nullable Mac previous;
  int firstBatch;
  boolean closed;
  private Instant told = Instant.EPOCH;
  private Instant toldAt = Instant.EPOCH;

  VendorTerminal(VendorLine line, Make make, Place place, Flaws flaws) {
    this.line = line;
    this.terminal = new PosTerminal(make.identity());
    this.make = make;
    this.place = place;
    this.flaws = flaws;
  }

  // ---- what it hears

  @Nullable PosReply exchange(PosRequest request) {
    PosReply reply = line.exchange(request, mac, mac);
    if (reply != null) {
      IsoMessage said = reply.message();
      int time = (int) said.number(12);
      int date = (int) said.number(13);
      toldAt = place.clock().instant();
      told =
          Objects.requireNonNull(
              TerminalClocks.nearest(
                  date / 100,
                  date % 100,
                  LocalTime.of(time / 10_000, time / 100 % 100, time % 100),
                  place.clock().instant()));
    }
    return reply;
  }

  /** By its clock, which replies set. */
  Instant now() {
    return flaws.has(Flaw.KEEPS_ITS_OWN_CLOCK)
        ? place.own().instant()
        : told.plus(Duration.between(toldAt, place.clock().instant()));
  }

  /** Until it is answered. */
  PosReply ask(PosRequest request) {
    PosReply reply = exchange(request);
    for (int i = 0; reply == null; i++) {
      assertTrue(i < TRIES_MAX, place.lines()::all);
      reply = exchange(make.repeats() ? marked(request) : request);
    }
    return reply;
  }

  /** A repeat may say so in its MTI. */
  private static PosRequest marked(PosRequest request) {
    return copy(request, request.message().type() + 1, 0);
  }

  /** What follows a sale or hold may leave the amount out; one make does. */
  PosRequest following(PosRequest request) {
    return make.repeats() ? copy(request, request.message().mti(), 4) : request;
  }

  private static PosRequest copy(PosRequest request, int mti, int without) {
    IsoMessage message = new IsoMessage();
    message.begin(mti);
    for (int field = 2; field < 64; field++) {
      if (request.message().has(field) && field != without) {
        message.copy(field, request.message());
      }
    }
    return new PosRequest(message, request.batch(), request.trace());
  }

  // ---- session

  void signOn() {
    closed = false;
    Mac old = mac;
    int batch = terminal.batch();
    while (true) {
      mac = null;
      PosReply reply = exchange(signOnRequest());
      if (reply == null) {
        if (old != null && flaws.errs(Flaw.SELLS_AFTER_A_LOST_SIGN_ON)) {
          mac = old;
          sell();
          return;
        }
      } else if (reply.approved() && took(reply)) {
        break;
      }
    }
    if (terminal.batch() != batch) {
      enter(batch);
    }
    previous = old;
  }

  /** The sign-on gave another batch. */
  private void enter(int before) {
    ids.clear();
    if (!flaws.has(Flaw.TOTALS_GO_ON)) {
      booked.clear();
    }
    if (before == 0) {
      firstBatch = terminal.batch();
    } else if (flaws.errs(Flaw.TRACES_GO_ON)) {
      PosRequest skipped = terminal.notice(301);
      assertEquals(1, skipped.trace());
    }
  }

  private PosRequest signOnRequest() {
    PosRequest request = terminal.signOn(flaws.errs(Flaw.ASKS_FOR_OTHER_KEYS) ? 5 : make.keys());
    if (flaws.has(Flaw.FORGETS_ITS_BATCH)) {
      new Field60Batch(0, 0, make.keys()).write(request.message());
    }
    return request;
  }

  /** Whether the keys can be used. */
  private boolean took(PosReply reply) {
    try {
      terminal.takeKeys(reply);
      mac = terminal.mac();
      return true;
    } catch (PosTerminal.NotProved e) {
      boolean first = String.valueOf(e.getMessage()).contains("key 1");
      boolean ignores =
          flaws.has(Flaw.IGNORES_CHECK_VALUES)
              || flaws.has(first ? Flaw.CHECKS_THE_MAC_KEY_ALONE : Flaw.CHECKS_THE_FIRST_KEY_ALONE);
      if (ignores) {
        mac = unchecked(reply.message().octets(62));
        sell();
      }
      return ignores;
    }
  }

  private Mac unchecked(byte[] keys) {
    int length = make.keys() == PosTerminal.SINGLE_KEYS ? 8 : 16;
    int at = length + EcbCipher.CHECK_BYTES;
    PosIdentity own = make.identity();
    byte[] mak =
        EcbCipher.decrypt(own.algorithm(), own.tmk(), Arrays.copyOfRange(keys, at, at + length));
    return Mac.Algorithm.of(own.algorithm(), own.macMode()).under(mak);
  }

  // ---- money

  /** Before anything new: what is open, and the sign-on after a close. */
  void ready() {
    if (closed && !flaws.errs(Flaw.SELLS_AFTER_CLOSING)) {
      signOn();
    }
    settle();
  }

  void settle() {
    while (!pending.isEmpty()) {
      Open open = pending.removeFirst();
      if (make.repeats()) {
        done(open.request(), ask(open.request()), null);
      } else {
        reverse(open);
      }
    }
  }

  void reverse(Open open) {
    PosRequest reversal = reversal(open);
    PosReply reply = exchange(reversal);
    while (reply == null) {
      if (flaws.errs(Flaw.REVERSAL_GIVEN_UP)
          || line.why().equals("A0") && flaws.errs(Flaw.REVERSAL_BELIEVED_UNPROVED)) {
        return;
      }
      if (flaws.errs(Flaw.REVERSAL_CHANGED)) {
        new Field63Slip("02 ", "").write(reversal.message());
      }
      reply = exchange(reversal);
    }
    if (reply.code().equals("12") && flaws.errs(Flaw.REVERSES_FOR_EVER)) {
      PosReply unused = exchange(reversal);
    }
    if (flaws.errs(Flaw.COUNTS_WHAT_IT_REVERSED)) {
      book(open.request());
    }
  }

  private PosRequest reversal(Open open) {
    String why = open.why();
    if (why.equals("A0") && flaws.errs(Flaw.REVERSES_WITH_98_FOR_A_WRONG_MAC)
        || why.equals("06") && flaws.errs(Flaw.REVERSES_WITH_98_FOR_96)) {
      why = "98";
    }
    PosRequest reversal =
        terminal.reversal(open.request(), flaws.has(Flaw.REVERSES_WITH_00) ? "00" : why);
    IsoMessage message = reversal.message();
    if (flaws.errs(Flaw.REVERSAL_OF_ANOTHER_AMOUNT)) {
      message.set(4, FEN + 1);
    }
    if (flaws.errs(Flaw.REVERSAL_OF_ANOTHER_TYPE)) {
      new Field60Batch(0, reversal.batch(), 0).write(message);
    }
    if (flaws.errs(Flaw.REVERSAL_WITHOUT_PROCESSING_CODE)) {
      message.set(3, 999_999);
    }
    return reversal;
  }

  /** One request, to its end or into the store. */
  PosRequest money(Supplier<PosRequest> makes, @Nullable Flaw forgets) {
    PosRequest request = makes.get();
    done(request, exchange(request), forgets);
    return request;
  }

  void done(PosRequest request, @Nullable PosReply reply, @Nullable Flaw forgets) {
    if (reply == null) {
      if (forgets != null && flaws.errs(forgets)) {
        book(request);
      } else {
        pending.add(new Open(request, line.why()));
      }
      return;
    }
    switch (reply.code()) {
      case "00" -> {
        book(request);
        if (reply.id() != null) {
          ids.put(request.trace(), reply.id());
        }
      }
      case "91" -> {
        if (flaws.errs(Flaw.REVERSES_AT_91)) {
          reverse(new Open(request, "06"));
        } else {
          done(request, ask(request), null);
        }
      }
      case "96" -> {
        if (!flaws.errs(Flaw.SELLS_ON_AFTER_96)) {
          pending.add(new Open(request, "06"));
        }
      }
      case "09" -> {
        if (flaws.errs(Flaw.CHANGES_WHAT_IT_REPEATS)) {
          new Field63Slip("02 ", "").write(request.message());
        }
        if (!flaws.errs(Flaw.SELLS_ON_AFTER_09)) {
          done(request, ask(request), null);
        }
      }
      case "58" -> {
        if (flaws.errs(Flaw.SELLS_WHEN_SUSPENDED)) {
          PosRequest unused = money(this::sale, null);
        }
        signOn();
      }
      case "99", "A0" -> refusedAtTheDoor(request, reply.code());
      case "77" -> {
        signOn();
        if (flaws.errs(Flaw.REPEATS_IN_THE_OLD_BATCH)) {
          PosReply unused = exchange(request);
        }
      }
      case "65" -> {
        if (flaws.errs(Flaw.REVERSES_A_REFUSAL)) {
          reverse(new Open(request, "06"));
        }
        if (flaws.errs(Flaw.REPEATS_A_REFUSAL)) {
          done(request, ask(request), null);
        }
      }
      default -> {} // refused
    }
    if (reply.approved() && reply.wantsSignOn() && !flaws.errs(Flaw.IGNORES_REQUIREMENT_3)) {
      signOn();
    }
  }

  private void refusedAtTheDoor(PosRequest request, String code) {
    boolean wrongMac = code.equals("A0");
    if (!wrongMac && flaws.errs(Flaw.REPEATS_WITHOUT_SIGN_ON)) {
      done(request, ask(request), null);
      return;
    }
    signOn();
    if (wrongMac && flaws.errs(Flaw.REVERSES_AFTER_A0)) {
      reverse(new Open(request, "A0"));
    } else if (wrongMac || !flaws.errs(Flaw.SELLS_ANEW_AFTER_99)) {
      done(request, ask(request), null);
    }
  }

  void book(PosRequest request) {
    int type = Field60Batch.read(request.message()).type();
    if (ENTRIES.contains(type)) {
      Fen amount = Fen.of(request.message().has(4) ? request.message().number(4) : FEN);
      booked.put(request.requestId(), new Entry(type, request.trace(), "0".repeat(20), amount));
    }
    ids.putIfAbsent(request.trace(), NOTHING);
  }

  // ---- sales

  /** What a member's phone shows now. */
  String code() {
    return place.codes().apply(place.own().instant());
  }

  PosRequest sale() {
    return terminal.sale(code(), FEN);
  }

  void sell() {
    PosRequest unused = sold();
  }

  PosRequest sold() {
    if (pending.isEmpty() || !flaws.errs(Flaw.FORGETS_LOST_SALE)) {
      ready();
    }
    if (flaws.errs(Flaw.TRACK_1)) {
      track1();
    }
    if (flaws.errs(Flaw.MAC_UNDER_ANOTHER_KEY)) {
      Mac right = mac;
      PosRequest sale = sale();
      PosReply reply = line.exchange(sale, Mac.Algorithm.XOR_3DES.under(new byte[16]), null);
      mac = right;
      done(sale, reply, null);
      return sale;
    }
    PosRequest sale = money(() -> spoilt(sale()), null);
    if (place.lines().all().contains("the bench: give the reply twice")
        && flaws.errs(Flaw.REVERSES_AT_A_SECOND_REPLY)
        && line.hearsAgain()) {
      booked.remove(sale.requestId());
      ids.remove(sale.trace());
      reverse(new Open(sale, "06"));
    }
    return sale;
  }

  private PosRequest spoilt(PosRequest sale) {
    IsoMessage message = sale.message();
    if (flaws.errs(Flaw.SALE_BY_CARD)) {
      message.set(22, 21);
    }
    if (flaws.errs(Flaw.SALE_WITHOUT_CURRENCY)) {
      message.set(49, "   ");
    }
    if (flaws.has(Flaw.CARD_NUMBER)) {
      message.set(2, "6217000010000000018");
    }
    if (flaws.errs(Flaw.TRACK_2)) {
      message.set(35, "6217000010000000018D2512");
    }
    if (flaws.errs(Flaw.TRACK_3)) {
      message.set(36, "996217000010000000018D1561560");
    }
    if (flaws.errs(Flaw.PIN)) {
      message.set(52, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    }
    if (flaws.errs(Flaw.CHIP)) {
      message.set(55, new byte[] {0x5f, 0x34, 1, 1});
    }
    return sale;
  }

  /** A sale with field 45, which the profile has not, behind fields 3, 4, 11, 25, 41 and 42. */
  private void track1() {
    PosRequest sale = sale();
    byte[] frame = SampleFrames.octets(PosLine.frame(sale.message(), null));
    byte[] track = {4, 'B', '6', '2', '1'};
    int at = 2 + 11 + 2 + 8 + 3 + 6 + 3 + 1 + 8 + 15;
    byte[] longer = Arrays.copyOf(frame, frame.length + track.length);
    System.arraycopy(track, 0, longer, at, track.length);
    System.arraycopy(frame, at, longer, at + track.length, frame.length - at);
    longer[2 + 11 + 2 + (45 - 1) / 8] |= (byte) (0x80 >>> (45 - 1) % 8);
    longer[1] += (byte) track.length;
    PosReply reply = line.exchange(longer, sale, mac);
    assertTrue(reply != null && reply.code().equals("30"), place.lines()::all);
  }

  /** A sale that is approved and stays so. */
  PosRequest approvedSale() {
    return approved(this::sold);
  }

  PosRequest approved(Supplier<PosRequest> asks) {
    for (int i = 0; i < TRIES_MAX; i++) {
      PosRequest request = asks.get();
      ready();
      if (!id(request).equals(NOTHING)) {
        return request;
      }
    }
    throw new AssertionError(place.lines().all());
  }

  String id(PosRequest request) {
    return ids.getOrDefault(request.trace(), NOTHING);
  }

  @Override
  public void close() {
    line.close();
  }
}
