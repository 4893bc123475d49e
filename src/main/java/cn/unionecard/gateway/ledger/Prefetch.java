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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    answers.add(ask(FlightSql.DEFINITIONS, Tuple.tuple()).map(this::checkVersion));
    List<Integer> terminals = List.copyOf(need.terminals);
    answers.add(
        ask(FlightSql.TERMINALS, new Columns<>(terminals).ints(id -> id).tuple())
            .map(this::terminals));
    if (!need.originals.isEmpty()) {
      Tuple originals = keys(new ArrayList<>(need.originals));
      answers.add(ask(FlightSql.ORIGINAL_ALLOCATIONS, originals).map(this::allocations));
      answers.add(ask(FlightSql.ORIGINALS, originals).map(this::originals));
    }
    if (!need.keys.isEmpty()) {
      answers.add(ask(FlightSql.ANSWERS, keys(new ArrayList<>(need.keys))).map(this::answers));
    }
    List<Long> serials = List.copyOf(need.serials);
    if (!serials.isEmpty()) {
      answers.add(
          ask(FlightSql.CARDS, new Columns<>(serials).longs(s -> s).tuple()).map(this::cards));
      answers.add(
          ask(
                  FlightSql.CODE_USES,
                  new Columns<>(serials).longs(s -> s).one(need.oldestStep).tuple())
              .map(this::codeUses));
    }
    lock(serials);
    return Future.all(answers).mapEmpty();
  }

  private void lock(List<Long> serials) {
    List<Need.Key> originals = List.copyOf(need.originals);
    if (!need.budgets.isEmpty() || !originals.isEmpty()) {
      Tuple budgets =
          with(
              new Columns<>(List.copyOf(need.budgets)).longs(Integer::longValue).tuple(),
              originals);
      answers.add(ask(FlightSql.LOCK_BUDGETS, budgets).map(this::allowances));
    }
    if (!serials.isEmpty() || !originals.isEmpty()) {
      Tuple uses = with(new Columns<>(serials).longs(s -> s).tuple(), originals);
      answers.add(ask(FlightSql.LOCK_MEMBER_USES, uses).map(this::allowances));
    }
  }

  private Future<RowSet<Row>> ask(String sql, Tuple parameters) {
    return connection.preparedQuery(sql).execute(parameters);
  }

  private static Tuple keys(List<Need.Key> keys) {
    return new Columns<>(keys).ints(Need.Key::terminal).texts(Need.Key::requestId).tuple();
  }

  private static Tuple with(Tuple first, List<Need.Key> originals) {
    List<Object> values = new ArrayList<>();
    values.add(first.getValue(0));
    Tuple keys = keys(originals);
    values.add(keys.getValue(0));
    values.add(keys.getValue(1));
    return Tuple.from(values);
  }

  // ---- rows

  private Void checkVersion(RowSet<Row> rows) {
    if (rows.iterator().next().getLong(0) != facts.catalog.version) {
      throw new DefinitionsChanged();
    }
    return done();
  }

  private Void terminals(RowSet<Row> rows) {
    for (Row row : rows) {
      facts.add(
          new Terminal(
              row.getInteger(0),
              "ACTIVE".equals(row.getString(1)),
              row.getInteger(2),
              row.getString(3)));
    }
    return done();
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

  private Void answers(RowSet<Row> rows) {
    for (Row row : rows) {
      facts.add(
          new KeyRef(row.getInteger(0), row.getString(1), KeyRef.Kind.of(row.getShort(2))),
          new Answered(
              row.getLong(3), TransactionType.of(row.getShort(4)), row.getBuffer(5).getBytes()));
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
    }
    return done();
  }

  private Void codeUses(RowSet<Row> rows) {
    for (Row row : rows) {
      facts.add(new CodeUse(row.getLong(0), row.getLong(1)));
    }
    return done();
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
