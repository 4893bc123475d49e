package cn.unionecard.gateway.line;

import cn.unionecard.gateway.VirtualTime;
import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.CurrentCodes;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.definitions.Change;
import cn.unionecard.gateway.definitions.SimulatedDefinitions;
import cn.unionecard.gateway.ledger.SealedLeaves;
import cn.unionecard.gateway.ledger.SimulatedLedger;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offline;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import cn.unionecard.gateway.receipt.MerkleTree;
import cn.unionecard.gateway.receipt.ReceiptAlgorithm;
import cn.unionecard.gateway.receipt.Sealer;
import cn.unionecard.gateway.receipt.SigningKey;
import cn.unionecard.gateway.receipt.TreeHash;
import cn.unionecard.gateway.rules.CampaignRule;
import cn.unionecard.gateway.rules.Card;
import cn.unionecard.gateway.rules.Grants;
import cn.unionecard.gateway.rules.Merchant;
import cn.unionecard.gateway.rules.Terminal;
import cn.unionecard.gateway.runtime.config.Limits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two lanes of two nodes over one simulated ledger and one simulated Redis, tills that sell,
 * repeat, reverse and follow, and a bad day: all of it made from one number.
 */
final class LaneWorld {
  /** A CHECK of the ledger refuses this order, whatever else is right. */
  static final long REFUSED_FEN = 66_613;

  /** A terminal of which half a definition is missing: its requests throw. */
  private static final TerminalId BROKEN = new TerminalId("T0000009");

  private static final int DEADLINE_MS = 2_000;
  private static final int RECOVERY_MS = 5_000;
  private static final long DAY_MS = 86_400_000L;
  private static final long NOON = 1_795_392_000_000L;
  private static final long MIDNIGHT = NOON + 16 * 3_600_000L; // in Asia/Shanghai
  private static final List<CodeKey> CODE_KEYS =
      List.of(new CodeKey("c1", new byte[32], new byte[32]));
  private static final LaneMetrics METRICS = new LaneMetrics(new SimpleMeterRegistry());
  private static final Limits LIMITS =
      new Limits(
          64,
          256,
          DEADLINE_MS,
          1_500,
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
          1_000,
          900_000,
          500,
          1_000,
          1 << 20,
          0,
          10_000,
          2_000,
          500,
          86_400_000,
          50_000L,
          500,
          100);
  private static final String FOR_ALL =
      """
      {"benefit":{"kind":"PERCENT","basisPoints":1000,"capFen":2000},
       "funders":[{"funder":"UNION","org":10,"shareBp":10000}],
       "limits":{"memberDayCount":6,"memberDayFen":5000}}""";
  private static final String FOR_ONE_UNION =
      """
      {"benefit":{"kind":"FIXED","offFen":%d},
       "members":{"orgs":[11]}%s,
       "funders":[{"funder":"UNION","org":10,"shareBp":10000}]}""";

  private static final String WHATEVER_IS_LEFT =
      """
      {"benefit":{"kind":"PERCENT","basisPoints":10000,"capFen":100000000},
       "funders":[{"funder":"UNION","org":10,"shareBp":6667},{"funder":"MERCHANT","shareBp":3333}]}""";
  private static final String ONCE =
      """
      {"benefit":{"kind":"THRESHOLD","thresholdFen":4000,"offFen":1250},
       "funders":[{"funder":"UNION","org":10,"shareBp":10000}]}""";

  private static final String ENTRY =
      """
      {"benefit":{"kind":"PRICE","priceFen":300},
       "funders":[{"funder":"UNION","org":10,"shareBp":5000},{"funder":"MERCHANT","shareBp":5000}]}""";

  /** One sending of one request, and what became of it. */
  static final class Attempt {
    final Request request;
    final boolean isProbe;
    @Nullable Reply reply;
    @Nullable Throwable fault;
    boolean isAnswered;
    boolean isLate;
    boolean isDead;

    Attempt(Request request, boolean isProbe) {
      this.request = request;
      this.isProbe = isProbe;
    }

    @Override
    public String toString() {
      Object heard = !isAnswered ? "nothing" : fault != null ? fault : reply;
      String text = heard instanceof Reply.Recorded r ? "Recorded " + r.receipt().id() : "" + heard;
      return request + " heard " + text + (isDead ? ", its node died" : "");
    }
  }

  /** A process: what it holds and waits for dies with it. */
  private final class Node implements Timers {
    final String chain;
    final SimulatedLedger.Way way;
    final Lane lane;
    final HoldSweep sweep;
    final List<Attempt> asked = new ArrayList<>();
    boolean dead;

    Node(String chain) {
      this.chain = chain;
      this.way = ledger.way(chain);
      this.lane =
          new Lane(
              new LaneParts(
                  this,
                  way,
                  new CodeGuard(this, redis::client, LIMITS, time),
                  version -> {},
                  new CurrentCodes(() -> CODE_KEYS),
                  new Sealer(key, chain),
                  LaneWorld.this::receipt,
                  LIMITS,
                  time,
                  METRICS));
      this.sweep = new HoldSweep(this, ledger::holdsDue, lane, LIMITS, time);
      open();
      sweep.start();
    }

    /** As whoever starts the process does it. */
    private void open() {
      lane.open().onFailure(failure -> time.after(500_000, this::openIfAlive));
    }

    private void openIfAlive() {
      if (!dead) {
        open();
      }
    }

    @Override
    public long set(long ms, Runnable due) {
      return time.after(
          ms * 1_000,
          () -> {
            if (!dead) {
              due.run();
            }
          });
    }

    @Override
    public void cancel(long timer) {
      time.cancel(timer);
    }

    void die(boolean isNoticed) {
      dead = true;
      way.die(isNoticed);
      asked.stream()
          .filter(attempt -> !attempt.isAnswered)
          .forEach(attempt -> attempt.isDead = true);
    }
  }

  // Neither is for several threads, and several days may be lived through at once.
  private final MemberCodes codes = new MemberCodes(CODE_KEYS);
  private final SigningKey key =
      SigningKey.of("sim", ReceiptAlgorithm.ED25519, new byte[32], new SecureRandom());

  private final Random chance;
  private final VirtualTime time;
  private final SimulatedDefinitions definitions = new SimulatedDefinitions();
  private final SimulatedLedger ledger;
  private final SimulatedRedis redis;
  private final Node[] nodes = new Node[2];
  private final List<Node> graves = new ArrayList<>();
  private final List<Attempt> attempts = new ArrayList<>();
  private final List<Request> known = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();
  private int edits;
  private long given;
  private int ids;
  private long counter;
  private long probeCards = 100;
  private boolean isHealed;

  LaneWorld(long seed) {
    chance = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    time =
        new VirtualTime(
            chance.nextBoolean() ? MIDNIGHT - chance.nextInt(8_000) : NOON + chance.nextInt(9_999));
    ledger =
        new SimulatedLedger(
            time, chance, definitions, entry -> entry.request().order().value() == REFUSED_FEN);
    redis = new SimulatedRedis(time, chance);
    ledger.budget(1, chance.nextBoolean() ? 1_000_000 : 8_000);
    ledger.budget(2, 20_000);
    for (long serial = 1; serial <= 120; serial++) {
      int org = 10 + (int) (serial % 4);
      ledger.add(new Card(serial, serial % 5, org, "ORDINARY", Card.Status.ACTIVE, 1, "张*"));
    }
    definitions.org(10, List.of(10));
    definitions.org(11, List.of(10, 11));
    definitions.org(12, List.of(10, 11, 12)); // of 13 a row is missing
    definitions.merchant(new Merchant(1, "800000000000001", "店", "EAT", 10));
    definitions.merchant(new Merchant(2, "800000000000002", "铺", "SHOP", 11));
    campaign(1, true, FOR_ALL);
    campaign(2, true, FOR_ONE_UNION.formatted(700, scenes()));
    giving(3, WHATEVER_IS_LEFT, "{\"kind\":\"QUOTA\",\"returnDays\":1}");
    giving(4, ONCE, "{\"kind\":\"VOUCHER\"}");
    giving(5, ENTRY, "{\"kind\":\"PASS\",\"siteCount\":3,\"siteDayCount\":2,\"returnDays\":1}");
    ledger.budget(3, chance.nextBoolean() ? 1_000_000 : 20_000);
    ledger.budget(4, 1_000_000);
    ledger.budget(5, 1_000_000);
    for (int i = 0; i < 20; i++) {
      give();
    }
    for (int terminal = 1; terminal <= 4; terminal++) {
      place(terminal, 1, "LIVE");
    }
    definitions.terminal(BROKEN.value(), 9, 1);
    ledger.put(new Terminal(9, true, 77, "LIVE", 1));
  }

  private void place(int terminal, int merchant, String status) {
    Scene scene = Scene.values()[Math.max(0, terminal - 2)]; // 1 and 2 are tills
    definitions.terminal("T000000" + terminal, terminal, merchant, scene);
    ledger.put(new Terminal(terminal, true, merchant, status, 1));
  }

  private void campaign(int id, boolean running, String rule) {
    definitions.campaign(
        CampaignRule.parse(id, "C-" + id, "活动" + edits, running, 0, Long.MAX_VALUE, rule));
  }

  private String scenes() {
    return switch (chance.nextInt(3)) {
      case 0 -> ",\"scenes\":[\"ONLINE_MALL\"]";
      case 1 -> ",\"scenes\":[\"OFFLINE_POS\",\"QR_STATIC\"]";
      default -> "";
    };
  }

  private void giving(int id, String rule, String grants) {
    definitions.campaign(
        CampaignRule.parse(id, "C-" + id, "活动" + edits, true, 0, Long.MAX_VALUE, rule)
            .giving(Grants.parse(grants)));
  }

  /** Gives somebody a lot, a voucher or a pass, which may be over in a moment. */
  private void give() {
    Grants.Kind kind = Grants.Kind.values()[chance.nextInt(3)];
    ledger.give(
        new SimulatedLedger.Given(
            ++given,
            chance.nextInt(5),
            switch (kind) {
              case QUOTA -> 3;
              case VOUCHER -> 4;
              case PASS -> 5;
            },
            kind,
            time.millis() + (chance.nextInt(3) == 0 ? chance.nextInt(20_000) : DAY_MS),
            kind == Grants.Kind.QUOTA ? 1 + chance.nextLong(3_000) : null,
            switch (kind) {
              case QUOTA -> null;
              case VOUCHER -> 1L;
              case PASS -> chance.nextBoolean() ? null : Long.valueOf(1 + chance.nextInt(4));
            },
            false));
  }

  /** Lives through the day; what was wrong with it. */
  List<String> live() {
    nodes[0] = new Node("n1.0");
    nodes[1] = new Node("n2.0");
    time.passMs(20);
    int faults = List.of(0, 20, 60, 150).get(chance.nextInt(4));
    ledger.faults(faults);
    redis.faults(chance.nextInt(2) * 60);
    int bursts = 10 + chance.nextInt(14);
    for (int i = 0; i < bursts; i++) {
      burst();
      if (chance.nextInt(3) == 0) {
        trouble();
      }
      time.passMs(chance.nextInt(4) == 0 ? chance.nextInt(2_500) : chance.nextInt(30));
    }
    heal();
    time.passMs(RECOVERY_MS);
    probe();
    time.passMs(30_000);
    judge();
    return broken;
  }

  /** Lives through a good day on which other people's definitions are edited all the time. */
  List<String> liveInAProvince() {
    ledger.faults(0);
    nodes[0] = new Node("n1.0");
    nodes[1] = new Node("n2.0");
    time.passMs(1_000);
    probe();
    time.passMs(RECOVERY_MS);
    int learns = ledger.learns();
    for (int i = 0; i < 50; i++) {
      definitions.merchant(new Merchant(3, "800000000000003", "别家" + i, "EAT", 10));
      definitions.terminal("T0000033", 33, 3);
      probe();
      time.passMs(100);
    }
    if (ledger.learns() != learns) {
      broken.add("what others changed was read " + (ledger.learns() - learns) + " times");
    }
    definitions.merchant(new Merchant(1, "800000000000001", "新店", "EAT", 10));
    probe();
    time.passMs(RECOVERY_MS);
    if (ledger.learns() != learns + 2) {
      broken.add("of two lanes, " + (ledger.learns() - learns) + " read what was theirs");
    }
    judge();
    return broken;
  }

  // ---- a bad day

  private void trouble() {
    int node = chance.nextInt(2);
    switch (chance.nextInt(11)) {
      case 0 -> ledger.silence();
      case 1 -> {
        ledger.down(true);
        time.after(chance.nextInt(3_000_000), () -> ledger.down(false));
      }
      case 2, 3 -> define();
      case 4 -> time.setMs(chance.nextInt(20_000) - 10_000);
      case 5 -> time.setMs(chance.nextBoolean() ? -DAY_MS / 24 : DAY_MS / 24);
      case 6 -> restart(node, chance.nextBoolean());
      case 7 -> place(1, 1, chance.nextBoolean() ? "LIVE" : "SUSPENDED");
      case 8 -> ledger.faults(List.of(0, 20, 60, 300).get(chance.nextInt(4)));
      case 9 -> give();
      case 10 -> ledger.makeVoid(1 + chance.nextLong(given));
      default -> throw new IllegalStateException();
    }
  }

  private void define() {
    edits++;
    switch (chance.nextInt(10)) {
      case 0 -> definitions.merchant(new Merchant(1, "800000000000001", "店" + edits, "EAT", 10));
      case 1 -> definitions.merchant(new Merchant(2, "800000000000002", "铺" + edits, "SHOP", 11));
      case 2 -> campaign(1, chance.nextBoolean(), FOR_ALL);
      case 3 -> campaign(2, chance.nextBoolean(), FOR_ONE_UNION.formatted(100 + edits, scenes()));
      case 4 -> definitions.org(12, chance.nextBoolean() ? List.of(10, 12) : List.of(10, 11, 12));
      case 5 -> definitions.org(10, List.of(10));
      case 6 -> place(4, 1 + chance.nextInt(2), "LIVE");
      case 7 -> definitions.touchAll(Change.Kind.values()[chance.nextInt(4)]);
      case 8 -> definitions.prune();
      case 9 -> definitions.terminal("T000007" + chance.nextInt(10), 70 + chance.nextInt(10), 2);
      default -> throw new IllegalStateException();
    }
  }

  private void restart(int index, boolean isNoticed) {
    Node old = nodes[index];
    old.die(isNoticed);
    graves.add(old);
    nodes[index] = new Node(old.chain);
  }

  private void heal() {
    isHealed = true;
    ledger.faults(0);
    redis.faults(0);
    ledger.down(false);
    place(1, 1, "LIVE");
    graves.forEach(grave -> grave.way.bury());
  }

  // ---- tills

  private void burst() {
    int size = 1 + chance.nextInt(8);
    for (int i = 0; i < size; i++) {
      send(next());
    }
  }

  private Request next() {
    int kind = chance.nextInt(100);
    if (kind < 40 || known.isEmpty()) {
      return presented(TransactionType.SALE, amount());
    } else if (kind < 47) {
      return presented(TransactionType.VERIFY, amount());
    } else if (kind < 58) {
      return presented(TransactionType.HOLD, amount());
    } else if (kind < 63) {
      return advice();
    } else if (kind < 65) {
      return presented(TransactionType.SALE, REFUSED_FEN);
    } else if (kind < 66) {
      return broken();
    }
    Request one = known.get(chance.nextInt(known.size()));
    if (kind < 78) {
      return one;
    } else if (kind < 86) {
      return Request.reversal(one.terminal(), one.requestId(), Fen.ZERO);
    }
    return following(one);
  }

  private long amount() {
    return 500 + chance.nextInt(20_000);
  }

  private TerminalId terminal() {
    return new TerminalId("T000000" + (1 + chance.nextInt(4)));
  }

  private RequestId id() {
    return new RequestId("r" + ++ids);
  }

  private Request presented(TransactionType type, long fen) {
    long serial = 1 + chance.nextInt(30);
    String code = codes.issue(new CardNo(serial), 1, time.millis() / 1_000);
    return remembered(
        new Request(type, terminal(), id(), code, Fen.of(fen), benefit(), WithoutBenefit.APPROVE));
  }

  /** What the till names, mostly nothing. */
  private @Nullable String benefit() {
    int which = chance.nextInt(12);
    return which > 3 ? null : "C-" + which;
  }

  private Request broken() {
    return new Request(
        TransactionType.SALE, BROKEN, id(), "", Fen.of(1), null, WithoutBenefit.APPROVE);
  }

  private Request advice() {
    String code = codes.issue(new CardNo(31 + chance.nextInt(9)), 1, time.millis() / 1_000);
    Offline offline = new Offline(time.millis(), ++counter);
    return remembered(
        Request.advice(
            terminal(), id(), code, Fen.of(amount()), null, WithoutBenefit.APPROVE, offline));
  }

  private Request following(Request one) {
    TransactionType type =
        one.type() == TransactionType.HOLD
            ? chance.nextBoolean() ? TransactionType.COMPLETION : TransactionType.RELEASE
            : chance.nextBoolean() ? TransactionType.VOID : TransactionType.REFUND;
    Fen part =
        type == TransactionType.REFUND
            ? Fen.of(1 + chance.nextInt((int) Math.max(1, one.order().value())))
            : Fen.ZERO;
    boolean foreign = chance.nextInt(10) == 0; // mostly of nobody
    TerminalId maker = foreign ? new TerminalId("T000007" + chance.nextInt(10)) : one.terminal();
    OriginalRef original = new OriginalRef.Key(maker, one.requestId());
    Request following = Request.following(type, one.terminal(), id(), original, part);
    boolean alone = type == TransactionType.REFUND && chance.nextInt(3) == 0;
    return remembered(alone ? following.ofBenefit("C-" + (1 + chance.nextInt(3))) : following);
  }

  private Request remembered(Request request) {
    if (request.type() != TransactionType.VERIFY) {
      known.add(request);
    }
    return request;
  }

  private void send(Request request) {
    send(request, nodes[chance.nextInt(2)], false);
  }

  private void send(Request request, Node node, boolean isProbe) {
    Attempt attempt = new Attempt(request.inBatch(request.batch()), isProbe); // one object each
    attempts.add(attempt);
    node.asked.add(attempt);
    Future<Reply> answer = node.lane.submit(attempt.request);
    answer.onComplete(
        reply -> {
          attempt.reply = reply;
          heard(attempt, false);
        },
        failure -> {
          attempt.fault = failure;
          heard(attempt, failure instanceof Fault.Busy);
        });
    time.after(
        DEADLINE_MS * 1_000L,
        () -> {
          if (!attempt.isAnswered) {
            attempt.isLate = true; // to its till it is UNKNOWN
            again(attempt);
          }
        });
  }

  private void heard(Attempt attempt, boolean isBusy) {
    if (attempt.isAnswered) {
      broken.add("answered twice: " + attempt);
    }
    attempt.isAnswered = true;
    if (isBusy && !attempt.isLate) {
      again(attempt);
    }
  }

  /** What a till does that was told BUSY, or nothing in time. */
  private void again(Attempt attempt) {
    int what = chance.nextInt(10);
    if (!isHealed && what < 6) {
      time.after(1_000 + chance.nextInt(600_000), () -> send(attempt.request));
    } else if (!isHealed && what < 8) {
      Request request = attempt.request;
      time.after(
          chance.nextInt(300_000),
          () -> send(Request.reversal(request.terminal(), request.requestId(), Fen.ZERO)));
    }
  }

  /**
   * The store is well: whoever is served, is served; who cannot be, hears it; nobody else minds.
   */
  private void probe() {
    for (Node node : nodes) {
      if (!node.lane.isOpen()) {
        broken.add("lane " + node.chain + " is closed though the store is well");
        continue;
      }
      for (int i = 0; i < 4; i++) {
        String code = codes.issue(new CardNo(++probeCards % 20 + 100), 1, time.millis() / 1_000);
        long fen = i == 1 ? REFUSED_FEN : 1_000;
        send(
            new Request(
                TransactionType.SALE,
                new TerminalId("T0000002"),
                id(),
                code,
                Fen.of(fen),
                null,
                WithoutBenefit.APPROVE),
            node,
            true);
      }
      send(broken(), node, true);
    }
  }

  // ---- the archive

  private Future<Receipt> receipt(TransactionId id) {
    return ledger.pooled(
        () -> {
          SimulatedLedger.Row row = Objects.requireNonNull(ledger.rows().get(id.value()));
          SealedLeaves block = block(row).block();
          TreeHash hash = ReceiptAlgorithm.ED25519.treeHash();
          List<byte[]> leaves = new ArrayList<>();
          block.leaves().forEach(leaf -> leaves.add(hash.leaf(leaf.body())));
          int leaf = id.leaf();
          return new Receipt(
              id,
              row.body(),
              leaf,
              MerkleTree.of(hash, leaves).path(leaf),
              block.header(),
              block.signature());
        });
  }

  private SimulatedLedger.BlockRow block(SimulatedLedger.Row row) {
    return Objects.requireNonNull(ledger.blocks().get(row.chain())).get((int) row.seq() - 1);
  }

  // ---- the oracle

  private void judge() {
    broken.addAll(ledger.audit());
    chains();
    Map<Request, SimulatedLedger.Row> recorded = new java.util.IdentityHashMap<>();
    ledger.rows().values().forEach(row -> recorded.put(row.entry().request(), row));
    Map<Long, Receipt> first = new HashMap<>();
    for (Attempt attempt : attempts) {
      SimulatedLedger.Row row = recorded.get(attempt.request);
      if (!attempt.isAnswered && !attempt.isDead) {
        broken.add("never answered: " + attempt);
      }
      if (attempt.reply instanceof Reply.Recorded answer) {
        recorded(attempt, answer, row, first);
      } else if (row != null && attempt.isAnswered && !(attempt.fault instanceof Fault.Unknown)) {
        broken.add("recorded, but it was told otherwise: " + attempt);
      }
      if (attempt.isProbe) {
        probed(attempt);
      }
    }
  }

  private void probed(Attempt attempt) {
    boolean cannot =
        attempt.request.order().value() == REFUSED_FEN || attempt.request.terminal().equals(BROKEN);
    boolean right =
        cannot
            ? attempt.reply instanceof Reply.Declined no && no.refusal() == Refusal.CANNOT_PROCESS
            : attempt.reply instanceof Reply.Recorded;
    if (!right || attempt.isLate) {
      broken.add("on a good day: " + attempt);
    }
  }

  private void recorded(
      Attempt attempt,
      Reply.Recorded answer,
      SimulatedLedger.@Nullable Row own,
      Map<Long, Receipt> first) {
    Receipt receipt = answer.receipt();
    SimulatedLedger.Row row = ledger.rows().get(receipt.id().value());
    if (row == null || !Arrays.equals(row.body(), receipt.body())) {
      broken.add("not what the ledger says: " + attempt);
      return;
    }
    SealedLeaves block = block(row).block();
    boolean sealed =
        Arrays.equals(block.header(), receipt.header())
            && Arrays.equals(block.signature(), receipt.signature());
    if (!sealed || (own != null && own != row) || answer.replayed() == (own != null)) {
      broken.add("not its answer: " + attempt);
    }
    Receipt before = first.putIfAbsent(receipt.id().value(), receipt);
    boolean same =
        before == null || (before.leaf() == receipt.leaf() && paths(before).equals(paths(receipt)));
    if (!same || !row.entry().key().requestId().equals(attempt.request.requestId().value())) {
      broken.add("another answer than before: " + attempt);
    }
  }

  private static List<String> paths(Receipt receipt) {
    return receipt.path().stream().map(Arrays::toString).toList();
  }

  private void chains() {
    Set<Long> ids = new HashSet<>();
    ledger
        .blocks()
        .forEach(
            (chain, blocks) -> {
              byte[] head = Sealer.noPrevious();
              long tick = 0;
              long seq = 0;
              for (SimulatedLedger.BlockRow row : blocks) {
                boolean unbroken =
                    row.seq() == ++seq
                        && Arrays.equals(row.prev(), head)
                        && row.block().tick() > tick;
                if (!unbroken) {
                  broken.add("chain " + chain + " is broken at " + seq);
                }
                head = row.block().hash();
                tick = row.block().tick();
                row.block().leaves().forEach(leaf -> ids.add(leaf.entry().id()));
              }
            });
    if (ids.size() != ledger.rows().size()) {
      broken.add("blocks and rows differ");
    }
  }

  /** How much happened, so that a simulation of nothing is noticed. */
  int transactions() {
    return ledger.rows().size();
  }

  /** How many of that kind of what was given out were used. */
  int used(Grants.Kind kind) {
    return ledger.used(kind);
  }

  List<Attempt> attempts() {
    return attempts;
  }
}
