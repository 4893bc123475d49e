package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.CodeUse;
import cn.unionecard.gateway.rules.CounterRow;
import cn.unionecard.gateway.rules.Deal;
import cn.unionecard.gateway.rules.Effect;
import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.rules.Original;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a block has to know of earlier transactions that its requests name, and of offline sales.
 * Costs a round trip of its own, so a block without such requests does not ask.
 */
final class FollowOnPrefetch {
  private final SqlConnection connection;
  private final Need need;
  private final Facts facts;
  private final List<Original> named = new ArrayList<>();
  private final Map<Long, Deal.Terms> deals = new TreeMap<>();
  private final Map<Long, Deal.Back> backs = new HashMap<>();
  private final Map<Long, Deal.Hold> holds = new HashMap<>();
  private final Map<Long, Long[]> returned = new HashMap<>();
  private final Map<Long, List<Allocation>> payers = new HashMap<>();

  FollowOnPrefetch(SqlConnection connection, Need need, Facts facts) {
    this.connection = connection;
    this.need = need;
    this.facts = facts;
  }

  /** Finds what is named, and adds to the need what it spends: none of that can change. */
  Future<Void> resolve() {
    if (need.originals.isEmpty() && need.ids.isEmpty()) {
      return Future.succeededFuture();
    }
    List<Need.Key> keys = List.copyOf(need.originals);
    Tuple tuple = new Columns<>(List.copyOf(need.ids)).longs(id -> id).tuple();
    Tuple byKey = new Columns<>(keys).ints(Need.Key::terminal).texts(Need.Key::requestId).tuple();
    Tuple all = Tuple.from(List.of(tuple.getValue(0), byKey.getValue(0), byKey.getValue(1)));
    return ask(FollowingSql.NAMED, all).map(this::named);
  }

  /** Locks what became of it and reads it; part of the flight's burst, before all other locks. */
  List<Future<?>> lockAndRead() {
    List<Future<?>> answers = new ArrayList<>();
    if (!named.isEmpty()) { // what was refused belongs to no deal, and may be reversed all the same
      Tuple roots = ids(List.copyOf(deals.keySet()));
      answers.add(ask(FollowingSql.LOCK_ROOTS, roots));
      answers.add(ask(FollowingSql.UNDOS, roots).map(this::undos));
      answers.add(ask(FollowingSql.HOLDS, roots).map(this::holds));
    }
    if (!need.counters.isEmpty()) {
      Tuple terminals = new Columns<>(List.copyOf(need.counters)).ints(id -> id).tuple();
      answers.add(ask(FollowingSql.LOCK_COUNTERS, terminals).map(this::counters));
    }
    if (!need.oldCodes.isEmpty()) {
      Tuple codes =
          new Columns<>(List.copyOf(need.oldCodes))
              .longs(CodeUse::card)
              .longs(CodeUse::step)
              .tuple();
      answers.add(ask(FollowingSql.OLD_CODE_USES, codes).map(this::codeUses));
    }
    return answers;
  }

  private static Tuple ids(List<Long> ids) {
    return new Columns<>(ids).longs(id -> id).tuple();
  }

  private Future<RowSet<Row>> ask(String sql, Tuple parameters) {
    return connection.preparedQuery(sql).execute(parameters);
  }

  // ---- rows

  private @Nullable Void named(RowSet<Row> rows) {
    for (Row row : rows) {
      Effect effect = Effect.of(row.getShort(2));
      long deal = row.getLong(8);
      named.add(
          new Original(
              row.getLong(0),
              TransactionType.of(row.getShort(1)),
              effect,
              row.getInteger(3),
              row.getInteger(4),
              row.getInteger(5),
              row.getLong(6),
              row.getLong(7),
              deal,
              effect.allocates ? payers(row, 15) : List.of()));
      if (effect != Effect.NONE) {
        deals.put(deal, terms(row, deal));
        payers.put(deal, payers(row, 19));
        for (Allocation paid : payers(row, 19)) {
          need.budget(paid.campaign());
          need.lot(paid.lot(), row.getInteger(10));
        }
        if (row.getLong(11) != null) {
          need.card(row.getLong(11));
        }
      }
    }
    return null;
  }

  private static Deal.Terms terms(Row row, long deal) {
    return new Deal.Terms(
        deal,
        TransactionType.of(row.getShort(9)),
        row.getInteger(10),
        row.getLong(11),
        row.getLong(12),
        row.getLong(13),
        row.getLong(14));
  }

  private static List<Allocation> payers(Row row, int at) {
    return Payers.of(
        row.getArrayOfIntegers(at),
        row.getArrayOfIntegers(at + 1),
        row.getArrayOfLongs(at + 2),
        row.getArrayOfLongs(at + 3));
  }

  private @Nullable Void undos(RowSet<Row> rows) {
    for (Row row : rows) {
      backs.put(row.getLong(0), new Deal.Back(row.getLong(1), row.getLong(2), row.getBoolean(3)));
      returned.put(row.getLong(0), row.getArrayOfLongs(4));
    }
    return null;
  }

  /** The last of the answers: now all of each deal is known. */
  private @Nullable Void holds(RowSet<Row> rows) {
    for (Row row : rows) {
      Deal.HoldState state = Deal.HoldState.valueOf(row.getString(1));
      holds.put(row.getLong(0), new Deal.Hold(state, row.getLong(2), row.getLong(3)));
    }
    deals.forEach((id, terms) -> facts.add(deal(id, terms)));
    named.forEach(facts::add);
    return null;
  }

  private Deal deal(long id, Deal.Terms terms) {
    List<Allocation> allocations = payers.getOrDefault(id, List.of());
    Deal.Hold hold = holds.get(id);
    Long[] lines = returned.get(id);
    long[] back = new long[allocations.size()];
    for (int i = 0; i < back.length; i++) {
      if (hold != null && hold.isFreed()) {
        back[i] = allocations.get(i).fen();
      } else if (lines != null) {
        back[i] = lines[i];
      }
    }
    return new Deal(terms, allocations, back, backs.get(id), hold);
  }

  private @Nullable Void counters(RowSet<Row> rows) {
    for (Row row : rows) {
      facts.add(
          new CounterRow(
              row.getInteger(0), true, row.getLong(1), row.getLong(2), row.getInteger(3)));
    }
    return null;
  }

  private @Nullable Void codeUses(RowSet<Row> rows) {
    for (Row row : rows) {
      facts.add(new CodeUse(row.getLong(0), row.getLong(1)));
    }
    return null;
  }
}
