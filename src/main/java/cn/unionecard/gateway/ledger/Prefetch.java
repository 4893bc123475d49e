package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.definitions.ChangeRows;
import cn.unionecard.gateway.definitions.Changes;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.Answered;
import cn.unionecard.gateway.rules.Card;
import cn.unionecard.gateway.rules.CodeUse;
import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.rules.KeyRef;
import cn.unionecard.gateway.rules.Terminal;
import cn.unionecard.gateway.runtime.stores.Columns;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The first round trip of a flight: begins the transaction and sends every question at once. Brings
 * what of the definitions has changed.
 */
final class Prefetch {
  /** Another lane recorded what a request follows while this one was asking: fly again. */
  static final class Overtaken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Overtaken() {
      super("an original came in between", null, false, false);
    }
  }

  private record Member(int org, String category) {}

  private final SqlConnection connection;
  private final Need need;
  private final Facts facts;
  private final ChangeRows changes;
  private final List<Future<?>> answers = new ArrayList<>();
  private final Map<Long, String> merchants = new HashMap<>();
  private final Map<Long, Integer> batches = new HashMap<>();
  private final Map<Long, Member> members = new HashMap<>();

  private Prefetch(SqlConnection connection, Need need, Facts facts) {
    this.connection = connection;
    this.need = need;
    this.facts = facts;
    this.changes = new ChangeRows(need.definitions);
  }

  /** Fills the facts. All statements leave in one burst; the last answer completes the future. */
  static Future<Changes> run(SqlConnection connection, Need need, Facts facts) {
    return new Prefetch(connection, need, facts).run();
  }

  private Future<Changes> run() {
    answers.add(connection.query(FlightSql.BEGIN).execute());
    answers.add(connection.preparedQuery(FlightSql.NUMBER).execute());
    if (!need.follows()) {
      return burst(List.of());
    }
    FollowOnPrefetch following = new FollowOnPrefetch(connection, need, facts);
    return following
        .resolve()
        .compose(found -> burst(following.lockAndRead()))
        .map(this::checkOvertaken);
  }

  /**
   * @param locks asked already, because they come before all other locks
   */
  private Future<Changes> burst(List<Future<?>> locks) {
    answers.addAll(locks);
    answers.add(connection.preparedQuery(FlightSql.FACTS).execute(parameters()).map(this::facts));
    if (need.asksEntitlements()) { // behind all other locks
      answers.add(
          connection
              .preparedQuery(EntitlementSql.LOCK)
              .execute(EntitlementSql.wanted(need, facts))
              .map(this::entitlements));
    }
    return Future.all(answers).map(all -> changes.changes());
  }

  /** The budgets' order is that in which every lane locks them. */
  private Tuple parameters() {
    NavigableSet<Integer> terminals = new TreeSet<>();
    NavigableSet<Integer> merchants = new TreeSet<>();
    List<Need.Key> keys = new ArrayList<>(need.requests.size());
    for (Need.Key asked : need.requests) {
      if (terminals.add(asked.terminal())) {
        merchants.add(facts.catalog.merchantOf(asked.terminal()));
      }
      if (asked.requestId() != null) {
        keys.add(asked);
      }
    }
    return new Columns<>(keys)
        .ints(Need.Key::terminal)
        .texts(Need.Key::requestId)
        .then(List.copyOf(need.serials))
        .longs(serial -> serial)
        .one(need.firstStep)
        .one(need.lastStep)
        .then(List.copyOf(need.budgets))
        .longs(Integer::longValue)
        .one(need.definitions)
        .then(List.copyOf(terminals))
        .ints(id -> id)
        .then(List.copyOf(merchants))
        .ints(id -> id)
        .tuple();
  }

  // ---- rows

  private Void facts(RowSet<Row> rows) {
    for (Row row : rows) {
      Long[] numbers = row.getArrayOfLongs(1);
      switch (row.getShort(0)) {
        case FlightSql.DEFINITIONS -> changes.add(numbers);
        case FlightSql.MERCHANT -> merchants.put(numbers[0], row.getArrayOfStrings(2)[0]);
        case FlightSql.BATCH -> batches.put(numbers[0], numbers[1].intValue());
        case FlightSql.TERMINAL -> terminal(numbers, row.getArrayOfStrings(2)[0]);
        case FlightSql.ANSWERED -> answered(numbers, row);
        case FlightSql.MEMBER ->
            members.put(numbers[0], new Member(numbers[1].intValue(), row.getArrayOfStrings(2)[0]));
        case FlightSql.CARD -> card(numbers, row.getArrayOfStrings(2));
        case FlightSql.USED -> facts.add(new CodeUse(numbers[0], numbers[1]));
        case FlightSql.ALLOWANCE -> allowance(numbers);
        default -> throw new IllegalStateException("a fact about " + row.getShort(0));
      }
    }
    return done();
  }

  /** One that came to another merchant since is of a changed definition: nothing is decided. */
  private void terminal(Long[] numbers, String status) {
    String merchantStatus = merchants.get(numbers[1]);
    if (merchantStatus != null) {
      facts.add(
          new Terminal(
              numbers[0].intValue(),
              "ACTIVE".equals(status),
              numbers[1].intValue(),
              merchantStatus,
              batches.getOrDefault(numbers[0], 1)));
    }
  }

  private void answered(Long[] numbers, Row row) {
    facts.add(
        new KeyRef(
            numbers[0].intValue(),
            row.getArrayOfStrings(2)[0],
            KeyRef.Kind.of(numbers[1].intValue())),
        new Answered(
            numbers[2], TransactionType.of(numbers[3].intValue()), row.getBuffer(3).getBytes()));
  }

  /** Each statement sees more than the one before: a key may be answered by now. */
  private Changes checkOvertaken(Changes all) {
    for (Need.Key key : need.originals) {
      Answered asked =
          facts.answer(
              new KeyRef(
                  key.terminal(), Objects.requireNonNull(key.requestId()), KeyRef.Kind.REQUEST));
      if (asked != null
          && asked.type() != TransactionType.REVERSAL
          && facts.originalOrNull(asked.id()) == null) {
        throw new Overtaken();
      }
    }
    return all;
  }

  private void card(Long[] numbers, String[] texts) {
    Member holder = members.get(numbers[1]);
    if (holder != null) {
      facts.add(
          new Card(
              numbers[0],
              numbers[1],
              holder.org(),
              holder.category(),
              Card.Status.named(texts[0]),
              numbers[2],
              texts[1]));
    }
  }

  private Void entitlements(RowSet<Row> rows) {
    for (Row row : rows) {
      if (row.getShort(0) == FlightSql.ALLOWANCE) {
        allowance(row.getArrayOfLongs(1));
      } else {
        facts.add(EntitlementSql.read(row.getArrayOfLongs(1)));
      }
    }
    return done();
  }

  private void allowance(Long[] numbers) {
    facts.add(
        new Allowance(
            new Allowance.Key(numbers[0], Allowance.Kind.of(numbers[1]), numbers[2]),
            true,
            new Allowance.Caps(numbers[3], numbers[4], numbers[5], numbers[6]),
            numbers[7],
            numbers[8],
            numbers[9].intValue(),
            numbers[10],
            numbers[11]));
  }

  @SuppressWarnings("NullAway") // a Void has no other value
  private static Void done() {
    return null;
  }
}
