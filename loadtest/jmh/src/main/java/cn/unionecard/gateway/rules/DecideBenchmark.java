package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.CodeReader;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.code.Scan;
import cn.unionecard.gateway.definitions.Changes;
import cn.unionecard.gateway.definitions.KnownDefinitions;
import cn.unionecard.gateway.definitions.Learned;
import cn.unionecard.gateway.definitions.Wanted;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The decision on one order at a shop with seven campaigns, none of which can be combined. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecideBenchmark {
  private static final long NOW = 1_800_000_000_000L;
  private static final int CAMPAIGNS = 7;

  private final MemberCodes codes =
      new MemberCodes(List.of(new CodeKey("k", new byte[CodeKey.KEY_BYTES], new byte[CodeKey.KEY_BYTES])));
  private Facts facts;
  private Request request;
  private Scan scan;
  private final byte[] fingerprint = new byte[16];

  @Setup
  public void prepare() {
    List<Campaign> campaigns = new ArrayList<>();
    for (int id = 1; id <= CAMPAIGNS; id++) {
      campaigns.add(
          CampaignRule.parse(
              id,
              "C-" + id,
              "优惠",
              true,
              0,
              2 * NOW,
              "{\"benefit\":{\"kind\":\"PERCENT\",\"basisPoints\":"
                  + 100 * id
                  + ",\"capFen\":2000},\"funders\":[{\"funder\":\"UNION\",\"org\":1,\"shareBp\":10000}],"
                  + "\"limits\":{\"memberDayCount\":3}}"));
    }
    KnownDefinitions known = new KnownDefinitions();
    Wanted wanted = new Wanted(known);
    wanted.terminal("T0000001");
    known.learn(
        wanted,
        new Learned(
            new Changes(Changes.NEVER, 1, 0, List.of()),
            Map.of("T0000001", new Learned.Place(1, 1, Scene.OFFLINE_POS)),
            Map.of(1, new Merchant(1, "800000000000001", "店", "EAT", 1)),
            Map.of(1, List.of(1)),
            campaigns));
    facts = new Facts(known, codes, new Bounds(Fen.MAX, 0, 0, 0, 0), NOW);
    facts.stamp(TransactionId.tickOf(NOW), 0);
    facts.add(new Terminal(1, true, 1, "LIVE"));
    facts.add(new Card(145_000, 7, 1, "ORDINARY", Card.Status.ACTIVE, 1, "张*"));
    for (int id = 1; id <= CAMPAIGNS; id++) {
      Allowance.Caps caps = new Allowance.Caps(1_000_000L, null, null, null);
      facts.add(new Allowance(Allowance.Key.budget(id), true, caps, 0, 0, 0, 0, 0));
    }
    scan = CodeReader.read(codes.issue(new CardNo(145_000), 1, NOW / 1_000));
    request =
        new Request(
            TransactionType.VERIFY,
            new TerminalId("T0000001"),
            new RequestId("a"),
            "",
            Fen.of(12_800),
            null,
            WithoutBenefit.APPROVE);
  }

  /** As a price is asked for: the code's key and password, all campaigns, the best of them. */
  @Benchmark
  public Decision verify() {
    return Rules.decide(request, scan, fingerprint, facts);
  }

  /** The campaigns alone. */
  @Benchmark
  public Object choose() {
    return Choice.among(facts.catalog.at(1, Scene.OFFLINE_POS), request, facts.card(145_000), 1, facts);
  }
}
