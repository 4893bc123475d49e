package cn.unionecard.gateway.code;

import cn.unionecard.gateway.model.CardNo;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the reading of one member code costs: whose it may be, and whether it is his. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class MemberCodeBenchmark {
  private static final long NOW = 1_800_000_000;

  private final MemberCodes codes =
      new MemberCodes(List.of(new CodeKey("k", new byte[CodeKey.KEY_BYTES], new byte[CodeKey.KEY_BYTES])));
  private final Scan.MemberCode code =
      (Scan.MemberCode) CodeReader.read(codes.issue(new CardNo(145_000), 1, NOW));

  /** The card behind the alias: FF1. */
  @Benchmark
  public List<MemberCodes.Candidate> candidates() {
    return codes.candidates(code, NOW);
  }

  /** The card's key and its one-time password: HMAC-SM3. */
  @Benchmark
  public Match match() {
    return codes.match(code, new MemberCodes.Candidate(145_000, 0, MemberCodes.dayAt(NOW)), 1, NOW);
  }
}
