package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.CodeUse;
import cn.unionecard.gateway.rules.Deal;
import cn.unionecard.gateway.rules.Entitlement;
import cn.unionecard.gateway.rules.Entry;
import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.runtime.stores.Columns;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The second round trip of a flight: the chain's head and all rows of the block, COMMIT, in one
 * burst. The first statement that fails aborts the transaction and so the rest.
 */
final class Commit {
  private record Told(String sql, Tuple parameters) {}

  private final SqlConnection connection;
  private final List<Told> burst = new ArrayList<>();

  private Commit(SqlConnection connection) {
    this.connection = connection;
  }

  /** Commits a block as the next of a chain. All is made before the first of it is sent. */
  static Future<Void> run(SqlConnection connection, Chain chain, SealedLeaves block, Facts facts) {
    return new Commit(connection).run(chain, block, facts);
  }

  private Future<Void> run(Chain chain, SealedLeaves block, Facts facts) {
    tell(FlightSql.ADD_BLOCK, block(chain, block, facts.changedAllowances()));
    FollowOnCommit.tell(facts, this::tell);
    List<Entitlement> entitlements = facts.changedEntitlements();
    if (!entitlements.isEmpty()) {
      tell(EntitlementSql.USE, EntitlementSql.used(entitlements, at(block)));
    }
    List<Future<RowSet<Row>>> answers = new ArrayList<>();
    burst.forEach(told -> answers.add(connection.preparedQuery(told.sql).execute(told.parameters)));
    answers.add(connection.query("COMMIT").execute());
    return Future.all(answers).mapEmpty();
  }

  private void tell(String sql, Tuple parameters) {
    burst.add(new Told(sql, parameters));
  }

  private static OffsetDateTime at(SealedLeaves block) {
    return Instant.ofEpochMilli(TransactionId.epochMsOf(block.tick())).atOffset(ZoneOffset.UTC);
  }

  private static Tuple block(Chain chain, SealedLeaves block, List<Allowance> allowances) {
    List<SealedLeaves.Leaf> leaves = block.leaves();
    Columns<Object> header =
        Columns.start()
            .one(chain.id())
            .one(chain.seq() + 1)
            .one(leaves.get(0).entry().id())
            .one((short) leaves.size())
            .one(block.kid())
            .one(Buffer.buffer(block.hash()))
            .one(Buffer.buffer(block.signature()))
            .one(Buffer.buffer(block.header()));
    Columns<Allocation> payers = payers(leaves(header.then(leaves)), leaves);
    Columns<SealedLeaves.Event> events = events(payers.one(at(block)).then(block.events()));
    List<Allowance> fresh = allowances.stream().filter(allowance -> !allowance.stored).toList();
    List<Allowance> stored = allowances.stream().filter(allowance -> allowance.stored).toList();
    return allowances(allowances(events.then(fresh)).then(stored))
        .one(chain.epoch())
        .one(block.tick())
        .one(lots(leaves))
        .then(leaves)
        .shorts(leaf -> told(leaf.entry()))
        .tuple();
  }

  /**
   * The lot of each element of all payers, 0 where none pays; all null for whoever uses none, and
   * nothing at all where nobody does.
   */
  private static @Nullable Long @Nullable [] lots(List<SealedLeaves.Leaf> leaves) {
    List<@Nullable Long> lots = new ArrayList<>();
    boolean any = false;
    for (SealedLeaves.Leaf leaf : leaves) {
      List<Allocation> own = leaf.entry().allocations();
      boolean uses = own.stream().anyMatch(allocation -> allocation.lot() != 0);
      any |= uses;
      own.forEach(allocation -> lots.add(uses ? (Long) allocation.lot() : null));
    }
    return any ? lots.toArray(Long[]::new) : null;
  }

  private static Columns<SealedLeaves.Leaf> leaves(Columns<SealedLeaves.Leaf> rows) {
    return rows.longs(leaf -> leaf.entry().id())
        .shorts(leaf -> leaf.entry().request().type().number)
        .texts(leaf -> leaf.entry().refusal() == null ? null : leaf.entry().refusal().name())
        .ints(leaf -> leaf.entry().key().terminal())
        .ints(leaf -> leaf.entry().merchant())
        .longs(leaf -> leaf.entry().card() == null ? null : leaf.entry().card().serial())
        .longs(leaf -> leaf.entry().orderFen())
        .longs(leaf -> leaf.entry().memberPaysFen())
        .longs(leaf -> root(leaf.entry()))
        .texts(leaf -> leaf.entry().key().requestId())
        .bytes(SealedLeaves.Leaf::body)
        .shorts(leaf -> leaf.entry().key().kind().ordinal())
        .bytes(leaf -> leaf.entry().fingerprint())
        .longs(leaf -> step(leaf.entry()))
        .ints(leaf -> leaf.entry().batch())
        .shorts(leaf -> leaf.entry().effect().number)
        .texts(leaf -> leaf.entry().trace().isEmpty() ? null : leaf.entry().trace());
  }

  /** The type of what is told of it; none of a refusal. */
  private static int told(Entry entry) {
    return entry.refusal() == null ? entry.request().type().number : 0;
  }

  private static @Nullable Long root(Entry entry) {
    Deal deal = entry.deal();
    return deal == null ? null : deal.terms.id();
  }

  private static @Nullable Long step(Entry entry) {
    CodeUse code = entry.code();
    return code == null ? null : code.step();
  }

  private static Columns<SealedLeaves.Event> events(Columns<SealedLeaves.Event> rows) {
    return rows.texts(SealedLeaves.Event::kind)
        .ints(SealedLeaves.Event::merchant)
        .longs(SealedLeaves.Event::subject)
        .texts(SealedLeaves.Event::body);
  }

  /** Where those of each leaf stand among all of them, then all of them; from 1. */
  private static Columns<Allocation> payers(
      Columns<SealedLeaves.Leaf> rows, List<SealedLeaves.Leaf> leaves) {
    @Nullable Integer[] first = new Integer[leaves.size()];
    @Nullable Integer[] last = new Integer[leaves.size()];
    List<Allocation> all = new ArrayList<>(leaves.size() * 2);
    for (int i = 0; i < first.length; i++) {
      List<Allocation> own = leaves.get(i).entry().allocations();
      if (!own.isEmpty()) {
        first[i] = all.size() + 1;
        all.addAll(own);
        last[i] = all.size();
      }
    }
    return rows.one(first)
        .one(last)
        .then(all)
        .ints(Allocation::campaign)
        .ints(Payers::payer)
        .longs(Allocation::fen);
  }

  private static Columns<Allowance> allowances(Columns<Allowance> rows) {
    return rows.longs(a -> a.key.holder())
        .shorts(a -> a.key.kind().number)
        .longs(a -> a.key.owner())
        .longs(a -> a.caps().fen())
        .longs(a -> a.caps().count())
        .longs(a -> a.caps().dayFen())
        .longs(a -> a.caps().dayCount())
        .longs(Allowance::usedFen)
        .longs(Allowance::usedCount)
        .ints(Allowance::day)
        .longs(Allowance::dayFen)
        .longs(Allowance::dayCount);
  }
}
