import ch.qos.logback.classic.Level;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offline;
import cn.unionecard.gateway.model.OrderLine;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import cn.unionecard.gateway.node.Gateway;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.watch.Logs;
import cn.unionecard.gateway.settlement.DayClose;
import cn.unionecard.gateway.settlement.Hints;
import cn.unionecard.gateway.settlement.Settlement;
import cn.unionecard.gateway.terminal.BatchRecords;
import cn.unionecard.gateway.terminal.BatchReply;
import cn.unionecard.gateway.terminal.StoredBatches;
import cn.unionecard.workbench.simulate.Testbed;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A month of a city through the rules: {@code Month DEMO_JSON TRANSACTIONS DAYS TILLS TOLD}, with the configuration of the gateway in the
 * environment, in a city in which nothing was sold yet. So many transactions of the last DAYS days, today not among them: sales with
 * campaigns of every kind, holds, offline sales, refunds, voids, reversals. At the end of each day the tills close their batches, the day
 * closes, some tills report late, the unions pay, and the bank answers: all by the product's own line and desks, by a clock that stands
 * where the month is. Tills and bank err in every way there is, and each error has to be found and named. What tills and bank say the sums
 * are goes into the file TOLD, line by line {@code day,what,fen}, for month.sql to compare. Ends with {@code RESULT transactions seconds}.
 */
final class Month {
  private static final int WAVE = 2_048;
  private static final int CARD_CODES_PER_DAY_MAX = 60;
  private static final long OPENS = 8 * 3_600;
  private static final long OPEN_SECONDS = 14 * 3_600;
  private static final long TILLS_CLOSE = 23 * 3_600 + 1_800;
  private static final long DAY_CLOSES = 2_100;
  private static final long LATE_REPORTS = 2_700;
  private static final long OFFLINE_SOLD = 18 * 3_600;
  private static final long SLOW_STANDS = 23 * 3_600 + 3_000;
  private static final long DESKS_OPEN = 9 * 3_600;
  private static final int LATE_TILLS = 5;
  private static final int LATE_SALES = 3;
  private static final int CLOSES_AT_ONCE = 50;
  private static final int DEALS_MAX = 50_000;
  private static final int NOT_PAID = 2;
  private static final long SEALED_WITHIN_MS = 240_000;

  /** A deal that may still be undone. */
  private record Deal(Till till, String key, TransactionType type, long restFen, boolean whole) {}

  /** What a till asks. */
  private record Asked(Till till, Request request) {}

  /** A transaction that came behind its day, and how its statement has to say so. */
  private record Late(String id, String merchantNo, String reason, LocalDate day) {}

  private final Past past;
  private final Past.Calendar calendar = new Past.Calendar();
  private final Past.Calendar slowCalendar = new Past.Calendar();
  private final LocalDate first;
  private final int days;
  private final long transactions;
  private final PrintWriter told;
  private final SplittableRandom chance = new SplittableRandom(1);
  private final List<Till> tills = new ArrayList<>();
  private final List<Testbed.Card> cards;
  private final List<Deal> deals = new ArrayList<>();
  private final List<Deal> refunding = new ArrayList<>();
  private final Map<String, Long> sums = new LinkedHashMap<>();
  private final List<String> expected = new ArrayList<>();
  private List<Late> late = new ArrayList<>();
  private Past.Line line;
  private Past.Line slow;
  private Union union;
  private DayClose dayClose;
  private StoredBatches batches;
  private long made;
  private long refused;
  private int number;
  private int card;
  private long lastCase;
  private long found;

  private Month(Past past, LocalDate first, int days, long transactions, PrintWriter told) {
    this.past = past;
    this.first = first;
    this.days = days;
    this.transactions = transactions;
    this.told = told;
    this.cards = past.testbed.cards();
  }

  public static void main(String[] args) {
    Logs.console(Level.WARN);
    Past.run(() -> make(Path.of(args[0]), Long.parseLong(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]), Path.of(args[4])));
  }

  private static boolean make(Path demoJson, long transactions, int days, int tills, Path told) throws Exception {
    LocalDate first = LocalDate.now(Past.CHINA).minusDays(days);
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(told))) {
      Past past = Past.of(demoJson, tills, first, days);
      if (transactions / days > (long) past.testbed.cards().size() * CARD_CODES_PER_DAY_MAX) {
        throw new IllegalArgumentException("more transactions a day than the city's cards can show codes");
      }
      new Month(past, first, days, transactions, out).play();
    }
    return true;
  }

  private void play() throws Exception {
    calendar.moveTo(first.minusDays(1), DESKS_OPEN);
    slowCalendar.moveTo(first.minusDays(1), DESKS_OPEN);
    Config config = Past.config("desk", "settlement.sweepMs=86400000", "node.eventLoops=1");
    Gateway gateway = Past.await(Gateway.start(config, calendar, new SecureRandom()));
    line = past.line("month", Integer.parseInt(System.getenv().getOrDefault("LANES", "1")), calendar);
    slow = past.line("late", 1, slowCalendar);
    Pool closing = Settlement.closing(past.vertx, past.postgres, config.limits());
    dayClose = new DayClose(closing, calendar, Duration.ofMillis(config.settlement().closeAfterMs()), new Hints(config.settlement()));
    batches =
        new StoredBatches(
            past.vertx,
            new BatchRecords(past.postgres.pool(past.vertx, "tills", 8, 10_000, config.limits())),
            config.limits(),
            calendar,
            new SimpleMeterRegistry());
    prepare(gateway);
    long began = System.nanoTime();
    long selling = 0;
    for (int nth = 0; nth < days; nth++) {
      selling += day(first.plusDays(nth), nth);
    }
    System.out.printf(
        "sold %d in %.1f s, %.0f a second; %d of them refused by the rules; %d errors planted, found and named%n",
        made, selling / 1e9, made * 1e9 / selling, refused, found);
    awaitSeals();
    slow.drain();
    line.drain();
    Past.await(gateway.drain());
    System.out.printf("this process held %s at most%n", highWater());
    System.out.printf("RESULT %d %d%n", made, Duration.ofNanos(System.nanoTime() - began).toSeconds());
  }

  private static String highWater() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(row -> row.startsWith("VmHWM"))
        .map(row -> row.substring(row.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("?");
  }

  // ---- before the month

  private void prepare(Gateway gateway) throws Exception {
    long began = System.nanoTime();
    List<String> shops;
    try (Connection database = past.postgres.jdbcConnection()) {
      union = Union.of(gateway, past.testbed.ca(), database, calendar);
      Map<String, Till> known = new LinkedHashMap<>();
      try (var statement = database.createStatement();
          var rows =
              statement.executeQuery("select terminal_no, merchant_no, category from terminal t join merchant m on m.id = t.merchant order by t.id")) {
        while (rows.next()) {
          known.put(rows.getString(1), new Till(new TerminalId(rows.getString(1)), rows.getString(2), rows.getString(3)));
        }
      }
      past.testbed.terminals().forEach(terminal -> tills.add(known.get(terminal.id().value())));
      shops = tills.stream().map(till -> till.merchantNo).distinct().toList();
    }
    int running = union.enterCampaigns(first, first.plusDays(days + 60L), shops, cards);
    shops.subList(NOT_PAID, shops.size()).forEach(union::payee);
    try (Connection database = past.postgres.jdbcConnection()) {
      awaitNone(database, "select count(*) from benefit_round where way = 'QUERY' and state = 'OPEN'", 600_000);
      System.out.printf(
          "%d campaigns entered, %d of all run; %s vouchers, lots and passes given; %d merchants with %d tills, %d cards; %.1f s%n",
          running,
          number(database, "select count(*) from campaign where status = 'RUNNING'"),
          number(database, "select count(*) from entitlement"),
          shops.size(),
          tills.size(),
          cards.size(),
          (System.nanoTime() - began) / 1e9);
    }
  }

  private static long number(Connection database, String sql) throws Exception {
    try (var statement = database.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void awaitNone(Connection database, String count, long withinMs) throws Exception {
    long until = System.nanoTime() + withinMs * 1_000_000;
    for (long left = number(database, count); left > 0; left = number(database, count)) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(left + " are left: " + count);
      }
      Thread.sleep(200);
    }
  }

  /** The audit wants the staff's doings sealed, which a gateway does once a minute. */
  private void awaitSeals() throws Exception {
    try (Connection database = past.postgres.jdbcConnection()) {
      awaitNone(database, "select count(*) from audit where seq > coalesce((select max(seq) from audit_seal), 0)", SEALED_WITHIN_MS);
    }
  }

  // ---- a day

  /** Gives the nanoseconds that selling took. */
  private long day(LocalDate day, int nth) throws Exception {
    long before = made;
    long toMake = transactions * (nth + 1) / days - transactions * nth / days;
    long began = System.nanoTime();
    while (made - before < toMake) {
      calendar.moveTo(day, OPENS + (made - before) * OPEN_SECONDS / toMake);
      sell((int) Math.min(WAVE, toMake - (made - before)));
    }
    long sold = System.nanoTime() - began;
    calendar.moveTo(day, TILLS_CLOSE);
    long counting = System.nanoTime();
    closeTills(day, nth);
    long counted = System.nanoTime() - counting;
    LocalDate next = day.plusDays(1);
    calendar.moveTo(next, DAY_CLOSES);
    String closed = close(day);
    report(day);
    List<Late> comesNext = new ArrayList<>();
    if (nth + 1 < days) {
      calendar.moveTo(next, LATE_REPORTS);
      reportLate(day, comesNext);
    }
    int lateOnes = late.size();
    calendar.moveTo(next, DESKS_OPEN);
    findLate(day);
    late = comesNext;
    String paid = pay(day);
    compareCases();
    System.out.printf(
        "%s %d transactions in %.1f s (%.0f/s); batches of tills in %.1f s; %s; %d late ones found; %s%n",
        day, made - before, sold / 1e9, (made - before) * 1e9 / sold, counted / 1e9, closed, lateOnes, paid);
    told.flush();
    return sold;
  }

  private String nextKey() {
    return "m" + Long.toString(++number, Character.MAX_RADIX);
  }

  private String code(long atMs) {
    card = (card + 1) % cards.size();
    return past.codes.issue(cards.get(card).no(), cards.get(card).epoch(), atMs / 1_000);
  }

  /** A wave, and at the same moment what follows the holds in it. */
  private void sell(int n) throws Exception {
    List<Asked> wave = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      wave.add(next(tills.get(chance.nextInt(tills.size()))));
    }
    List<JsonObject> answers = ask(line, wave);
    List<Asked> following = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Request request = wave.get(i).request;
      if (request.type() == TransactionType.HOLD && approved(answers.get(i))) {
        end(wave.get(i), following);
      }
    }
    if (!following.isEmpty()) {
      var unused = ask(line, following);
    }
  }

  /** Of ten holds eight are completed, one is released, and one expires. */
  private void end(Asked hold, List<Asked> following) {
    int dice = chance.nextInt(10);
    if (dice < 9) {
      boolean completes = dice < 8;
      Request end =
          Request.following(
              completes ? TransactionType.COMPLETION : TransactionType.RELEASE,
              hold.till.id,
              new RequestId(nextKey()),
              new OriginalRef.Key(hold.till.id, hold.request.requestId()),
              completes ? hold.request.order() : Fen.ZERO);
      following.add(new Asked(hold.till, end));
    }
  }

  private Asked next(Till till) {
    int dice = chance.nextInt(100);
    long fen = chance.nextInt(500, 30_000);
    if (dice >= 88 && !deals.isEmpty()) {
      int place = chance.nextInt(deals.size());
      Deal deal = deals.get(place);
      Deal last = deals.remove(deals.size() - 1);
      if (place < deals.size()) {
        deals.set(place, last);
      }
      return new Asked(deal.till, undo(deal, dice));
    }
    if (dice == 87) {
      return advice(till, calendar.millis() - 3_600_000, fen);
    }
    boolean holds = dice >= 84 && dice < 87;
    Request request =
        new Request(
            holds ? TransactionType.HOLD : TransactionType.SALE,
            till.id,
            new RequestId(nextKey()),
            code(calendar.millis()),
            Fen.of(fen),
            null,
            WithoutBenefit.APPROVE);
    boolean marked = till.category.equals("SHOP") && dice < 25;
    return new Asked(till, marked ? request.with(List.of(new OrderLine("AGRI", Fen.of(fen / 2)))) : request);
  }

  private Asked advice(Till till, long soldMs, long fen) {
    Offline offline = new Offline(soldMs, till.nextCounter());
    return new Asked(till, Request.advice(till.id, new RequestId(nextKey()), code(soldMs), Fen.of(fen), null, WithoutBenefit.APPROVE, offline));
  }

  /** What follows a deal; what may be given back again, goes back to the deals. */
  private Request undo(Deal deal, int dice) {
    OriginalRef original = new OriginalRef.Key(deal.till.id, new RequestId(deal.key));
    if (dice >= 97 && deal.whole && deal.type == TransactionType.SALE) {
      return Request.reversal(deal.till.id, new RequestId(deal.key), Fen.of(deal.restFen));
    }
    if (dice < 93 && deal.restFen > 1) {
      long part = chance.nextLong(1, deal.restFen);
      refunding.add(new Deal(deal.till, deal.key, deal.type, deal.restFen - part, false));
      return Request.following(TransactionType.REFUND, deal.till.id, new RequestId(nextKey()), original, Fen.of(part));
    }
    return Request.following(TransactionType.VOID, deal.till.id, new RequestId(nextKey()), original, Fen.ZERO);
  }

  private static boolean approved(JsonObject answer) {
    return answer.getString("outcome").equals("APPROVED");
  }

  private List<JsonObject> ask(Past.Line line, List<Asked> wave) throws Exception {
    List<Reply.Recorded> replies = line.wave(wave.stream().map(Asked::request).toList());
    deals.addAll(refunding);
    refunding.clear();
    List<JsonObject> answers = new ArrayList<>(wave.size());
    for (int i = 0; i < wave.size(); i++) {
      JsonObject answer = new JsonObject(Buffer.buffer(replies.get(i).receipt().body()));
      answers.add(answer);
      made++;
      if (approved(answer)) {
        heard(wave.get(i).request.type(), wave.get(i).till, answer);
      } else {
        refused++;
      }
    }
    return answers;
  }

  private void heard(TransactionType type, Till till, JsonObject answer) {
    till.heard(type, answer);
    switch (type) {
      case SALE, ADVICE, COMPLETION -> {
        long fen = answer.getLong("orderFen");
        if (deals.size() < DEALS_MAX && fen > 1) {
          deals.add(new Deal(till, answer.getString("requestId"), type, fen, true));
        }
        add(answer);
      }
      case VOID, REFUND, REVERSAL -> add(answer);
      case VERIFY, HOLD, RELEASE, EXPIRY -> {}
    }
  }

  private void add(JsonObject answer) {
    sums.merge("moved", 1L, Long::sum);
    sums.merge("order", answer.getLong("orderFen"), Long::sum);
    sums.merge("member", answer.getLong("memberPaysFen"), Long::sum);
    sums.merge("discount", answer.getLong("discountFen"), Long::sum);
  }

  /** What the tills have heard of a day that is over. */
  private void report(LocalDate day) {
    sums.forEach((what, sum) -> told.printf("%s,%s,%d%n", day, what, sum));
    sums.clear();
  }

  // ---- the end of a day

  /** All tills count and close their batch; some count wrong. */
  private void closeTills(LocalDate day, int nth) throws Exception {
    Map<Till.Fault, Till> wrong = new EnumMap<>(Till.Fault.class);
    int next = nth * Till.Fault.values().length;
    for (Till.Fault fault : Till.Fault.values()) {
      for (int tries = 0; tries < tills.size() && !wrong.containsKey(fault); tries++) {
        Till till = tills.get(next++ % tills.size());
        if (till.canErr() && !wrong.containsValue(till)) {
          wrong.put(fault, till);
        }
      }
    }
    long fen = 0;
    List<Future<Boolean>> closings = new ArrayList<>();
    for (Till till : tills) {
      fen += till.debitFen() - till.creditFen();
      Till.Fault fault = wrong.entrySet().stream().filter(each -> each.getValue() == till).map(Map.Entry::getKey).findFirst().orElse(null);
      Till.Closing closing = till.close(fault);
      expected.addAll(closing.named());
      closings.add(close(till, closing).map(balanced -> balanced == (fault == null)));
      if (closings.size() == CLOSES_AT_ONCE) {
        requireAll(closings, day);
      }
    }
    requireAll(closings, day);
    told.printf("%s,tills,%d%n", day, fen);
  }

  private static void requireAll(List<Future<Boolean>> closings, LocalDate day) throws Exception {
    for (Future<Boolean> closing : closings) {
      if (!Past.await(closing)) {
        throw new IllegalStateException(day + ": a batch that was counted right does not balance, or one counted wrong does");
      }
    }
    closings.clear();
  }

  private Future<Boolean> close(Till till, Till.Closing closing) {
    Future<BatchReply> closed = batches.close(till.id, closing.batch(), closing.totals());
    return (closing.list().isEmpty()
            ? closed
            : closed
                .compose(reply -> batches.upload(till.id, closing.batch(), closing.list()))
                .compose(listed -> batches.end(till.id, closing.batch())))
        .map(
            reply -> {
              if (reply instanceof BatchReply.Closed said) {
                return said.balanced();
              }
              throw new IllegalStateException(till.id + " cannot close batch " + closing.batch() + ": " + reply);
            });
  }

  private String close(LocalDate day) throws Exception {
    long began = System.nanoTime();
    long[] statements = {0};
    LocalDate[] closed = {null};
    Map<DayClose.Kind, Double> at = new EnumMap<>(DayClose.Kind.class);
    int count =
        Past.await(
            dayClose.run(
                step -> {
                  statements[0] += step.kind() == DayClose.Kind.SEALED ? step.count() : 0;
                  closed[0] = step.day();
                  at.put(step.kind(), (System.nanoTime() - began) / 1e9);
                }));
    if (count != 1 || !day.equals(closed[0])) {
      throw new IllegalStateException(count + " days closed, the last of them " + closed[0] + ", and not " + day + " alone");
    }
    return "closed in %.2f s (booked after %.2f, %d statements sealed after %.2f)"
        .formatted(at.get(DayClose.Kind.CLOSED), at.get(DayClose.Kind.BOOKED), statements[0], at.get(DayClose.Kind.SEALED));
  }

  /** Behind the close: offline sales of that day, and a node whose clock is still there. */
  private void reportLate(LocalDate day, List<Late> comesNext) throws Exception {
    List<Asked> offline = new ArrayList<>();
    List<Asked> stamped = new ArrayList<>();
    long soldMs = day.atStartOfDay(Past.CHINA).plusSeconds(OFFLINE_SOLD).toInstant().toEpochMilli();
    for (int i = 0; i < LATE_TILLS; i++) {
      offline.add(advice(tills.get(chance.nextInt(tills.size())), soldMs, chance.nextInt(500, 30_000)));
    }
    slowCalendar.moveTo(day, SLOW_STANDS);
    for (int i = 0; i < LATE_SALES; i++) {
      Till till = tills.get(chance.nextInt(tills.size()));
      Fen fen = Fen.of(chance.nextInt(500, 30_000));
      String code = code(slowCalendar.millis());
      stamped.add(new Asked(till, new Request(TransactionType.SALE, till.id, new RequestId(nextKey()), code, fen, null, WithoutBenefit.APPROVE)));
    }
    keep(offline, ask(line, offline), "OFFLINE", day, comesNext);
    keep(stamped, ask(slow, stamped), "BEHIND_FENCE", day, comesNext);
    if (comesNext.size() != LATE_TILLS + LATE_SALES) {
      throw new IllegalStateException(day.plusDays(1) + ": of what was reported late only " + comesNext + " was approved");
    }
  }

  private static void keep(List<Asked> asked, List<JsonObject> answers, String reason, LocalDate day, List<Late> comesNext) {
    for (int i = 0; i < answers.size(); i++) {
      if (approved(answers.get(i))) {
        comesNext.add(new Late(answers.get(i).getString("id"), asked.get(i).till.merchantNo, reason, day));
      }
    }
  }

  /** What came late on the night before stands in this day's statement, with its reason and the day it is of. */
  private void findLate(LocalDate day) {
    for (Late one : late) {
      JsonArray listed = union.read(union.city(), Role.CLERK, "/v1/merchants/" + one.merchantNo + "/statements").getJsonArray("statements");
      long id =
          listed.stream()
              .map(JsonObject.class::cast)
              .filter(each -> each.getString("day").equals(day.toString()))
              .map(each -> each.getLong("id"))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException(one + " has no statement of " + day));
      String text = new String(union.get(union.city(), Role.CLERK, "/v1/statements/" + id + "?format=csv"), StandardCharsets.UTF_8);
      String row = text.lines().filter(each -> each.contains("," + one.id + ",")).findFirst().orElse("");
      if (!row.endsWith("," + one.reason + "," + one.day)) {
        throw new IllegalStateException(one + " stands in the statement of " + day + " as: " + row);
      }
    }
  }

  // ---- money

  /** Every union pays what it owes by closed days, and its bank says what it did. */
  private String pay(LocalDate day) {
    LocalDate today = day.plusDays(1);
    long began = System.nanoTime();
    long toldFen = 0;
    long paidFen = 0;
    long rejectedFen = 0;
    int paying = 0;
    for (Union.Office office : union.offices.values()) {
      Bank bank = pay(office, today);
      if (bank != null) {
        paying++;
        toldFen += bank.toldFen;
        paidFen += bank.paidFen;
        rejectedFen += bank.rejectedFen;
      }
    }
    told.printf("%s,bank.told,%d%n%s,bank.paid,%d%n%s,bank.rejected,%d%n", day, toldFen, day, paidFen, day, rejectedFen);
    return "%d unions paid %s yuan, %s came back, in %.1f s"
        .formatted(paying, Fen.of(paidFen).yuan(), Fen.of(rejectedFen).yuan(), (System.nanoTime() - began) / 1e9);
  }

  /** Null: it owes nobody, or nobody whom it can pay. */
  private Bank pay(Union.Office office, LocalDate today) {
    JsonObject made;
    try {
      made = union.post(office, Role.CLERK, "/v1/payment-batches", new JsonObject());
    } catch (Union.Refused nothing) {
      requireConflict(nothing);
      return null;
    }
    String path = "/v1/payment-batches/" + made.getLong("batch");
    try {
      JsonObject unused = union.post(office, Role.APPROVER, path + "/approval", Union.because());
    } catch (Union.Refused nobody) {
      requireConflict(nobody);
      JsonObject unused = union.post(office, Role.CLERK, path + "/cancellation", Union.because());
      return null;
    }
    Bank bank = new Bank(made.getLong("batch"), today, union.get(office, Role.APPROVER, path + "/file"));
    bank.answer(office.id() == Union.CITY);
    expected.addAll(bank.named);
    JsonObject read = made;
    for (String file : bank.answers) {
      read = union.post(office, Role.CLERK, path + "/results", new JsonObject().put("file", file));
    }
    if (!read.getString("state").equals("DONE") || read.getLong("paidFen") != bank.paidFen || read.getLong("rejectedFen") != bank.rejectedFen) {
      throw new IllegalStateException("the bank paid " + bank.paidFen + " and rejected " + bank.rejectedFen + ", the batch says " + read.encode());
    }
    return bank;
  }

  private static void requireConflict(Union.Refused refused) {
    if (refused.answer.status() != 409) {
      throw refused;
    }
  }

  /** Each error that was planted is a case of its own by its name, and there is no other case. */
  private void compareCases() {
    List<String> cases = new ArrayList<>();
    long latest = lastCase;
    String page = "/v1/settlement-cases";
    for (boolean more = true; more; ) {
      JsonArray listed = union.read(union.city(), Role.CLERK, page).getJsonArray("cases");
      more = !listed.isEmpty();
      for (Object each : listed) {
        JsonObject one = (JsonObject) each;
        long id = one.getLong("case");
        latest = Math.max(latest, id);
        more = id > lastCase;
        if (!more) {
          break;
        }
        page = "/v1/settlement-cases?before=" + id;
        cases.add(
            String.join(
                " ",
                one.getString("sides"),
                one.getString("kind"),
                one.getString("merchant"),
                String.valueOf(one.getLong("hereFen")),
                String.valueOf(one.getLong("thereFen"))));
      }
    }
    Collections.sort(cases);
    Collections.sort(expected);
    if (!cases.equals(expected)) {
      throw new IllegalStateException("planted: " + expected + "\nfound: " + cases);
    }
    lastCase = latest;
    found += cases.size();
    Map<String, Long> kinds =
        cases.stream().collect(Collectors.groupingBy(each -> each.substring(0, each.indexOf(' ', 5)), TreeMap::new, Collectors.counting()));
    kinds.forEach((kind, count) -> told.printf("cases,%s,%d%n", kind, count));
    expected.clear();
  }
}
