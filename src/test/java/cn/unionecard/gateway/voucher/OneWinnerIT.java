package cn.unionecard.gateway.voucher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestNodes;
import cn.unionecard.gateway.TestNodes.Heard;
import cn.unionecard.gateway.TestNodes.Node;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.outage.Proxy;
import cn.unionecard.gateway.outage.Proxy.State;
import cn.unionecard.gateway.union.Passwords;
import cn.unionecard.workbench.embedded.FreePort;
import cn.unionecard.workbench.pos.PosIdentity;
import cn.unionecard.workbench.pos.PosLine;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosRequest;
import cn.unionecard.workbench.pos.PosTerminal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hundred sales in one breath for one voucher, for one lot, for the last fen of a budget: at
 * two gateways in processes of their own, half of them over HTTPS and half over ISO 8583, with
 * Redis there, silent and gone. One of them wins, each hears what became of it, and asked again at
 * the other gateway hears the same. Claims meanwhile give exactly what there is.
 */
class OneWinnerIT {
  private static final int AT_ONCE = 200;
  private static final int CLAIMANTS = 120;
  private static final int CLAIMED = 40;
  private static final int TRIES_MAX = 100;
  private static final long AGAIN_MS = 50;
  private static final List<State> REDIS = List.of(State.OPEN, State.SILENT, State.CLOSED);

  /** Who wins has what there is, whole. */
  private enum Prize {
    VOUCHER(10_000, 5_000),
    LOT(100, 100),
    BUDGET(700, 700);

    final long orderFen;
    final long fen;

    Prize(long orderFen, long fen) {
      this.orderFen = orderFen;
      this.fen = fen;
    }

    /** By the rows, what was given of it since the beginning. */
    String used() {
      return switch (this) {
        case VOUCHER -> "select sum(used_fen) from entitlement where kind = 1";
        case LOT -> "select sum(used_fen) from entitlement where kind = 2";
        case BUDGET -> "select used_fen from allowance where kind = 1 and owner = 3";
      };
    }

    /** Of a voucher or a lot one member has two hundred cards; a budget is for all. */
    long card(int round, int i) {
      return this == BUDGET
          ? 1_000 + round * AT_ONCE + i
          : 5_000_000 + (long) (2 * round + ordinal()) * AT_ONCE + i;
    }
  }

  /** A terminal that has signed on, with a line to each gateway. */
  private record Pos(Context loop, PosTerminal terminal, List<PosLine> lines) {}

  private final String url = TestStores.get().newDatabase();
  private final Vertx vertx = Loops.vertx();

  @Test
  void ofTwoHundredAtOnceOneWins(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
      throws Exception {
    load();
    URI redis = URI.create(TestStores.get().redisUrl());
    List<Integer> ports = List.of(FreePort.orAny(0), FreePort.orAny(0));
    try (Proxy proxy = Proxy.to(redis.getPort());
        TestNodes nodes = new TestNodes(url, folder)) {
      String seen = redis.toString().replace(":" + redis.getPort(), ":" + proxy.port());
      for (String terminal : List.of("T0000004", "T0000005")) {
        nodes.inject(terminal, KeyAlgorithm.SM4, new byte[16]);
      }
      List<Node> both = new ArrayList<>();
      for (int port : ports) {
        both.add(nodes.start("w" + both.size(), url, settings(seen, port)));
      }
      for (Node node : both) {
        nodes.awaitReady(node);
      }
      List<Pos> terminals = List.of(pos("T0000004", ports), pos("T0000005", ports));
      ClaimingPhones phones =
          new ClaimingPhones(
              vertx, nodes.authority(), nodes.tokenIssuer(vertx), both, CLAIMANTS / 2);
      for (int round = 0; round < REDIS.size(); round++) {
        proxy.become(REDIS.get(round));
        List<Future<JsonObject>> claims = claims(phones, 10 + round);
        for (Prize prize : Prize.values()) {
          race(nodes, both, terminals, prize, round);
        }
        assertGiven(claims, 10 + round);
      }
      // the city hears of three vouchers and three lots that were used, in its own sequence
      awaitTold("voucher.used", "count(*)", 6);
      awaitTold("voucher.granted", "sum((o.body::jsonb ->> 'count')::int)", 3 * CLAIMED);
    } finally {
      Loops.await(vertx.close());
    }
    assertEquals(2, TestStores.number(url, "select count(distinct chain) from transaction"));
    TestLine.assertAuditClean(url);
  }

  private void awaitTold(String kind, String what, long wanted) {
    String sql =
        """
        select coalesce(%s, 0) from feed_event e join outbox o on o.id = e.outbox
        where o.kind = '%s' and e.merchant = -410800 and e.merchant_seq > 0"""
            .formatted(what, kind);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (TestStores.number(url, sql) != wanted) {
      assertTrue(System.nanoTime() < until, () -> kind + ": " + TestStores.number(url, sql));
    }
  }

  // ---- what is fought for

  private void load() {
    TestTown.load(url);
    String all = "{\"kind\":\"PERCENT\",\"basisPoints\":10000,\"capFen\":100000000}";
    campaign(1, "{\"kind\":\"THRESHOLD\",\"thresholdFen\":10000,\"offFen\":5000}", "ORDINARY");
    campaign(2, all, "ORDINARY");
    campaign(3, all, "MODEL");
    campaign(4, "{\"kind\":\"FIXED\",\"offFen\":500}", "ORDINARY");
    TestStores.execute(
        url,
        """
        update campaign set grants = '{"kind":"VOUCHER"}' where id in (1, 4);
        update campaign set grants = '{"kind":"QUOTA"}' where id = 2;
        update allowance set limit_fen = 0 where kind = 1 and owner = 3;
        update member set category = case when id between 1000 and 1999 then 'MODEL' else 'ORDINARY' end;
        insert into staff (login, name, org, roles, status, password)
          select 'one.' || g, '某人', 410800, '{CLERK}', 'ACTIVE', '%s' from generate_series(1, 2) g;
        insert into benefit_round (id, campaign, name, document_no, way, state, prepared_by,
            approved_by, each, most, good_days, granted, opens_at, closes_at)
          overriding system value
          select n.id, n.campaign, '批次', 'x', case n.campaign when 4 then 'CLAIM' else 'SHEET' end,
            'OPEN', min(s.id), max(s.id), 1, n.most, 30, n.granted,
            case n.campaign when 4 then now() end, case n.campaign when 4 then now() + interval '1 hour' end
          from staff s, (values (1, 1, 3, 3), (2, 2, 3, 3), (10, 4, 40, 0), (11, 4, 40, 0), (12, 4, 40, 0))
            as n (id, campaign, most, granted)
          group by n.id, n.campaign, n.most, n.granted;
        insert into entitlement (member, campaign, round, nth, kind, worth_fen, granted_at, from_ms,
            until_ms, limit_fen, limit_count)
          select 300 + 2 * r + k, k + 1, k + 1, 1, k + 1, 1, now(), 0, 4000000000000,
            case k when 1 then 100 end, case k when 0 then 1 end
          from generate_series(0, 2) r, generate_series(0, 1) k;
        insert into card
          select 5000000 + (2 * r + k) * 200 + i, 300 + 2 * r + k, 'ACTIVE', 1, '张*'
          from generate_series(0, 2) r, generate_series(0, 1) k, generate_series(0, 199) i"""
            .formatted(new Passwords(new SecureRandom()).hash("a long password")));
  }

  private void campaign(int id, String benefit, String category) {
    String rule =
        """
        {"benefit":%s,"funders":[{"funder":"UNION","org":410800,"shareBp":10000}],
         "members":{"categories":["%s"]}}"""
            .formatted(benefit, category);
    TestTown.campaign(url, id, "W-" + id, rule, 1_000_000L);
  }

  private static Map<String, String> settings(String redis, int isoPort) {
    return Map.of(
        "ECARD_STORES_REDIS", redis,
        "ECARD_ISO8583_PORT", Integer.toString(isoPort),
        "ECARD_LIMITS_TERMINAL_REQUESTS_PER_SECOND", "10000",
        "ECARD_LIMITS_TERMINAL_REQUESTS_BURST", "10000",
        "ECARD_LIMITS_DEADLINE_MS", "20000",
        "ECARD_LIMITS_STATEMENT_TIMEOUT_MS", "15000",
        "ECARD_LIMITS_DRAIN_MS", "20000");
  }

  // ---- at once

  private void race(TestNodes nodes, List<Node> both, List<Pos> terminals, Prize prize, int round) {
    if (prize == Prize.BUDGET) {
      TestStores.execute(
          url, "update allowance set limit_fen = limit_fen + 700 where kind = 1 and owner = 3");
    }
    List<Future<Long>> sales = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      String code = nodes.code(prize.card(round, i));
      if (i % 2 == 0) {
        JsonObject sale =
            new JsonObject().put("type", "SALE").put("code", code).put("orderFen", prize.orderFen);
        String terminal = "T000000" + (1 + i / 2 % 3);
        String key = prize + "-" + round + "-" + i;
        sales.add(overHttps(nodes, both, i / 2 % 2, terminal, key, sale));
      } else {
        sales.add(overIso(terminals.get(i / 2 % 2), i / 4 % 2, code, prize.orderFen));
      }
    }
    Loops.await(Future.join(sales));
    String where = prize + ", Redis " + REDIS.get(round);
    List<Long> won = sales.stream().map(Future::result).filter(fen -> fen != 0).toList();
    assertEquals(List.of(prize.fen), won, where);
    assertEquals(prize.fen * (round + 1), TestStores.number(url, prize.used()), where);
  }

  private Future<Long> overHttps(
      TestNodes nodes, List<Node> both, int at, String terminal, String key, JsonObject sale) {
    return decided(nodes, both, at, terminal, key, sale, TRIES_MAX)
        .compose(
            first ->
                decided(nodes, both, 1 - at, terminal, key, sale, TRIES_MAX)
                    .map(
                        again -> {
                          assertEquals(first.document(), again.document());
                          assertTrue(again.replayed());
                          assertEquals("APPROVED", again.body().getString("outcome"));
                          return again.body().getLong("discountFen", 0L);
                        }));
  }

  /** Asks until it is known what became of it. */
  private Future<Heard> decided(
      TestNodes nodes,
      List<Node> both,
      int at,
      String terminal,
      String key,
      JsonObject sale,
      int tries) {
    return nodes
        .sell(both.get(at), terminal, key, sale)
        .compose(
            heard -> {
              if (heard.document().containsKey("body")) {
                return Future.succeededFuture(heard);
              }
              assertTrue(heard.status() >= 500 && tries > 0, () -> heard.document().encode());
              return vertx
                  .timer(AGAIN_MS, TimeUnit.MILLISECONDS)
                  .compose(later -> decided(nodes, both, at, terminal, key, sale, tries - 1));
            });
  }

  private Pos pos(String terminal, List<Integer> ports) {
    Context loop = Loops.loop(vertx);
    NetClient client = vertx.createNetClient();
    PosTerminal pos =
        new PosTerminal(
            new PosIdentity(
                new TerminalId(terminal),
                "841080210000013",
                KeyAlgorithm.SM4,
                MacMode.XOR_ECB,
                new byte[16],
                0));
    List<PosLine> lines = new ArrayList<>();
    for (int port : ports) {
      lines.add(Loops.await(Loops.on(loop, () -> PosLine.open(client, port, "localhost"))));
    }
    PosReply keys =
        Loops.await(
            Loops.on(loop, () -> pos.ask(lines.get(0), pos.signOn(PosTerminal.DOUBLE_KEYS))));
    assertTrue(keys.approved(), keys::code);
    pos.takeKeys(keys);
    // the keys are in force from here: what comes first under them may begin the next batch
    PosReply echo = Loops.await(Loops.on(loop, () -> pos.ask(lines.get(0), pos.notice(301))));
    assertTrue(echo.approved(), echo::code);
    return new Pos(loop, pos, lines);
  }

  private Future<Long> overIso(Pos pos, int at, String code, long fen) {
    return Loops.on(
        pos.loop(),
        () -> {
          PosRequest sale = pos.terminal().sale(code, fen);
          return decided(pos, at, sale, TRIES_MAX)
              .compose(
                  first ->
                      decided(pos, 1 - at, sale, TRIES_MAX)
                          .map(
                              again -> {
                                assertEquals(said(first), said(again));
                                assertNotNull(again.id());
                                return discount(again);
                              }));
        });
  }

  private Future<PosReply> decided(Pos pos, int at, PosRequest sale, int tries) {
    return pos.terminal()
        .ask(pos.lines().get(at), sale)
        .compose(
            reply -> {
              if (reply.approved()) {
                return Future.succeededFuture(reply);
              }
              assertTrue(reply.undecided() && tries > 0, reply::code);
              return vertx
                  .timer(AGAIN_MS, TimeUnit.MILLISECONDS)
                  .compose(later -> decided(pos, at, sale, tries - 1));
            });
  }

  private static String said(PosReply reply) {
    return String.format(
        Locale.ROOT,
        "%s %s %s %s %s",
        reply.code(),
        reply.id(),
        reply.amounts(),
        reply.shortCode(),
        reply.text());
  }

  private static long discount(PosReply reply) {
    return Objects.requireNonNull(reply.amounts()).discount().value();
  }

  // ---- claims meanwhile

  private static List<Future<JsonObject>> claims(ClaimingPhones phones, int round) {
    List<Future<JsonObject>> asked = new ArrayList<>();
    for (int i = 0; i < CLAIMANTS; i++) {
      asked.add(phones.claimTwice(10_000L + i, round));
    }
    return asked;
  }

  private void assertGiven(List<Future<JsonObject>> claims, int round) {
    Loops.await(Future.join(claims));
    long granted =
        claims.stream().filter(one -> one.result().getString("outcome").equals("GRANTED")).count();
    assertEquals(CLAIMED, granted);
    for (String what : List.of("count(*)", "count(distinct member)")) {
      assertEquals(
          CLAIMED,
          TestStores.number(url, "select " + what + " from entitlement where round = " + round));
    }
  }
}
