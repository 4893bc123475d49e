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
import cn.unionecard.workbench.embedded.EmbeddedRedis;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever somebody else writes under our keys in Redis counts as nothing remembered: every sale
 * and every wrong code is answered, and the lanes still share what they know.
 */
class ForeignRedisIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TRIES_MAX = 500;

  /** {@code %s} is the alias. */
  private static final List<String> FOREIGN =
      List.of(
          "SET ecard:claim:%s x",
          "SET ecard:claim:%s 1:2",
          "SET ecard:claim:%s 1:2:3:4,:,,::",
          "SET ecard:claim:%s 99999999999999999999:1:T0000002",
          "SET ecard:claim:%s -1:-1:T0000002",
          "SET ecard:claim:%s 一:二:三",
          "HSET ecard:claim:%s a b",
          "LPUSH ecard:claim:%s a",
          "SET ecard:wrong:%s x",
          "SET ecard:wrong:%s -5",
          "SET ecard:wrong:%s 99999999999999999999",
          "SET ecard:wrong:%s 1.5",
          "HSET ecard:wrong:%s a b",
          "SADD ecard:wrong:%s a");

  private final Clock clock = Clock.systemUTC();

  @Test
  void foreignValuesCountAsNothingRemembered(@TempDir Path folder) throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    try (EmbeddedRedis server = EmbeddedRedis.start(folder, 0);
        TestLine line = new TestLine(url, server.url(), "f", 2, clock)) {
      Redis redis = Redis.createClient(line.vertx, server.url());
      awaitShared(line);
      int card = 1;
      for (String foreign : FOREIGN) {
        String code = TestTown.code(card, clock.millis());
        tell(redis, foreign.formatted(alias(code)));
        String wrong = code.substring(0, 12) + (code.charAt(12) == '0' ? "1" : "0");
        assertEquals(
            "CODE_UNKNOWN",
            outcome(
                line.submit(
                    sale("T0000001", "w-" + card, luhn(wrong + code.substring(13, 19)), 1_000))),
            foreign);
        assertEquals(
            "APPROVED", outcome(line.submit(sale("T0000001", "s-" + card, code, 1_000))), foreign);
        card++;
      }
      awaitShared(line);
      await(redis.send(io.vertx.redis.client.Request.cmd(Command.FLUSHALL)));
      awaitShared(line);
      redis.close();
    }
    TestLine.assertAuditClean(url);
  }

  private static String alias(String code) {
    return code.substring(2, 12);
  }

  /** With the check digit that makes it a member code. */
  private static String luhn(String digits) {
    for (char check = '0'; check <= '9'; check++) {
      if (cn.unionecard.gateway.model.Luhn.isValid(digits + check)) {
        return digits + check;
      }
    }
    throw new IllegalStateException(digits);
  }

  private static void tell(Redis redis, String line) {
    String[] words = line.split(" ");
    var command = io.vertx.redis.client.Request.cmd(Command.create(words[0]));
    for (int i = 1; i < words.length; i++) {
      command.arg(words[i]);
    }
    await(redis.send(command));
  }

  private static String outcome(Reply reply) throws IOException {
    var body = JSON.readTree(((Reply.Recorded) reply).receipt().body());
    return body.path("refusal").asText(body.path("outcome").asText());
  }

  private int shown = 1_000;

  /** Until a code that one lane verified for its till is refused to another till by the other. */
  private void awaitShared(TestLine line) throws IOException {
    String outcome = "";
    for (int i = 0; i < TRIES_MAX && !outcome.equals("CODE_ALREADY_USED"); i++) {
      int card = shown++;
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
      await(line.doors.get(0).submit(verify));
      await(line.vertx.timer(10, TimeUnit.MILLISECONDS));
      outcome =
          outcome(await(line.doors.get(1).submit(sale("T0000002", "o-" + card, code, 1_000))));
    }
    assertEquals("CODE_ALREADY_USED", outcome, "the lanes do not share what they know");
  }
}
