package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.Answered;
import cn.unionecard.gateway.rules.Card;
import cn.unionecard.gateway.rules.CodeUse;
import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.rules.Funding;
import cn.unionecard.gateway.rules.KeyRef;
import cn.unionecard.gateway.rules.Original;
import cn.unionecard.gateway.rules.Terminal;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private final SqlConnection connection;
  private final Need need;
  private final Facts facts;
  private final List<Future<?>> answers = new ArrayList<>();
  private final Map<Long, List<Allocation>> allocations = new HashMap<>();

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
    answers.add(connection.query("BEGIN").execute());
    answers.add(ask(FlightSql.REQUESTS, keys(Columns.start(), need.requests)).map(this::requests));
    if (!need.originals.isEmpty()) {
      Tuple originals = keys(Columns.start(), need.originals);
      answers.add(ask(FlightSql.ORIGINAL_ALLOCATIONS, originals).map(this::allocations));
      answers.add(ask(FlightSql.ORIGINALS, originals).map(this::originals));
    }
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
    List<Integer> budgets = List.copyOf(need.budgets);
    if (!budgets.isEmpty() || !need.originals.isEmpty()) {
      Columns<Integer> owners = new Columns<>(budgets).longs(Integer::longValue);
      answers.add(ask(FlightSql.LOCK_BUDGETS, keys(owners, need.originals)).map(this::allowances));
    }
    if (!serials.isEmpty() || !need.originals.isEmpty()) {
      Columns<Long> holders = new Columns<>(serials).longs(serial -> serial);
      answers.add(
          ask(FlightSql.LOCK_MEMBER_USES, keys(holders, need.originals)).map(this::allowances));
    }
  }

  private Future<RowSet<Row>> ask(String sql, Tuple parameters) {
    return connection.preparedQuery(sql).execute(parameters);
  }

  private static Tuple keys(Columns<?> before, Collection<Need.Key> keys) {
    return before
        .then(List.copyOf(keys))
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
              row.getString(4)));
    }
  }

  private void answer(Row row) {
    if (row.getShort(6) != null) {
      facts.add(
          new KeyRef(row.getInteger(1), row.getString(5), KeyRef.Kind.of(row.getShort(6))),
          new Answered(
              row.getLong(7), TransactionType.of(row.getShort(8)), row.getBuffer(9).getBytes()));
    }
  }

  /** Runs after the allocations, for answers come in the order of questions. */
  private Void originals(RowSet<Row> rows) {
    for (Row row : rows) {
      long id = row.getLong(0);
      facts.add(
          new Original(
              id,
              row.getBoolean(1),
              row.getInteger(2),
              row.getLong(3),
              row.getLong(4),
              row.getLong(5),
              row.getLong(6),
              row.getBoolean(7),
              allocations.getOrDefault(id, List.of())));
    }
    return done();
  }

  private Void allocations(RowSet<Row> rows) {
    for (Row row : rows) {
      allocations
          .computeIfAbsent(row.getLong(0), id -> new ArrayList<>())
          .add(
              new Allocation(
                  row.getInteger(1),
                  Funding.Funder.valueOf(row.getString(2)),
                  row.getInteger(3),
                  row.getLong(4)));
    }
    return done();
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
