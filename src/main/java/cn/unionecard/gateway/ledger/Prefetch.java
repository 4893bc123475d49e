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
import java.util.List;
import java.util.Objects;

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

  private final SqlConnection connection;
  private final Need need;
  private final Facts facts;
  private final ChangeRows changes;
  private final List<Future<?>> answers = new ArrayList<>();

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
    return new Columns<>(List.copyOf(need.requests))
        .ints(Need.Key::terminal)
        .texts(Need.Key::requestId)
        .then(List.copyOf(need.serials))
        .longs(serial -> serial)
        .one(need.firstStep)
        .one(need.lastStep)
        .then(List.copyOf(need.budgets))
        .longs(Integer::longValue)
        .one(need.definitions)
        .tuple();
  }

  // ---- rows

  private Void facts(RowSet<Row> rows) {
    for (Row row : rows) {
      Long[] numbers = row.getArrayOfLongs(1);
      switch (row.getShort(0)) {
        case FlightSql.DEFINITIONS -> changes.add(numbers);
        case FlightSql.REQUEST -> request(numbers, row);
        case FlightSql.CARD -> card(numbers, row.getArrayOfStrings(2));
        case FlightSql.ALLOWANCE -> allowance(numbers);
        default -> throw new IllegalStateException("a fact about " + row.getShort(0));
      }
    }
    return done();
  }

  private void request(Long[] numbers, Row row) {
    int terminal = numbers[0].intValue();
    String[] texts = row.getArrayOfStrings(2);
    if (texts[0] != null && texts[1] != null) {
      facts.add(
          new Terminal(
              terminal,
              "ACTIVE".equals(texts[0]),
              numbers[1].intValue(),
              texts[1],
              numbers[2].intValue()));
    }
    if (numbers[3] != null) {
      facts.add(
          new KeyRef(terminal, texts[2], KeyRef.Kind.of(numbers[3].intValue())),
          new Answered(
              numbers[4], TransactionType.of(numbers[5].intValue()), row.getBuffer(3).getBytes()));
    }
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

  /** The steps of the codes it has used follow its own numbers. */
  private void card(Long[] numbers, String[] texts) {
    facts.add(
        new Card(
            numbers[0],
            numbers[1],
            numbers[2].intValue(),
            texts[0],
            Card.Status.named(texts[1]),
            numbers[3],
            texts[2]));
    for (int i = 4; i < numbers.length; i++) {
      facts.add(new CodeUse(numbers[0], numbers[i]));
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
