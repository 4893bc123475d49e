package cn.unionecard.gateway.outage;

import static cn.unionecard.gateway.Loops.await;
import static cn.unionecard.gateway.TestLine.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import cn.unionecard.gateway.outage.Proxy.Fate;
import cn.unionecard.gateway.outage.Proxy.State;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Redis closed, silent or slow: sales go on, no code pays twice, and when it is back the lanes
 * share again what they know of codes.
 */
class RedisOutageIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CODES = 40;
  private static final int TRIES_MAX = 500;

  /** Four times what a block waits for Redis. */
  private static final int SLOW_MS = 200;

  private final Clock clock = Clock.systemUTC();

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"CLOSED", "SILENT", "SLOW"})
  void salesGoOnAndNoCodePaysTwice(State outage) throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    URI redis = URI.create(TestStores.get().redisUrl());
    try (Proxy proxy =
        new Proxy(
            redis.getPort(),
            () -> SLOW_MS,
            Proxy.CHUNKS,
            (link, isFromClient, message) -> Fate.pass(message))) {
      String seen = redis.toString().replace(":" + redis.getPort(), ":" + proxy.port());
      try (TestLine line = new TestLine(url, seen, "r", 2, clock)) {
        awaitShared(line, 10_000);
        proxy.become(outage);
        Map<String, Integer> counts = presentEachCodeFourTimes(line);
        assertEquals(Map.of("APPROVED", CODES, "CODE_ALREADY_USED", 3 * CODES), counts);
        proxy.become(State.OPEN);
        awaitShared(line, 11_000);
      }
    }
    TestLine.assertAuditClean(url);
  }

  /** At both doors, by two tills each, in one breath. */
  private Map<String, Integer> presentEachCodeFourTimes(TestLine line) throws IOException {
    List<Future<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 4 * CODES; i++) {
      String code = TestTown.code(1 + i % CODES, clock.millis());
      String terminal = "T000000" + (1 + i / CODES);
      replies.add(line.doors.get(i / CODES % 2).submit(sale(terminal, "r-" + i, code, 1_000)));
    }
    await(Future.join(replies));
    Map<String, Integer> counts = new TreeMap<>();
    for (Future<Reply> reply : replies) {
      counts.merge(outcome(reply.result()), 1, Integer::sum);
    }
    return counts;
  }

  private static String outcome(Reply reply) throws IOException {
    var body = JSON.readTree(((Reply.Recorded) reply).receipt().body());
    return body.path("refusal").asText(body.path("outcome").asText());
  }

  /** Until a code that one lane verified for its till is refused to another till by the other. */
  private void awaitShared(TestLine line, long firstCard) throws IOException {
    String outcome = "";
    for (int i = 0; i < TRIES_MAX && !outcome.equals("CODE_ALREADY_USED"); i++) {
      outcome = outcome(await(verifyHereAndSellThere(line, firstCard + i)));
    }
    assertEquals("CODE_ALREADY_USED", outcome, "the lanes do not share what they know");
  }

  private Future<Reply> verifyHereAndSellThere(TestLine line, long card) {
    String code = TestTown.code(card, clock.millis());
    Request verify =
        new Request(
            TransactionType.VERIFY,
            new TerminalId("T0000001"),
            new RequestId("v-" + card),
            code,
            Fen.of(1_000),
            null,
            WithoutBenefit.APPROVE);
    return line.doors
        .get(0)
        .submit(verify)
        .compose(quoted -> line.vertx.timer(10, TimeUnit.MILLISECONDS))
        .compose(told -> line.doors.get(1).submit(sale("T0000002", "s-" + card, code, 1_000)));
  }
}
