package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.CodeUse;
import cn.unionecard.gateway.rules.Deal;
import cn.unionecard.gateway.rules.Entry;
import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.rules.Posting;
import cn.unionecard.gateway.runtime.stores.Columns;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The second round trip of a flight: the chain's head and all rows of the block, COMMIT, in one
 * burst. The first statement that fails aborts the transaction and so the rest.
 */
final class Commit {
  private record Line<T>(long transaction, int number, T of) {}

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
    List<Future<RowSet<Row>>> answers = new ArrayList<>();
    burst.forEach(told -> answers.add(connection.preparedQuery(told.sql).execute(told.parameters)));
    answers.add(connection.query("COMMIT").execute());
    return Future.all(answers).mapEmpty();
  }

  private void tell(String sql, Tuple parameters) {
    burst.add(new Told(sql, parameters));
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
    long ms = TransactionId.epochMsOf(block.tick());
    Columns<SealedLeaves.Leaf> rows =
        leaves(header.then(leaves)).one(Instant.ofEpochMilli(ms).atOffset(ZoneOffset.UTC));
    Columns<SealedLeaves.Event> events = events(rows.then(block.events()));
    Columns<Line<Allocation>> allocations =
        allocations(events.then(lines(leaves, Entry::recordedAllocations)));
    Columns<Line<Posting>> postings = postings(allocations.then(lines(leaves, Entry::postings)));
    List<Allowance> fresh = allowances.stream().filter(allowance -> !allowance.stored).toList();
    List<Allowance> stored = allowances.stream().filter(allowance -> allowance.stored).toList();
    return allowances(allowances(postings.then(fresh)).then(stored))
        .one(chain.epoch())
        .one(block.tick())
        .tuple();
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

  private static <T> List<Line<T>> lines(
      List<SealedLeaves.Leaf> leaves, Function<Entry, List<T>> parts) {
    List<Line<T>> lines = new ArrayList<>(leaves.size() * 4);
    for (SealedLeaves.Leaf leaf : leaves) {
      int number = 0;
      for (T part : parts.apply(leaf.entry())) {
        lines.add(new Line<>(leaf.entry().id(), ++number, part));
      }
    }
    return lines;
  }

  private static Columns<Line<Allocation>> allocations(Columns<Line<Allocation>> rows) {
    return rows.longs(Line::transaction)
        .shorts(Line::number)
        .ints(line -> line.of().campaign())
        .texts(line -> line.of().funder().name())
        .ints(line -> line.of().party())
        .longs(line -> line.of().fen());
  }

  private static Columns<Line<Posting>> postings(Columns<Line<Posting>> rows) {
    return rows.longs(Line::transaction)
        .shorts(Line::number)
        .texts(line -> line.of().account().name())
        .longs(line -> line.of().party())
        .longs(line -> line.of().fen());
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
