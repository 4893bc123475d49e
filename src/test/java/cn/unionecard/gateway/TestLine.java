package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.ledger.audit.Audit;
import cn.unionecard.gateway.line.Checkout;
import cn.unionecard.gateway.line.CheckoutLine;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import cn.unionecard.gateway.receipt.ReceiptAlgorithm;
import cn.unionecard.gateway.receipt.SigningKey;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A checkout line over real stores, without an edge. */
public final class TestLine implements AutoCloseable {
  public final Vertx vertx = Loops.watched(CountedStatements.vertx());
  public final CheckoutLine line;
  public final List<Checkout> doors = new ArrayList<>();
  public final Clock clock;
  public final MeterRegistry registry = new SimpleMeterRegistry();
  private final Pool pool;

  public TestLine(String url, String node, int lanes, Clock clock) {
    this(url, TestStores.get().redisUrl(), node, lanes, clock);
  }

  public TestLine(String url, String redisUrl, String node, int lanes, Clock clock) {
    this(url, url, redisUrl, node, lanes, clock);
  }

  /**
   * @param laneUrl the database as the lanes see it
   */
  public TestLine(
      String url, String laneUrl, String redisUrl, String node, int lanes, Clock clock) {
    this.clock = clock;
    Limits limits = limits();
    Config config =
        TestConfig.of(
            new Config.Node(node, lanes, lanes),
            new Config.Stores(TestStores.serving(url), redisUrl),
            new Config.Keys(null, null, "SM2"),
            stream(),
            limits);
    PostgresUrl postgres = PostgresUrl.parse(TestStores.serving(url));
    pool = postgres.pool(vertx, "test", 4, 4096, limits);
    line =
        new CheckoutLine(
            vertx,
            config,
            pool,
            PostgresUrl.parse(TestStores.line(laneUrl)).connectOptions("test lane", limits),
            new CheckoutLine.Keys(always(signingKey()), () -> TestTown.CODE_KEYS),
            clock,
            registry);
    for (int i = 0; i < lanes; i++) {
      doors.add(Loops.await(Loops.on(Loops.loop(vertx), line::openLane)));
    }
  }

  private static <T> Supplier<T> always(T one) {
    return () -> one;
  }

  public static SigningKey signingKey() {
    byte[] secret = new byte[32];
    secret[31] = 42;
    return SigningKey.of("test-1", ReceiptAlgorithm.SM2, secret, new SecureRandom());
  }

  public static Config.Desk desk() {
    return desk("optional");
  }

  public static Config.Desk desk(String secondFactor) {
    return new Config.Desk(
        "", 900_000, 5, 900_000, 16, secondFactor, 86_400_000, 60_000, 60_000, 200, 1_000);
  }

  public static Config.Review review() {
    return new Config.Review(30, 500, 50, 100);
  }

  public static Config.Settlement settlement() {
    return new Config.Settlement(0, 60_000, 259_200_000, 3, 5, 30, 600, 5, 5, 60, 8, 20);
  }

  public static Config.Stream stream() {
    return new Config.Stream(400, 200, 4, 1_000, 15_000, "https", "443", "", "", "");
  }

  public static Limits limits() {
    return new Limits(
        512,
        4096,
        20_000,
        15_000,
        50,
        65_536,
        8_192,
        90_000,
        1_000_000,
        1_000_000,
        100_000_000L,
        120_000,
        5,
        300_000,
        30,
        900_000,
        500,
        1_000,
        1 << 20,
        0,
        10_000,
        120_000,
        100,
        86_400_000,
        50_000L,
        500,
        100);
  }

  /** The invariants of the whole ledger, after whatever a test did to it. */
  public static void assertAuditClean(String url) throws SQLException {
    TestStores.execute(
        url,
        """
        INSERT INTO keyring (kid, purpose, alg, public_key, wrapped, created_at)
        VALUES ('test-1', 'RECEIPT', 'SM2', '\\x%s', '\\x00', now()) ON CONFLICT DO NOTHING"""
            .formatted(HexFormat.of().formatHex(signingKey().publicKey().spki())));
    Audit audit = Audit.of(PostgresUrl.parse(url));
    assertTrue(audit.isClean(), audit::describe);
    assertTrue(audit.receipts() > 0, "nothing was audited");
    PersonalValues.assertNoneInEvents(url);
    EventSchemas.assertAllFit(url);
  }

  public static Request sale(String terminal, String id, String code, long fen) {
    return sale(terminal, id, code, fen, null, WithoutBenefit.APPROVE);
  }

  public static Request sale(
      String terminal,
      String id,
      String code,
      long fen,
      @Nullable String benefit,
      WithoutBenefit without) {
    return new Request(
        TransactionType.SALE,
        new TerminalId(terminal),
        new RequestId(id),
        code,
        Fen.of(fen),
        benefit,
        without);
  }

  @CanIgnoreReturnValue
  public Reply submit(Request request) {
    return Loops.await(doors.get(0).submit(request));
  }

  @Override
  public void close() {
    Loops.await(line.drain());
    Loops.await(pool.close());
    Loops.await(vertx.close());
  }
}
