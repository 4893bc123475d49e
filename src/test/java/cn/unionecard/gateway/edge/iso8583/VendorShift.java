package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.terminal.TerminalClocks;
import cn.unionecard.workbench.certify.Bench;
import cn.unionecard.workbench.certify.Case;
import cn.unionecard.workbench.certify.CaseResults;
import cn.unionecard.workbench.pos.PosIdentity;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosRequest;
import cn.unionecard.workbench.pos.PosTerminal;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A vendor's terminal with a store, and the cashier who does what the bench asks for. It does
 * everything right but one thing, once or always: that which a case is made for.
 */
final class VendorShift implements AutoCloseable {
  private static final long FEN = 1_000;
  private static final int SALES_MAX = 60;
  private static final int OFFLINE_SALES = 3;

  private final VendorLine line;
  private final PosTerminal terminal;
  private final @Nullable Case flaw;
  private final Bench bench;
  private final CaseResults results;
  private final BenchLines lines;
  private final Supplier<String> codes;
  private final Supplier<Instant> ownClock;
  private final boolean repeats;

  /** Nobody knows whether they happened, oldest first. */
  private final Deque<PosRequest> pending = new ArrayDeque<>();

  /** Approved, by trace. */
  private final Map<Integer, Entry> booked = new TreeMap<>();

  private boolean erred;
  private boolean offlineDone;
  private @Nullable Instant told;

  /**
   * @param flaw what it does wrong, or null
   * @param repeats whether it sends again what was not answered, instead of reversing it
   */
  VendorShift(
      Vertx vertx,
      NetClientOptions options,
      int port,
      PosIdentity identity,
      @Nullable Case flaw,
      boolean repeats,
      Bench bench,
      CaseResults results,
      BenchLines lines,
      Supplier<String> codes,
      Supplier<Instant> ownClock) {
    this.line = new VendorLine(vertx, options, port, flaw);
    this.terminal = new PosTerminal(identity);
    this.flaw = flaw;
    this.repeats = repeats;
    this.bench = bench;
    this.results = results;
    this.lines = lines;
    this.codes = codes;
    this.ownClock = ownClock;
  }

  /** From the sign-on to the sign-off. */
  void work() {
    signOn();
    for (int i = 0; isDrilling(); i++) {
      assertTrue(i < SALES_MAX, () -> "the bench is never satisfied: " + lines.all());
      PosRequest unused = sell();
      if (!offlineDone && lines.all().contains("the line is down")) {
        outage();
      }
    }
    echo();
    PosRequest kept = approvedSale();
    PosRequest voided = approvedSale();
    undo(kept, voided);
    closeBatch();
    signOff();
  }

  private boolean isDrilling() {
    Case current = results.current();
    return current != null && current.ordinal() < Case.ECHO.ordinal();
  }

  /** Whether to do now what the case finds; only the first time. */
  private boolean errs(Case which) {
    boolean now = flaw == which && !erred;
    erred |= now;
    return now;
  }

  // ---- what it hears

  private @Nullable PosReply exchange(PosRequest request) {
    PosReply reply = line.exchange(request, terminal.mac());
    if (reply != null) {
      IsoMessage said = reply.message();
      int time = (int) said.number(12);
      int date = (int) said.number(13);
      told =
          TerminalClocks.nearest(
              date / 100,
              date % 100,
              LocalTime.of(time / 10_000, time / 100 % 100, time % 100),
              ownClock.get());
    }
    return reply;
  }

  /** Until it is answered. */
  private PosReply ask(PosRequest request) {
    PosReply reply = null;
    while (reply == null) {
      reply = exchange(request);
    }
    return reply;
  }

  private void signOn() {
    PosReply reply = ask(terminal.signOn(PosTerminal.DOUBLE_KEYS));
    assertEquals("00", reply.code());
    terminal.takeKeys(reply);
  }

  private void settle() {
    while (!pending.isEmpty()) {
      PosRequest open = pending.removeFirst();
      if (repeats) {
        done(open, ask(open));
        continue;
      }
      PosRequest reversal = terminal.reversal(open, "98");
      PosReply reply = exchange(reversal);
      while (reply == null && !errs(Case.LOST_REVERSAL)) {
        reply = exchange(reversal);
      }
    }
  }

  // ---- sales

  /** One sale, to its end or into the store. */
  private PosRequest sell() {
    if (!pending.isEmpty() && !errs(Case.LOST_REPLY)) {
      settle();
    }
    PosRequest sale = terminal.sale(codes.get(), FEN);
    if (errs(Case.SALE)) {
      sale.message().set(22, 21);
    }
    PosReply reply =
        errs(Case.SIGN_ON)
            ? line.exchange(sale, Mac.Algorithm.XOR_3DES.under(new byte[16]), null)
            : exchange(sale);
    done(sale, reply);
    return sale;
  }

  private PosRequest approvedSale() {
    PosRequest sale = sell();
    assertTrue(booked.containsKey(sale.trace()), lines::all);
    return sale;
  }

  private void done(PosRequest request, @Nullable PosReply reply) {
    if (reply == null) {
      pending.add(request);
      return;
    }
    switch (reply.code()) {
      case "00" -> book(request);
      case "91" -> {
        if (errs(Case.BUSY)) {
          PosReply unused = ask(terminal.reversal(request, "98"));
        } else {
          done(request, exchange(request));
        }
      }
      case "96" -> {
        pending.add(request);
        if (errs(Case.UNKNOWN)) {
          done(request, null);
          pending.removeLast();
          PosRequest next = terminal.sale(codes.get(), FEN);
          done(next, exchange(next));
        }
      }
      case "09" -> {
        if (!errs(Case.IN_FLIGHT)) {
          done(request, exchange(request));
        }
      }
      case "58" -> {
        if (errs(Case.SUSPENDED)) {
          PosRequest next = terminal.sale(codes.get(), FEN);
          done(next, exchange(next));
        }
        signOn();
      }
      case "A0" -> signOn();
      default -> throw new AssertionError("F39 " + reply.code() + "\n" + lines.all());
    }
    if (reply.approved() && reply.wantsSignOn() && !errs(Case.SIGN_ON_AGAIN)) {
      signOn();
    }
  }

  private void book(PosRequest request) {
    Field60Batch f60 = Field60Batch.read(request.message());
    booked.put(
        request.trace(),
        new Entry(
            f60.type(), request.trace(), "0".repeat(20), Fen.of(request.message().number(4))));
  }

  // ---- outage

  private void outage() {
    offlineDone = true;
    List<PosRequest> store = new ArrayList<>();
    for (int i = 0; i < OFFLINE_SALES; i++) {
      Instant now = flaw == Case.CLOCK ? ownClock.get() : Objects.requireNonNull(told);
      store.add(terminal.advice(codes.get(), FEN, now));
    }
    do {
      line.dialInVain();
    } while (flaw == Case.RECONNECT && !lines.all().contains("FAIL      reconnect"));
    bench.restore();
    lines.await("the line is back");
    if (errs(Case.OFFLINE)) {
      PosRequest lost = store.remove(1);
      assertEquals(30, Field60Batch.read(lost.message()).type());
    }
    if (!errs(Case.PENDING_FIRST)) {
      settle();
    }
    for (PosRequest advice : store) {
      PosReply reply = exchange(advice);
      if (reply == null && !errs(Case.ADVICE_REPEATED)) {
        reply = ask(advice);
      }
      if (reply == null || reply.approved()) {
        book(advice);
      } else {
        assertEquals(Case.CLOCK, flaw, lines::all); // a sale of the future
      }
    }
    settle();
  }

  private void echo() {
    if (flaw == Case.ECHO) {
      lines.await("FAIL      echo");
    } else {
      assertEquals("00", ask(terminal.notice(301)).code());
    }
  }

  // ---- what follows a sale, and the batch

  private void undo(PosRequest kept, PosRequest voided) {
    if (errs(Case.VOID)) {
      PosRequest none = new PosRequest(voided.message(), voided.batch(), 900_000);
      assertEquals("25", ask(terminal.voidOf(none, FEN)).code());
    }
    approved(terminal.voidOf(voided, FEN));
    if (errs(Case.REFUND)) {
      assertEquals("25", ask(terminal.refund("0".repeat(12), FEN / 2)).code());
    }
    String id = Objects.requireNonNull(ask(kept).id());
    approved(terminal.refund(id, FEN / 2));
    if (errs(Case.TRACES)) {
      assertEquals("12", ask(terminal.sameKey(kept, codes.get(), FEN)).code());
    }
  }

  private void approved(PosRequest request) {
    assertEquals("00", ask(request).code(), lines::all);
    book(request);
  }

  private void closeBatch() {
    long debit = 0;
    long credit = 0;
    int debits = 0;
    for (Entry each : booked.values()) {
      boolean gives = each.kind() == 23 || each.kind() == 25;
      debit += gives ? 0 : each.amount().value();
      credit += gives ? each.amount().value() : 0;
      debits += gives ? 0 : 1;
    }
    long counted = errs(Case.TOTALS) ? debit + 1 : debit;
    Sums sums =
        new Sums(Fen.of(counted), debits, Fen.of(credit), booked.size() - debits, Sums.ASKED);
    PosReply closed = ask(terminal.totals(sums));
    assertEquals(Sums.UNBALANCED, Totals.read(closed.message()).home().flag(), "as the bench says");
    List<Entry> entries = new ArrayList<>(booked.values());
    if (errs(Case.UPLOAD)) {
      entries.remove(0);
    }
    for (int at = 0; at < entries.size(); at += Details.ENTRIES_MAX) {
      int end = Math.min(entries.size(), at + Details.ENTRIES_MAX);
      assertEquals("00", ask(terminal.list(new Details(entries.subList(at, end)))).code());
    }
    assertEquals("00", ask(terminal.endOfList(202)).code());
  }

  private void signOff() {
    Mac proof = flaw == Case.SIGN_OFF ? null : terminal.mac();
    PosReply reply = line.exchange(terminal.notice(2), proof, null);
    assertTrue(reply != null && reply.approved(), lines::all);
  }

  @Override
  public void close() {
    line.close();
  }
}
