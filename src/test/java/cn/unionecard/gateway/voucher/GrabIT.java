package cn.unionecard.gateway.voucher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestNodes;
import cn.unionecard.gateway.TestNodes.Node;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.union.Passwords;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Far more claims than vouchers, at two gateways in processes of their own over one database, one
 * of which is killed in the middle: exactly as many are given as there are, nobody has two, and
 * whoever heard that he has one has it.
 */
class GrabIT {
  private static final int CLAIMANTS = 3_000;
  private static final int VOUCHERS = 700;
  private static final int AT_ONCE = 100;

  private final Map<Long, String> heard = new HashMap<>();
  private final AtomicInteger answered = new AtomicInteger();

  @Test
  void exactlyAsManyAsThereAreThoughANodeDies(
      @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(
        url,
        1,
        "GRAB",
        """
        {"benefit":{"kind":"FIXED","offFen":500},
         "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}""",
        1_000_000L);
    TestStores.execute(
        url,
        """
        update campaign set grants = '{"kind":"VOUCHER"}';
        insert into staff (login, name, org, roles, status, password)
          select 'grab.' || g, '某人', 410800, '{CLERK}', 'ACTIVE', '%2$s' from generate_series(1, 2) g;
        insert into benefit_round (campaign, name, document_no, way, state, prepared_by,
            approved_by, each, most, good_days, opens_at, closes_at)
          select 1, '开抢', 'x', 'CLAIM', 'OPEN', min(id), max(id), 1, %1$d, 30, now(),
            now() + interval '1 hour' from staff"""
            .formatted(VOUCHERS, new Passwords(new SecureRandom()).hash("a long password")));
    Vertx vertx = Loops.vertx();
    try (TestNodes nodes = new TestNodes(url, folder)) {
      TokenIssuer issuer = nodes.tokenIssuer(vertx);
      Node first = nodes.start("grab1", url, Map.of());
      Node second = nodes.start("grab2", url, Map.of());
      nodes.awaitReady(first);
      nodes.awaitReady(second);
      ClaimingPhones phones =
          new ClaimingPhones(vertx, nodes.authority(), issuer, List.of(first, second), AT_ONCE);
      List<Future<Void>> crowd = new ArrayList<>();
      AtomicInteger next = new AtomicInteger();
      for (int i = 0; i < AT_ONCE; i++) {
        crowd.add(one(phones, next));
      }
      while (answered.get() < CLAIMANTS / 10) {
        Thread.onSpinWait();
      }
      first.process().kill();
      Loops.await(Future.all(crowd));
      assertEquals(CLAIMANTS, heard.size());
      assertEquals(VOUCHERS, heard.values().stream().filter("GRANTED"::equals).count());
      assertEquals(
          VOUCHERS, TestStores.number(url, "select count(distinct member) from entitlement"));
      assertEquals(VOUCHERS, TestStores.number(url, "select count(*) from entitlement"));
      assertEquals(VOUCHERS, TestStores.number(url, "select granted from benefit_round"));
    } finally {
      Loops.await(vertx.close());
    }
  }

  /** One of those who ask at once, person after person. */
  private Future<Void> one(ClaimingPhones phones, AtomicInteger next) {
    int card = next.incrementAndGet();
    if (card > CLAIMANTS) {
      return Future.succeededFuture();
    }
    // the same claim again, at the other node if it lives, has the same answer
    return phones
        .claimTwice(card, 1)
        .compose(
            answer -> {
              synchronized (heard) {
                heard.put((long) card, answer.getString("outcome"));
              }
              int unused = answered.incrementAndGet();
              return one(phones, next);
            });
  }
}
