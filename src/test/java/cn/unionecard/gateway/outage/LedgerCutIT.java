package cn.unionecard.gateway.outage;

import static cn.unionecard.gateway.Loops.await;
import static cn.unionecard.gateway.TestLine.sale;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.outage.LedgerLine.Cut;
import cn.unionecard.gateway.outage.LedgerLine.Place;
import cn.unionecard.gateway.outage.Proxy.State;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The lane's connection to PostgreSQL is cut at every message of a flight, and within messages: the
 * caller hears BUSY when nothing happened and the one answer otherwise, a repeat hears the same
 * bytes, and the chain goes on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LedgerCutIT {
  private static final String FIVE_YUAN =
      """
      {"benefit":{"kind":"FIXED","offFen":500},
       "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}""";

  private final Clock clock = Clock.systemUTC();
  private final LedgerLine ledger = new LedgerLine("test lane");
  private final Random chance = new Random(20_261_124);
  private String url;
  private Proxy proxy;
  private TestLine line;
  private int sales;

  @BeforeAll
  void start() throws Exception {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(url, 1, "C-1", FIVE_YUAN, 1_000_000_000L);
    PostgresUrl there = PostgresUrl.parse(url);
    proxy = new Proxy(there.port(), () -> 0, LedgerLine::frame, ledger);
    String laneUrl = url.replace(":" + there.port() + "/", ":" + proxy.port() + "/");
    line = new TestLine(url, laneUrl, TestStores.get().redisUrl(), "cut", 1, clock);
    goOn();
    goOn();
  }

  @AfterAll
  void stop() throws Exception {
    line.close();
    proxy.close();
    TestLine.assertAuditClean(url);
  }

  private Request next() {
    sales++;
    return sale("T0000001", "cut-" + sales, TestTown.code(sales, clock.millis()), 10_000);
  }

  /** One more sale, as if nothing had been; all statements are prepared then. */
  private void goOn() {
    assertFalse(answer(next()).replayed());
  }

  /** Repeats the key until the ledger is back. */
  private Reply.Recorded answer(Request request) {
    return (Reply.Recorded) await(untilAnswered(request));
  }

  private Future<Reply> untilAnswered(Request request) {
    return line.doors
        .get(0)
        .submit(request)
        .recover(
            failure ->
                failure instanceof Fault.Busy
                    ? line.vertx
                        .timer(5, TimeUnit.MILLISECONDS)
                        .compose(paused -> untilAnswered(request))
                    : Future.failedFuture(failure));
  }

  private long recorded(Request request) {
    return TestStores.number(
        url, "SELECT count(*) FROM transaction WHERE request_id = '" + request.requestId() + "'");
  }

  /** Nothing happened, and the caller is told so; the repeat is the first that is worked. */
  private void saysBusy(Cut cut) {
    Request request = next();
    ledger.arm(cut);
    Future<Reply> heard = line.doors.get(0).submit(request);
    await(heard.transform(any -> Future.succeededFuture()));
    assertTrue(ledger.isCut(), cut::toString);
    assertTrue(heard.failed() && heard.cause() instanceof Fault.Busy, () -> cut + ": " + heard);
    assertEquals(0, recorded(request), cut::toString);
    assertFalse(answer(request).replayed(), cut::toString);
    assertEquals(1, recorded(request), cut::toString);
    goOn();
  }

  /** It may have happened: the lane finds out, and gives the answer that a repeat gets too. */
  private void givesTheAnswer(Cut cut) {
    Request request = next();
    ledger.arm(cut);
    Reply.Recorded heard = (Reply.Recorded) line.submit(request);
    assertTrue(ledger.isCut(), cut::toString);
    Reply.Recorded again = answer(request);
    assertTrue(again.replayed(), cut::toString);
    assertArrayEquals(heard.receipt().body(), again.receipt().body(), cut::toString);
    assertArrayEquals(heard.receipt().header(), again.receipt().header(), cut::toString);
    assertArrayEquals(heard.receipt().signature(), again.receipt().signature(), cut::toString);
    assertEquals(1, recorded(request), cut::toString);
    goOn();
  }

  /** Between messages, and at some bytes within each. */
  private List<Cut> cuts(Place place, List<Integer> lengths) {
    List<Cut> cuts = new ArrayList<>();
    for (int i = 0; i < lengths.size(); i++) {
      cuts.add(new Cut(place, i, 0, State.CLOSED));
      for (int within = 0; within < 5; within++) {
        cuts.add(new Cut(place, i, 1 + chance.nextInt(lengths.get(i) - 1), State.CLOSED));
      }
    }
    return cuts;
  }

  @Test
  void beforeTheFirstBurstOrWithinIt() {
    List<Cut> cuts = cuts(Place.PREFETCH, ledger.prefetchLengths());
    assertTrue(cuts.size() > 20, cuts::toString);
    cuts.forEach(this::saysBusy);
  }

  @Test
  void whileTheFactsAreOnTheirWay() {
    int messages = ledger.factsMessages();
    assertTrue(messages > 10, "messages: " + messages);
    for (int i = 0; i < messages; i += 2) {
      saysBusy(new Cut(Place.FACTS, i, chance.nextInt(5), State.CLOSED));
    }
  }

  @Test
  void anywhereInTheCommitBurst() {
    List<Integer> lengths = ledger.commitLengths();
    List<Cut> cuts = cuts(Place.COMMIT, lengths);
    assertTrue(cuts.size() > 20, cuts::toString);
    cuts.add(new Cut(Place.COMMIT, lengths.size() - 1, Integer.MAX_VALUE, State.CLOSED));
    cuts.forEach(this::givesTheAnswer);
  }

  @Test
  void afterCommitBeforeItsReply() {
    givesTheAnswer(new Cut(Place.COMMITTED, 0, 0, State.CLOSED));
    givesTheAnswer(new Cut(Place.COMMITTED, 0, 3, State.CLOSED));
    givesTheAnswer(new Cut(Place.COMMITTED, 1, 0, State.CLOSED));
  }
}
