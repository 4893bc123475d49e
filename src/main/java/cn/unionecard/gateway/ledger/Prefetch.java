package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.Answered;
import cn.unionecard.gateway.rules.Card;
import cn.unionecard.gateway.rules.CodeUse;
import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.rules.KeyRef;
import cn.unionecard.gateway.rules.Terminal;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The first round trip of a flight: begins the transaction and sends every question at once. Fails
 * with {@link DefinitionsChanged} if the catalog is not of the version the transaction sees.
 */
final class Prefetch {
  /** The lane's catalog is stale: load it anew and fly again. */
  static final class DefinitionsChanged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DefinitionsChanged() {
      super("definitions changed", null, false, false);
    }
  }

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
  private final List<Future<?>> answers = new ArrayList<>();

  private Prefetch(SqlConnection connection, Need need, Facts facts) {
    this.connection = connection;
    this.need = need;
    this.facts = facts;
  }

  /** Fills the facts. All statements leave in one burst; the last answer completes the future. */
  static Future<Void> run(SqlConnection connection, Need need, Facts facts) {
    return new Prefetch(connection, need, facts).run();
  }

  private Future<Void> run() {
    answers.add(connection.query(FlightSql.BEGIN).execute());
    if (!need.follows()) {
      return burst(List.of());
    }
    FollowingPrefetch following = new FollowingPrefetch(connection, need, facts);
    return following
        .resolve()
        .compose(found -> burst(following.lockAndRead()))
        .map(this::checkOvertaken);
  }

  /**
   * @param locks asked already, because they come before all other locks
   */
  private Future<Void> burst(List<Future<?>> locks) {
    answers.addAll(locks);
    answers.add(ask(FlightSql.REQUESTS, requestColumns()).map(this::requests));
    List<Long> serials = List.copyOf(need.serials);
    if (!serials.isEmpty()) {
      Tuple cards = new Columns<>(serials).longs(s -> s).one(need.oldestStep).tuple();
      answers.add(ask(FlightSql.CARDS, cards).map(this::cards));
    }
    lock(serials);
    return Future.all(answers).mapEmpty();
  }

  /** Budgets before members' use, each in the order of its keys: the order of every lane. */
  private void lock(List<Long> serials) {
    if (!need.budgets.isEmpty()) {
      Tuple owners = new Columns<>(List.copyOf(need.budgets)).longs(Integer::longValue).tuple();
      answers.add(ask(FlightSql.LOCK_BUDGETS, owners).map(this::allowances));
    }
    if (!serials.isEmpty()) {
      Tuple holders = new Columns<>(serials).longs(serial -> serial).tuple();
      answers.add(ask(FlightSql.LOCK_MEMBER_USES, holders).map(this::allowances));
    }
  }

  private Future<RowSet<Row>> ask(String sql, Tuple parameters) {
    return connection.preparedQuery(sql).execute(parameters);
  }

  private Tuple requestColumns() {
    return new Columns<>(List.copyOf(need.requests))
        .ints(Need.Key::terminal)
        .texts(Need.Key::requestId)
        .tuple();
  }

  // ---- rows

  private Void requests(RowSet<Row> rows) {
    for (Row row : rows) {
      if (row.getLong(0) != facts.catalog.version) {
        throw new DefinitionsChanged();
      }
      terminal(row);
      answer(row);
    }
    return done();
  }

  private void terminal(Row row) {
    if (row.getString(2) != null && row.getString(4) != null) {
      facts.add(
          new Terminal(
              row.getInteger(1),
              "ACTIVE".equals(row.getString(2)),
              row.getInteger(3),
              row.getString(4),
              row.getInteger(5)));
    }
  }

  private void answer(Row row) {
    if (row.getShort(7) != null) {
      facts.add(
          new KeyRef(row.getInteger(1), row.getString(6), KeyRef.Kind.of(row.getShort(7))),
          new Answered(
              row.getLong(8), TransactionType.of(row.getShort(9)), row.getBuffer(10).getBytes()));
    }
  }

  /** Each statement sees more than the one before: a key may be answered by now. */
  private Void checkOvertaken(Void all) {
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

  private Void cards(RowSet<Row> rows) {
    for (Row row : rows) {
      facts.add(
          new Card(
              row.getLong(0),
              row.getLong(1),
              row.getInteger(2),
              row.getString(3),
              Card.Status.valueOf(row.getString(4)),
              row.getLong(5),
              row.getString(6)));
      codeUses(row.getLong(0), row.getArrayOfLongs(7));
    }
    return done();
  }

  private void codeUses(long serial, Long @Nullable [] steps) {
    if (steps != null) {
      for (Long step : steps) {
        facts.add(new CodeUse(serial, step));
      }
    }
  }

  private Void allowances(RowSet<Row> rows) {
    for (Row row : rows) {
      Allowance.Kind kind =
          row.getShort(1) == Allowance.Kind.BUDGET.number
              ? Allowance.Kind.BUDGET
              : Allowance.Kind.MEMBER_USE;
      facts.add(
          new Allowance(
              new Allowance.Key(row.getLong(0), kind, row.getLong(2)),
              true,
              new Allowance.Caps(row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6)),
              row.getLong(7),
              row.getLong(8),
              row.getInteger(9),
              row.getLong(10),
              row.getLong(11)));
    }
    return done();
  }

  @SuppressWarnings("NullAway") // a Void has no other value
  private static Void done() {
    return null;
  }
}
