package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.CodeUse;
import cn.unionecard.gateway.rules.Entry;
import cn.unionecard.gateway.rules.Posting;
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
import java.util.Objects;
import java.util.function.Function;

/**
 * The second round trip of a flight: one multi-row statement per table, the chain's head, COMMIT,
 * all in one burst. The first statement that fails aborts the transaction and so the rest.
 */
final class Commit {
  private record Line<T>(long transaction, int number, T of) {}

  private final SqlConnection connection;
  private final List<Future<RowSet<Row>>> answers = new ArrayList<>();

  private Commit(SqlConnection connection) {
    this.connection = connection;
  }

  /** Commits a block as the next of a chain. */
  static Future<Void> run(
      SqlConnection connection, Chain chain, SealedLeaves block, List<Allowance> allowances) {
    return new Commit(connection).run(chain, block, allowances);
  }

  private Future<Void> run(Chain chain, SealedLeaves block, List<Allowance> allowances) {
    long seq = chain.seq() + 1;
    // first, for whoever takes the chain over waits for this row and then knows how it ended
    tell(FlightSql.ADVANCE_CHAIN, advance(chain, seq, block));
    tell(FlightSql.INSERT_KEYS, keys(block));
    tell(FlightSql.INSERT_TRANSACTIONS, transactions(chain, seq, block));
    codeUses(block);
    allocations(block);
    postings(block);
    undos(block);
    allowances(allowances);
    tell(FlightSql.INSERT_OUTBOX, outbox(block));
    tell(FlightSql.INSERT_BLOCK, block(chain, seq, block));
    answers.add(connection.query("COMMIT").execute());
    return Future.all(answers).mapEmpty();
  }

  private void tell(String sql, Tuple parameters) {
    answers.add(connection.preparedQuery(sql).execute(parameters));
  }

  private <T> void tellLines(String sql, List<T> rows, Function<List<T>, Tuple> columns) {
    if (!rows.isEmpty()) {
      tell(sql, columns.apply(rows));
    }
  }

  private static Tuple keys(SealedLeaves block) {
    return new Columns<>(block.leaves())
        .ints(leaf -> leaf.entry().key().terminal())
        .texts(leaf -> leaf.entry().key().requestId())
        .shorts(leaf -> leaf.entry().key().kind().ordinal())
        .longs(leaf -> leaf.entry().id())
        .shorts(leaf -> leaf.entry().request().type().number)
        .bytes(leaf -> leaf.entry().fingerprint())
        .tuple();
  }

  private static Tuple transactions(Chain chain, long seq, SealedLeaves block) {
    return new Columns<>(block.leaves())
        .one(chain.id())
        .one(seq)
        .longs(leaf -> leaf.entry().id())
        .shorts(leaf -> leaf.entry().request().type().number)
        .texts(leaf -> leaf.entry().refusal() == null ? null : leaf.entry().refusal().name())
        .ints(leaf -> leaf.entry().key().terminal())
        .ints(leaf -> leaf.entry().merchant())
        .longs(leaf -> leaf.entry().card() == null ? null : leaf.entry().card().serial())
        .longs(leaf -> leaf.entry().orderFen())
        .longs(leaf -> leaf.entry().memberPaysFen())
        .longs(leaf -> leaf.entry().original() == null ? null : leaf.entry().original().id())
        .texts(leaf -> leaf.entry().key().requestId())
        .bytes(SealedLeaves.Leaf::body)
        .tuple();
  }

  private void codeUses(SealedLeaves block) {
    List<Entry> using = new ArrayList<>();
    for (SealedLeaves.Leaf leaf : block.leaves()) {
      if (leaf.entry().code() != null) {
        using.add(leaf.entry());
      }
    }
    tellLines(
        FlightSql.INSERT_CODE_USES,
        using,
        rows ->
            new Columns<>(rows)
                .longs(entry -> code(entry).card())
                .longs(entry -> code(entry).step())
                .longs(Entry::id)
                .tuple());
  }

  private static CodeUse code(Entry entry) {
    return Objects.requireNonNull(entry.code());
  }

  private void allocations(SealedLeaves block) {
    List<Line<Allocation>> lines = new ArrayList<>();
    for (SealedLeaves.Leaf leaf : block.leaves()) {
      int number = 0;
      for (Allocation allocation : leaf.entry().allocations()) {
        lines.add(new Line<>(leaf.entry().id(), ++number, allocation));
      }
    }
    tellLines(
        FlightSql.INSERT_ALLOCATIONS,
        lines,
        rows ->
            new Columns<>(rows)
                .longs(Line::transaction)
                .shorts(Line::number)
                .ints(line -> line.of().campaign())
                .texts(line -> line.of().funder().name())
                .ints(line -> line.of().party())
                .longs(line -> line.of().fen())
                .tuple());
  }

  private void postings(SealedLeaves block) {
    List<Line<Posting>> lines = new ArrayList<>();
    for (SealedLeaves.Leaf leaf : block.leaves()) {
      int number = 0;
      for (Posting posting : leaf.entry().postings()) {
        lines.add(new Line<>(leaf.entry().id(), ++number, posting));
      }
    }
    tellLines(
        FlightSql.INSERT_POSTINGS,
        lines,
        rows ->
            new Columns<>(rows)
                .longs(Line::transaction)
                .shorts(Line::number)
                .texts(line -> line.of().account().name())
                .longs(line -> line.of().party())
                .longs(line -> line.of().fen())
                .tuple());
  }

  private void undos(SealedLeaves block) {
    List<Entry> undoing = new ArrayList<>();
    for (SealedLeaves.Leaf leaf : block.leaves()) {
      if (leaf.entry().original() != null) {
        undoing.add(leaf.entry());
      }
    }
    tellLines(
        FlightSql.INSERT_UNDOS,
        undoing,
        rows ->
            new Columns<>(rows)
                .longs(entry -> Objects.requireNonNull(entry.original()).id())
                .longs(Entry::orderFen)
                .longs(Entry::id)
                .tuple());
  }

  private void allowances(List<Allowance> changed) {
    List<Allowance> fresh = new ArrayList<>();
    List<Allowance> stored = new ArrayList<>();
    for (Allowance allowance : changed) {
      (allowance.stored ? stored : fresh).add(allowance);
    }
    tellLines(FlightSql.INSERT_ALLOWANCES, fresh, Commit::allowanceColumns);
    tellLines(FlightSql.UPDATE_ALLOWANCES, stored, Commit::allowanceColumns);
  }

  private static Tuple allowanceColumns(List<Allowance> rows) {
    return new Columns<>(rows)
        .longs(a -> a.key.holder())
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
        .longs(Allowance::dayCount)
        .tuple();
  }

  private static Tuple outbox(SealedLeaves block) {
    long ms = TransactionId.epochMsOf(block.tick());
    return new Columns<>(block.leaves())
        .one(Instant.ofEpochMilli(ms).atOffset(ZoneOffset.UTC))
        .texts(SealedLeaves.Leaf::event)
        .ints(leaf -> leaf.entry().merchant())
        .longs(leaf -> leaf.entry().id())
        .texts(SealedLeaves.Leaf::eventBody)
        .tuple();
  }

  private static Tuple block(Chain chain, long seq, SealedLeaves block) {
    return new Columns<>(List.of())
        .one(chain.id())
        .one(seq)
        .one(block.leaves().get(0).entry().id())
        .one((short) block.leaves().size())
        .one(block.kid())
        .one(Buffer.buffer(block.hash()))
        .one(Buffer.buffer(block.signature()))
        .one(Buffer.buffer(block.header()))
        .tuple();
  }

  private static Tuple advance(Chain chain, long seq, SealedLeaves block) {
    return new Columns<>(List.of())
        .one(chain.id())
        .one(chain.epoch())
        .one(seq)
        .one(Buffer.buffer(block.hash()))
        .one(block.tick())
        .tuple();
  }
}
