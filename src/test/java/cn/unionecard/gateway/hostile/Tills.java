package cn.unionecard.gateway.hostile;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestNodes;
import cn.unionecard.gateway.TestNodes.Heard;
import cn.unionecard.gateway.TestNodes.Node;
import cn.unionecard.gateway.edge.iso8583.TestPos;
import cn.unionecard.gateway.edge.iso8583.codec.Field54Amounts;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;

/**
 * Correct tills, over both protocols and all lines for them: each serves one customer after
 * another, and each answer must be the one that it would be in a quiet house.
 */
final class Tills implements AutoCloseable {
  /** Where they stand, by name; all at the restaurant of the town. */
  static final List<String> TERMINALS =
      List.of("T0000001", "T0000002", "T0000003", "T0000004", "T0000005");

  /** A tenth off, whole. */
  static final String CAMPAIGN =
      """
      {"benefit":{"kind":"PERCENT","basisPoints":1000,"capFen":2000},
       "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}""";

  private static final byte[] MASTER_KEY =
      HexFormat.of().parseHex("1123456789ABCDEFFEDCBA9876543211");

  private static final int CARDS = 9_000;
  private static final long CODE_STEP_MS = 30_000;
  private static final int REPEATED = 8;
  private static final int SIGN_ON = 3;

  /** At a POS line, the others at HTTPS. */
  private static final int PLAIN = 2;

  private static final int TLS = 3;

  /** Makes a connection for each sale, from an address of its own. */
  private static final int COMES_ANEW = 4;

  private static final String ITS_ADDRESS = "127.0.0.9";

  private final TestNodes nodes;
  private final Node node;
  private final Vertx vertx = Loops.vertx();
  private final Clock clock = Clock.systemUTC();
  private final ExecutorService cashiers = Executors.newFixedThreadPool(TERMINALS.size());
  private final List<TestPos> pos = new ArrayList<>();
  private final AtomicInteger sold = new AtomicInteger();
  private final AtomicInteger keys = new AtomicInteger();
  private int card;
  private long firstStep = Long.MIN_VALUE;

  /** Signs those on that sign on. */
  Tills(TestNodes nodes, Node node, int plainPort, int tlsPort) throws Exception {
    this.nodes = nodes;
    this.node = node;
    nodes.inject(TERMINALS.get(PLAIN), KeyAlgorithm.SM4, MASTER_KEY);
    nodes.inject(TERMINALS.get(TLS), KeyAlgorithm.TRIPLE_DES, MASTER_KEY);
    pos.add(pos(plainPort, new NetClientOptions(), PLAIN, KeyAlgorithm.SM4));
    NetClientOptions secure =
        new NetClientOptions()
            .setSsl(true)
            .setHostnameVerificationAlgorithm("HTTPS")
            .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(nodes.authority())));
    pos.add(pos(tlsPort, secure, TLS, KeyAlgorithm.TRIPLE_DES));
    for (TestPos each : pos) {
      assertEquals("00", each.signOn(SIGN_ON).code());
    }
  }

  private TestPos pos(int port, NetClientOptions options, int which, KeyAlgorithm algorithm) {
    return new TestPos(
        vertx,
        port,
        options,
        new TerminalId(TERMINALS.get(which)),
        algorithm,
        MacMode.XOR_ECB,
        MASTER_KEY);
  }

  /** What all of them have sold so far. */
  int sold() {
    return sold.get();
  }

  /**
   * All sell until it is over, and so much at least each.
   *
   * @return how long each sale of the tills that stay connected took, ns, the shortest first
   */
  Future<long[]> sell(int least, BooleanSupplier over) {
    List<Future<long[]>> all = new ArrayList<>();
    for (int i = 0; i < TERMINALS.size(); i++) {
      int till = i;
      all.add(inTurn(() -> sell(till, least, over)));
    }
    return Future.join(all)
        .map(
            done ->
                all.subList(0, COMES_ANEW).stream()
                    .flatMapToLong(each -> Arrays.stream(each.result()))
                    .sorted()
                    .toArray());
  }

  private Future<long[]> inTurn(Callable<long[]> work) {
    Promise<long[]> done = Promise.promise();
    cashiers.execute(
        () -> {
          try {
            done.complete(work.call());
          } catch (Exception | AssertionError e) {
            done.fail(e);
          }
        });
    return done.future();
  }

  private long[] sell(int till, int least, BooleanSupplier over) {
    LongStream.Builder took = LongStream.builder();
    for (int i = 0; i < least || !over.getAsBoolean(); i++) {
      String code = freshCode();
      long fen = 1_000 + 100 * (i % 50);
      took.add(till == PLAIN || till == TLS ? overIso(till, code, fen) : overHttp(till, code, fen));
      int unused = sold.incrementAndGet();
    }
    return took.build().toArray();
  }

  private long overHttp(int till, String code, long fen) {
    String key = "k" + keys.incrementAndGet();
    JsonObject sale = new JsonObject().put("type", "SALE").put("code", code).put("orderFen", fen);
    long start = System.nanoTime();
    Heard heard = sellOnce(till, key, sale);
    long took = System.nanoTime() - start;
    assertEquals(201, heard.status(), () -> heard.document().encode());
    assertEquals("APPROVED", heard.body().getString("outcome"), () -> heard.document().encode());
    assertEquals(fen / 10, heard.body().getLong("discountFen"), () -> heard.document().encode());
    if (fen % REPEATED == 0) {
      Heard again = sellOnce(till, key, sale);
      assertTrue(again.replayed(), () -> again.document().encode());
      assertEquals(heard.document(), again.document());
    }
    return took;
  }

  private Heard sellOnce(int till, String key, JsonObject sale) {
    String terminal = TERMINALS.get(till);
    return await(
        till == COMES_ANEW
            ? nodes.sellAnew(node, terminal, ITS_ADDRESS, key, sale)
            : nodes.sell(node, terminal, key, sale));
  }

  private long overIso(int till, String code, long fen) {
    TestPos terminal = pos.get(till - PLAIN);
    IsoMessage sale = terminal.sale(code, fen);
    long start = System.nanoTime();
    TestPos.Heard heard = terminal.ask(sale);
    long took = System.nanoTime() - start;
    assertEquals("00", heard.code());
    assertEquals(fen / 10, Field54Amounts.read(heard.message()).discount().value());
    if (fen % REPEATED == 0) {
      TestPos.Heard again = terminal.ask(sale);
      assertEquals(heard.message().text(37), again.message().text(37), "the repeat's transaction");
    }
    return took;
  }

  /** What a phone shows that nobody has used yet; each card has one in half a minute. */
  private synchronized String freshCode() {
    long step = clock.millis() / CODE_STEP_MS;
    if (card == CARDS) {
      while (clock.millis() / CODE_STEP_MS == step && step == firstStep) {
        Thread.onSpinWait();
      }
      card = 0;
    }
    if (card == 0) {
      firstStep = clock.millis() / CODE_STEP_MS;
    }
    return nodes.code(++card);
  }

  @Override
  public void close() {
    cashiers.shutdownNow();
    pos.forEach(TestPos::close);
    await(vertx.close());
  }
}
