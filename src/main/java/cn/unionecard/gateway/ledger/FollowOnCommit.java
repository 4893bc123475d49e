package cn.unionecard.gateway.ledger;

import static java.util.stream.Collectors.joining;

import cn.unionecard.gateway.rules.CounterRow;
import cn.unionecard.gateway.rules.Deal;
import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.runtime.stores.Columns;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What a block changes of earlier transactions, of holds and of offline counters. */
final class FollowOnCommit {
  private FollowOnCommit() {}

  /** Tells each statement with its parameters; none at all for a block of plain sales. */
  static void tell(Facts facts, BiConsumer<String, Tuple> statement) {
    List<Deal> deals = facts.changedDeals();
    if (!deals.isEmpty()) {
      undos(deals, statement);
      holds(deals, statement);
    }
    counters(facts.changedCounters(), statement);
  }

  private static void undos(List<Deal> deals, BiConsumer<String, Tuple> statement) {
    List<Deal> fresh = new ArrayList<>();
    List<Deal> stored = new ArrayList<>();
    for (Deal deal : deals) {
      if (deal.isBackDirty()) {
        (deal.isBackStored() ? stored : fresh).add(deal);
      }
    }
    tell(FollowingSql.INSERT_UNDOS, fresh, FollowOnCommit::undoColumns, statement);
    tell(FollowingSql.UPDATE_UNDOS, stored, FollowOnCommit::undoColumns, statement);
  }

  private static Tuple undoColumns(List<Deal> deals) {
    return new Columns<>(deals)
        .longs(deal -> deal.terms.id())
        .longs(deal -> deal.terms.orderFen())
        .longs(deal -> deal.terms.memberPaysFen())
        .longs(deal -> deal.back().orderFen())
        .longs(deal -> deal.back().memberFen())
        .booleans(deal -> deal.back().whole())
        .longs(Deal::last)
        .texts(FollowOnCommit::returned)
        .tuple();
  }

  private static void holds(List<Deal> deals, BiConsumer<String, Tuple> statement) {
    List<Deal> fresh = new ArrayList<>();
    List<Deal> stored = new ArrayList<>();
    for (Deal deal : deals) {
      if (deal.isHoldDirty()) {
        (deal.isHoldStored() ? stored : fresh).add(deal);
      }
    }
    tell(FollowingSql.INSERT_HOLDS, fresh, FollowOnCommit::holdColumns, statement);
    tell(FollowingSql.UPDATE_HOLDS, stored, FollowOnCommit::holdColumns, statement);
  }

  private static Tuple holdColumns(List<Deal> deals) {
    return new Columns<>(deals)
        .longs(deal -> deal.terms.id())
        .texts(deal -> hold(deal).state().name())
        .longs(deal -> hold(deal).dueMs())
        .longs(deal -> hold(deal).end())
        .tuple();
  }

  private static Deal.Hold hold(Deal deal) {
    return Objects.requireNonNull(deal.hold());
  }

  /**
   * An array as PostgreSQL spells it; null where nobody paid anything. Of a hold that was freed the
   * hold itself says that all came back.
   */
  private static @Nullable String returned(Deal deal) {
    long[] returned = deal.returned();
    boolean freed = deal.hold() != null && deal.hold().isFreed();
    return returned.length == 0
        ? null
        : LongStream.of(returned)
            .mapToObj(fen -> freed ? "0" : Long.toString(fen))
            .collect(joining(",", "{", "}"));
  }

  private static void counters(List<CounterRow> rows, BiConsumer<String, Tuple> statement) {
    List<CounterRow> fresh = new ArrayList<>();
    List<CounterRow> stored = new ArrayList<>();
    rows.forEach(row -> (row.stored ? stored : fresh).add(row));
    tell(FollowingSql.INSERT_COUNTERS, fresh, FollowOnCommit::counterColumns, statement);
    tell(FollowingSql.UPDATE_COUNTERS, stored, FollowOnCommit::counterColumns, statement);
  }

  private static Tuple counterColumns(List<CounterRow> rows) {
    return new Columns<>(rows)
        .ints(row -> row.terminal)
        .longs(CounterRow::counter)
        .longs(CounterRow::outageAtMs)
        .ints(CounterRow::outageCount)
        .tuple();
  }

  private static <T> void tell(
      String sql,
      List<T> rows,
      Function<List<T>, Tuple> columns,
      BiConsumer<String, Tuple> statement) {
    if (!rows.isEmpty()) {
      statement.accept(sql, columns.apply(rows));
    }
  }
}
