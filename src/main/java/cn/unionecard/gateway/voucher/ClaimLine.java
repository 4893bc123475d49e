package cn.unionecard.gateway.voucher;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import cn.unionecard.gateway.voucher.ClaimRound.Outcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of claims of one node: a loop and a connection of its own, so that a checkout waits
 * neither for the one nor for the other. Claims that come while a block is under way are the next
 * block; a block is one statement, which gives or gives nothing. The same claim again gets the same
 * answer, whichever node hears it: a person has one place in a round, in the database.
 *
 * <p>What is known for good is said at once, on the loop of whoever asks: that a round is not open
 * yet, and, when all is gone, who has it and who has not.
 */
final class ClaimLine {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimLine.class);

  /** So many answers at once hold up no till on the loops that write them. */
  private static final int BLOCK_CLAIMS_MAX = 128;

  /** After a block the line rests so many times as long as that took: tills come first. */
  private static final int RESTS = 3;

  private static final long REST_MS_MAX = 250;

  /** So many may wait; whoever comes then is told to ask again. */
  private static final int WAITING_MAX = 30_000;

  private static final long LOOK_MS = 1_000;

  /** Between two looks for a round that nobody knows. */
  private static final long LOOK_AGAIN_MS = 100;

  /** For a week whoever asks is told what came of it. */
  private static final long TOLD_MS = 7 * 86_400_000L;

  private static final String ROUNDS =
      """
      select id, way, state, granted + each > most as gone, most / each as places,
        floor(extract(epoch from opens_at) * 1000)::bigint as opens_ms,
        floor(extract(epoch from closes_at) * 1000)::bigint as closes_ms
      from benefit_round
      where way in ('CLAIM', 'LOTTERY') and state <> 'DRAFT' and closes_at > $1
      """;

  /** By every card of each person, for any of them may ask. */
  private static final String WINNERS =
      """
      select c.serial, e.ids from (
        select member, array_agg(id order by nth) as ids from entitlement
        where round = $1 and reissue_of is null group by member) e
      join card c on c.member = e.member
      """;

  private static final String CLAIM = "select place, outcome, ids from round_claim($1, $2, $3, $4)";

  /** One phone that asks. */
  record Claim(Caller.Member member, int round, Context from, Promise<JsonObject> heard) {
    void answer(JsonObject answer) {
      from.runOnContext(there -> heard.tryComplete(answer));
    }

    void fail(Throwable failure) {
      from.runOnContext(there -> heard.tryFail(failure));
    }
  }

  /** Those who wait for one round. */
  private static final class Waiting {
    /** Nobody has looked at their place yet. */
    private final Queue<Claim> arrived = new ArrayDeque<>();

    /** For whom there is something, if all before them get it. */
    private final Queue<Claim> first = new ArrayDeque<>();

    /** Whose turn comes when nobody is before them any more. */
    private final Queue<Claim> standby = new ArrayDeque<>();

    boolean isEmpty() {
      return arrived.isEmpty() && first.isEmpty() && standby.isEmpty();
    }

    List<Claim> all() {
      List<Claim> all = new ArrayList<>(arrived.size() + first.size() + standby.size());
      all.addAll(first);
      all.addAll(standby);
      all.addAll(arrived);
      return all;
    }
  }

  private final Vertx vertx;
  private final Pool pool;
  private final ClaimGate gate;
  private final Clock clock;
  private final AtomicInteger waiting = new AtomicInteger();

  // ---- of the loop of claims
  private final Map<Integer, Waiting> lines = new LinkedHashMap<>();
  private final List<Claim> unknown = new ArrayList<>();
  private boolean flying;
  private boolean looking;
  private long lookedMs;

  private volatile Map<Integer, ClaimRound> rounds = Map.of();
  private volatile @Nullable Context home;

  /**
   * @param vertx of its own, with one event loop
   * @param pool one connection
   */
  ClaimLine(Vertx vertx, Pool pool, ClaimGate gate, Clock clock) {
    this.vertx = vertx;
    this.pool = pool;
    this.gate = gate;
    this.clock = clock;
  }

  /** Begins to look for rounds. */
  void start() {
    Context loop = vertx.getOrCreateContext();
    home = loop;
    loop.runOnContext(
        here -> {
          gate.open();
          lookAnew();
          long unused = vertx.setPeriodic(LOOK_MS, due -> lookAnew()); // ends with Vert.x
        });
  }

  // ---- on the loop of whoever asks

  /** What came of a claim. */
  Future<DeskReply> claim(Caller.Member member, int round) {
    ClaimRound known = rounds.get(round);
    JsonObject said = known == null ? null : known.atOnce(member.card().serial(), clock.millis());
    if (said != null) {
      return Future.succeededFuture(DeskReply.ok(said));
    }
    Context loop = home;
    if (loop == null || waiting.get() >= WAITING_MAX) {
      return Future.failedFuture(new Fault.Busy("too many claims wait; ask again in a moment"));
    }
    waiting.incrementAndGet();
    Promise<JsonObject> heard = Promise.promise();
    Claim claim = new Claim(member, round, Vertx.currentContext(), heard);
    loop.runOnContext(there -> take(claim));
    return heard.future().onComplete(over -> waiting.decrementAndGet()).map(DeskReply::ok);
  }

  // ---- on the loop of claims

  private void take(Claim claim) {
    if (rounds.containsKey(claim.round)) {
      lines.computeIfAbsent(claim.round, round -> new Waiting()).arrived.add(claim);
      fly();
      return;
    }
    unknown.add(claim);
    if (unknown.size() == 1) {
      long wait = lookedMs + LOOK_AGAIN_MS - clock.millis();
      if (wait <= 0) {
        lookAnew();
      } else {
        long unused = vertx.setTimer(wait, due -> lookAnew());
      }
    }
  }

  /** What was unknown is known now, or there is none. */
  private void takeUnknown() {
    List<Claim> asked = List.copyOf(unknown);
    unknown.clear();
    for (Claim claim : asked) {
      if (rounds.containsKey(claim.round)) {
        take(claim);
      } else {
        claim.fail(noSuchRound());
      }
    }
  }

  private static Fault.NotFound noSuchRound() {
    return new Fault.NotFound("no round of that number can be claimed");
  }

  /** The next step of the first round that has somebody waiting; one at a time. */
  private void fly() {
    if (flying) {
      return;
    }
    lines.values().removeIf(Waiting::isEmpty);
    for (Map.Entry<Integer, Waiting> line : lines.entrySet()) {
      ClaimRound round = rounds.get(line.getKey());
      if (round == null) {
        line.getValue().all().forEach(claim -> claim.fail(noSuchRound()));
        lines.remove(line.getKey());
        fly();
        return;
      }
      flying = true;
      long begun = System.nanoTime();
      step(round, line.getValue()).onComplete(over -> rest(System.nanoTime() - begun));
      return;
    }
  }

  private void rest(long tookNs) {
    long ms = Math.min(REST_MS_MAX, TimeUnit.NANOSECONDS.toMillis(tookNs * RESTS));
    if (ms == 0) {
      flyOn();
    } else {
      long unused = vertx.setTimer(ms, due -> flyOn());
    }
  }

  private void flyOn() {
    flying = false;
    fly();
  }

  private Future<Void> step(ClaimRound round, Waiting line) {
    if (round.winners() != null || round.isEarly(clock.millis())) {
      return Future.succeededFuture(sayAtOnce(round, line));
    }
    if (line.arrived.isEmpty()) {
      return give(round, line);
    }
    List<Claim> arrived = next(line.arrived);
    if (round.isLottery()) {
      line.first.addAll(arrived);
      return give(round, line);
    }
    return gate.places(round.id(), arrived)
        .compose(
            places -> {
              for (int i = 0; i < arrived.size(); i++) {
                boolean fits = places == null || places[i] <= round.places();
                (fits ? line.first : line.standby).add(arrived.get(i));
              }
              return line.first.isEmpty() && !line.arrived.isEmpty()
                  ? Future.succeededFuture()
                  : give(round, line);
            });
  }

  private static List<Claim> next(Queue<Claim> queue) {
    List<Claim> next = new ArrayList<>(Math.min(queue.size(), BLOCK_CLAIMS_MAX));
    while (next.size() < BLOCK_CLAIMS_MAX && !queue.isEmpty()) {
      next.add(queue.remove());
    }
    return next;
  }

  /** All has been given: the answers are known. Leaves alone whom nobody can answer at once. */
  private @Nullable Void sayAtOnce(ClaimRound round, Waiting line) {
    for (Claim claim : line.all()) {
      JsonObject said = round.atOnce(claim.member.card().serial(), clock.millis());
      claim.answer(said == null ? round.answer(Outcome.CLOSED, null) : said);
    }
    lines.remove(round.id());
    return null;
  }

  /** One block. */
  private Future<Void> give(ClaimRound round, Waiting line) {
    List<Claim> block = next(line.first.isEmpty() ? line.standby : line.first);
    if (block.isEmpty()) {
      return Future.succeededFuture();
    }
    Tuple claims =
        Tuple.of(
            round.id(),
            block.stream().map(claim -> claim.member.card().serial()).toArray(Long[]::new),
            block.stream().map(claim -> claim.member.epoch()).toArray(Long[]::new),
            clock.instant().atOffset(ZoneOffset.UTC));
    return pool.preparedQuery(CLAIM)
        .execute(claims)
        .map(rows -> answer(round, block, rows))
        .compose(gone -> gone ? look() : Future.succeededFuture())
        .recover(
            failure -> {
              Throwable told = StoreFailure.told(failure);
              if (!(told instanceof Fault)) {
                LOG.error("a block of {} claims failed", block.size(), failure);
              }
              block.forEach(claim -> claim.fail(told));
              // who waits behind hears so now: his claim was never sent
              line.all()
                  .forEach(
                      claim ->
                          claim.fail(
                              new Fault.Busy(
                                  "the database does not answer; ask again in a moment")));
              lines.remove(round.id());
              return Future.succeededFuture();
            });
  }

  /** Whether somebody heard that nothing is left. */
  private boolean answer(ClaimRound round, List<Claim> block, RowSet<Row> rows) {
    boolean gone = false;
    for (Row row : rows) {
      Claim claim = block.get(row.getLong(0).intValue() - 1);
      String outcome = row.getString(1);
      switch (outcome) {
        case "PHONE_ENDED" -> claim.fail(Fault.Unauthenticated.phoneEnded());
        case "HAS" -> claim.answer(round.answer(Outcome.GRANTED, row.getArrayOfLongs(2)));
        default -> claim.answer(round.answer(Outcome.valueOf(outcome), row.getArrayOfLongs(2)));
      }
      gone |= outcome.equals("SOLD_OUT") || outcome.equals("STOPPED");
    }
    return gone;
  }

  // ---- looking

  private void lookAnew() {
    Future<Void> unused = look();
  }

  /** Reads the rounds anew; of those where nothing more is given, who has it. */
  private Future<Void> look() {
    if (looking) {
      return Future.succeededFuture();
    }
    looking = true;
    lookedMs = clock.millis();
    Map<Integer, ClaimRound> before = rounds;
    return pool.preparedQuery(ROUNDS)
        .execute(Tuple.of(clock.instant().minusMillis(TOLD_MS).atOffset(ZoneOffset.UTC)))
        .compose(
            rows -> {
              Map<Integer, ClaimRound> read = new HashMap<>();
              Future<Void> all = Future.succeededFuture();
              for (Row row : rows) {
                ClaimRound round = round(row, before.get(row.getInteger("id")));
                read.put(round.id(), round);
                if (!round.isLottery() && round.winners() == null && round.isOver(lookedMs)) {
                  all = all.compose(done -> winners(round).map(told -> put(read, told)));
                }
              }
              return all.map(done -> read);
            })
        .map(
            read -> {
              rounds = Map.copyOf(read);
              return (Void) null;
            })
        .onFailure(failure -> LOG.debug("rounds are not read: {}", failure.toString()))
        .otherwiseEmpty()
        .onComplete(
            over -> {
              looking = false;
              takeUnknown();
              fly();
            });
  }

  private static @Nullable Void put(Map<Integer, ClaimRound> rounds, ClaimRound round) {
    rounds.put(round.id(), round);
    return null;
  }

  private static ClaimRound round(Row row, @Nullable ClaimRound before) {
    String state = row.getString("state");
    return new ClaimRound(
        row.getInteger("id"),
        row.getString("way").equals("LOTTERY"),
        state.equals("STOPPED"),
        row.getBoolean("gone"),
        row.getLong("opens_ms"),
        row.getLong("closes_ms"),
        row.getInteger("places"),
        before == null ? null : before.winners());
  }

  private Future<ClaimRound> winners(ClaimRound round) {
    return pool.preparedQuery(WINNERS)
        .execute(Tuple.of(round.id()))
        .map(
            rows -> {
              Map<Long, Long[]> given = new HashMap<>(rows.size() * 2);
              rows.forEach(row -> given.put(row.getLong(0), row.getArrayOfLongs(1)));
              return new ClaimRound(
                  round.id(),
                  round.isLottery(),
                  round.isStopped(),
                  round.isGone(),
                  round.opensMs(),
                  round.closesMs(),
                  round.places(),
                  given);
            });
  }

  /** Ends what it holds; Vert.x is another's. */
  Future<Void> stop() {
    return gate.close().transform(closed -> pool.close());
  }
}
