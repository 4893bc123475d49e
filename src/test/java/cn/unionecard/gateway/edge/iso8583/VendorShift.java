package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.workbench.certify.Case;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A terminal at work: the cashier does what the bench asks for. */
final class VendorShift extends VendorTerminal {
  private static final int STEPS_MAX = 120;
  private static final int OFFLINE_SALES = 3;

  /** Between two things that happen offline. */
  private static final Duration STEP = Duration.ofSeconds(2);

  private static final Set<Integer> CREDITS = Set.of(23, 25);

  private boolean offlineDone;

  VendorShift(VendorLine line, Make make, Place place, Flaws flaws) {
    super(line, make, place, flaws);
  }

  /** From the sign-on until the bench is satisfied. */
  void work() {
    signOn();
    Case current = place.results().current();
    for (int i = 0; current != null; i++) {
      assertTrue(i < STEPS_MAX, () -> "the bench is never satisfied: " + place.lines().all());
      act(current);
      current = place.results().current();
    }
  }

  /** What the cashier does. */
  private void act(Case current) {
    switch (current) {
      case AFTER_CLOSE -> {
        if (!closed) {
          report();
          closeBatch();
        }
        sell();
      }
      case SIGN_OFF -> {
        if (flaws.errs(Flaw.MIXES_KEYS)) {
          sell(); // or the sign-on would give the same keys again
          signOn();
          mac = previous;
          sell();
          mac = terminal.mac();
        }
        signOff();
      }
      default -> {
        switch (current.kind) {
          case VERIFY -> verify();
          case VOID -> undo(Flaw.VOID_OF_NOTHING, Flaw.FORGETS_LOST_VOID);
          case REFUND -> refund();
          case HOLD -> {
            String unused = hold();
          }
          case COMPLETION -> complete();
          case RELEASE -> release();
          case RATING -> rate();
          case ADVICE -> {
            if (current == Case.COUNTER) {
              report();
            }
            sell();
          }
          case SIGN_ON -> {
            signOn();
            sell();
          }
          case ECHO, STATUS -> echo();
          case TOTALS, LIST, END -> {
            sell();
            closeBatch();
          }
          default -> sell();
        }
      }
    }
    if (!offlineDone && place.lines().all().contains("take the line down")) {
      outage();
    }
  }

  private void echo() {
    if (flaws.has(Flaw.NEVER_ECHOES)) {
      place.lines().await("FAIL      echo");
    }
    PosReply reply = ask(terminal.notice(301));
    if (reply.head().processingRequirement() == 1 && !flaws.errs(Flaw.IGNORES_REQUIREMENT_1)) {
      assertEquals("00", ask(terminal.notice(362)).code());
    }
    sell();
  }

  private void signOff() {
    if (flaws.errs(Flaw.SIGNS_OFF_WITHOUT_MAC)) {
      PosReply unproved = line.exchange(terminal.notice(2), null, null);
      assertTrue(unproved != null && unproved.approved(), place.lines()::all);
    }
    assertEquals("00", ask(terminal.notice(2)).code());
  }

  private void verify() {
    ready();
    PosRequest verify = terminal.verify(code(), FEN);
    if (exchange(verify) == null && flaws.errs(Flaw.REVERSES_A_VERIFY)) {
      reverse(new Open(verify, "98"));
    }
    sell();
  }

  // ---- what follows a sale

  private void undo(Flaw nothing, Flaw forgets) {
    PosRequest sale = approvedSale();
    if (flaws.errs(nothing)) {
      PosRequest none = new PosRequest(sale.message(), sale.batch(), 900_000);
      assertEquals("25", ask(terminal.voidOf(none, FEN)).code());
    }
    PosRequest unused = money(() -> following(terminal.voidOf(sale, FEN)), forgets);
    sell();
  }

  private void refund() {
    PosRequest sale = approvedSale();
    if (flaws.errs(Flaw.REFUND_OF_NOTHING)) {
      assertEquals("25", ask(terminal.refund(NOTHING, FEN / 2)).code());
    }
    PosRequest unused = money(() -> terminal.refund(id(sale), FEN / 2), Flaw.FORGETS_LOST_REFUND);
    sell();
  }

  private String hold() {
    PosRequest hold =
        approved(
            () -> {
              ready();
              PosRequest asks = terminal.hold(code(), FEN);
              if (flaws.errs(Flaw.HOLD_AS_A_SALE)) {
                asks.message().set(25, 0);
              }
              return money(() -> asks, Flaw.FORGETS_LOST_HOLD);
            });
    return id(hold);
  }

  private void complete() {
    String hold = hold();
    if (flaws.errs(Flaw.COMPLETION_OF_NOTHING)) {
      assertEquals("25", ask(terminal.completion(NOTHING, FEN)).code());
    }
    if (flaws.errs(Flaw.COMPLETION_WITH_A_BENEFIT)) {
      PosRequest wishes = terminal.completion(hold, FEN);
      Map<String, String> data = new LinkedHashMap<>();
      data.put(Field59Tags.TRANSACTION_ID, hold);
      data.put(Field59Tags.BENEFIT, "EAT-10");
      new Field59Tags(data).write(wishes.message());
      assertEquals("30", ask(wishes).code());
    }
    PosRequest unused =
        money(() -> following(terminal.completion(hold, FEN)), Flaw.FORGETS_LOST_COMPLETION);
    sell();
  }

  private void release() {
    String hold = hold();
    if (flaws.errs(Flaw.RELEASE_OF_NOTHING)) {
      assertEquals("25", ask(terminal.release(NOTHING, FEN)).code());
    }
    PosRequest unused =
        money(() -> following(terminal.release(hold, FEN)), Flaw.FORGETS_LOST_RELEASE);
    sell();
  }

  private void rate() {
    String id = id(approvedSale());
    if (flaws.errs(Flaw.RATES_NOTHING)) {
      assertEquals("30", ask(terminal.rating(id, 0, 5, 5, 5)).code());
    }
    PosRequest rating = terminal.rating(id, 4, 5, 4, 5);
    if (exchange(rating) != null) {
      return;
    }
    if (flaws.errs(Flaw.RATES_ANEW)) {
      PosReply unused = ask(terminal.rating(id, 4, 5, 4, 5));
    } else if (flaws.errs(Flaw.REVERSES_A_RATING)) {
      reverse(new Open(rating, "98"));
    } else {
      assertEquals("00", ask(rating).code());
    }
  }

  // ---- offline

  private PosRequest advice() {
    Instant at = now();
    return terminal.advice(place.codes().apply(at.plus(place.slow())), FEN, at);
  }

  /** A sale made while nobody was there, reported at once. */
  private void report() {
    ready();
    PosRequest advice = advice();
    if (terminal.batch() != firstBatch && flaws.errs(Flaw.COUNTER_RESTARTS)) {
      tags(advice, Field59Tags.COUNTER, "1");
    }
    reported(advice);
  }

  private void reported(PosRequest advice) {
    PosReply reply = exchange(advice);
    if (reply == null && !flaws.errs(Flaw.SKIPS_A_LOST_REPORT)) {
      reply = ask(advice);
    }
    if (reply != null
        && reply.code().equals("65")
        && flaws.errs(Flaw.REPORTS_A_REFUSED_SALE_AGAIN)) {
      reply = ask(advice);
    }
    if (reply == null || reply.approved()) {
      book(advice);
    }
  }

  private static void tags(PosRequest request, String tag, String value) {
    Map<String, String> data = new LinkedHashMap<>(Field59Tags.read(request.message()).values());
    data.put(tag, value);
    new Field59Tags(data).write(request.message());
  }

  /** What it sells while the line is down, and reports when it is back. */
  private void outage() {
    offlineDone = true;
    List<PosRequest> store = new ArrayList<>();
    for (int i = 0; i < OFFLINE_SALES; i++) {
      store.add(advice());
      place.clock().advance(STEP);
    }
    do {
      line.dialInVain();
    } while (flaws.has(Flaw.DIALS_LIKE_A_STORM)
        && !place.lines().all().contains("FAIL      reconnect"));
    place.bench().restore();
    place.lines().await("the line is back");
    if (flaws.errs(Flaw.COUNTER_JUMPS)) {
      store.remove(1);
    }
    if (flaws.errs(Flaw.REPORTS_IN_ANOTHER_ORDER)) {
      Collections.reverse(store);
    }
    if (flaws.errs(Flaw.REPORTS_A_BENEFIT)) {
      tags(store.get(0), Field59Tags.BENEFIT, "EAT-10");
    }
    if (flaws.errs(Flaw.SELLS_TOO_MUCH_OFFLINE)) {
      store.get(OFFLINE_SALES - 1).message().set(4, TestLine.limits().offlineFenMax() + 1);
    }
    if (!flaws.errs(Flaw.REPORTS_BEFORE_REVERSING)) {
      settle();
    }
    for (PosRequest advice : store) {
      place.clock().advance(STEP);
      if (flaws.has(Flaw.STAMPS_WHEN_IT_REPORTS)) {
        stamp(advice);
      }
      reported(advice);
      if (flaws.errs(Flaw.SELLS_BEFORE_ALL_IS_REPORTED)) {
        PosRequest unused = money(this::sale, null);
      }
    }
    settle();
  }

  private void stamp(PosRequest advice) {
    ZonedDateTime time = now().atZone(Clocks.CHINA);
    advice.message().set(12, time.getHour() * 10_000L + time.getMinute() * 100L + time.getSecond());
    advice.message().set(13, time.getMonthValue() * 100L + time.getDayOfMonth());
  }

  // ---- the batch

  private void closeBatch() {
    ready();
    boolean last = terminal.batch() != firstBatch || !place.wanted().contains(Case.NEXT_TOTALS);
    if (last && flaws.errs(Flaw.USES_A_TRACE_TWICE)) {
      PosRequest sale = approvedSale();
      assertEquals("12", ask(terminal.sameKey(sale, code(), FEN)).code());
    }
    PosRequest totals = terminal.totals(sums());
    PosReply closes = exchange(totals);
    if (closes == null && flaws.errs(Flaw.FORGETS_LOST_TOTALS)) {
      closed = true;
      return;
    }
    closed = true;
    PosReply answer = closes == null ? ask(totals) : closes;
    if (Totals.read(answer.message()).home().flag() == Sums.UNBALANCED) {
      list();
    }
  }

  private Sums sums() {
    long debit = 0;
    long credit = 0;
    int debits = 0;
    for (Entry each : booked.values()) {
      boolean gives = CREDITS.contains(each.kind());
      debit += gives ? 0 : each.amount().value();
      credit += gives ? each.amount().value() : 0;
      debits += gives ? 0 : 1;
    }
    long counted = flaws.errs(Flaw.COUNTS_WRONG) ? debit + 1 : debit;
    return new Sums(Fen.of(counted), debits, Fen.of(credit), booked.size() - debits, Sums.ASKED);
  }

  private void list() {
    List<Entry> entries = new ArrayList<>(booked.values());
    if (flaws.errs(Flaw.LISTS_TOO_LITTLE)) {
      entries.remove(0);
    }
    for (int at = 0; at < entries.size(); at += Details.ENTRIES_MAX) {
      int end = Math.min(entries.size(), at + Details.ENTRIES_MAX);
      PosRequest list = terminal.list(new Details(entries.subList(at, end)));
      if (exchange(list) == null && !flaws.errs(Flaw.FORGETS_A_LOST_LIST)) {
        assertEquals("00", ask(list).code());
      }
    }
    if (flaws.errs(Flaw.NEVER_ENDS_ITS_LIST)) {
      return;
    }
    PosRequest end = terminal.endOfList(202);
    if (exchange(end) == null && !flaws.errs(Flaw.FORGETS_A_LOST_END)) {
      assertEquals("00", ask(end).code());
    }
  }
}
