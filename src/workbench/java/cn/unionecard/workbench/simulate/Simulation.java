package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.receipt.KeysJson;
import cn.unionecard.gateway.receipt.PublicKey;
import cn.unionecard.gateway.receipt.ReceiptVerifier;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link Plan} on a {@link Testbed}: signs the tills on, plays visits until the plan's
 * end or until it is told to stop, waits for every answer that is still out, and reports.
 *
 * <p>All of it lives on one event loop.
 */
public final class Simulation {
  private final Vertx vertx;
  private final Context context;
  private final Clock clock;
  private final Testbed testbed;
  private final Plan plan;
  private final Progress progress;
  private final Tally tally = new Tally();
  private final RandomGenerator chance;
  private final Promise<Report> done = Promise.promise();
  private @Nullable Pace<Till> pace;
  private boolean stopped;

  public Simulation(Vertx vertx, Clock clock, Testbed testbed, Plan plan, Progress progress) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.clock = clock;
    this.testbed = testbed;
    this.plan = plan;
    this.progress = progress;
    this.chance = new SplittableRandom(plan.seed());
  }

  /**
   * Runs the plan once.
   *
   * @return the report; fails if the gateway cannot be reached at the start or the journal cannot
   *     be written
   */
  public Future<Report> run() {
    context.runOnContext(ignored -> start());
    return done.future();
  }

  /** No further visit starts; {@link #run}'s future completes when the last one has ended. */
  public void stop() {
    context.runOnContext(
        ignored -> {
          stopped = true;
          if (pace != null) {
            pace.stop();
          }
        });
  }

  private void start() {
    try {
      Journal journal = plan.journal() == null ? null : Journal.append(plan.journal());
      Wire wire = new Wire(vertx, testbed.gateway(), clock, tally, plan.patience());
      play(wire, journal).eventually(wire::close).eventually(() -> close(journal)).onComplete(done);
    } catch (IOException e) {
      done.fail(e);
    }
  }

  private Future<Report> play(Wire wire, @Nullable Journal journal) {
    ClientSSLOptions trust =
        new ClientSSLOptions()
            .setHostnameVerificationAlgorithm("HTTPS")
            .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(testbed.ca())));
    String run = "s" + Long.toString(clock.millis(), Character.MAX_RADIX);
    List<Till> tills = tills(testbed.terminals(), trust, run);
    List<Till> suspended = tills(testbed.suspended(), trust, run);
    return wire.get(tills.get(0), "/v1/keys")
        .map(answer -> KeysJson.read(answer.getBytes()))
        .compose(keys -> pace(wire, journal, keys, tills, suspended));
  }

  private Future<Report> pace(
      Wire wire,
      @Nullable Journal journal,
      List<PublicKey> keys,
      List<Till> tills,
      List<Till> suspended) {
    Oracle oracle = new Oracle(tally, new ReceiptVerifier(keys), plan.verifyOneIn(), journal);
    Phones phones = new Phones(testbed, clock, chance);
    Visits visits = new Visits(wire, phones, oracle, tally, suspended, chance);
    Mix mix = plan.mix().without(Kind.OFFLINE); // counters are what a POS terminal keeps
    if (suspended.isEmpty()) {
      mix = mix.without(Kind.SUSPENDED_MERCHANT);
    }
    Mix played = mix;
    Pace<Till> started =
        new Pace<>(
            vertx,
            plan,
            tally,
            progress,
            tills,
            chance,
            (till, due) -> visits.play(played.draw(chance), till, due));
    pace = started;
    if (stopped) {
      started.stop();
    }
    return started.run();
  }

  /** Every other till uses its certificate, the rest use tokens. */
  private List<Till> tills(List<Testbed.Terminal> terminals, ClientSSLOptions trust, String run) {
    List<Till> tills = new ArrayList<>();
    for (int i = 0; i < Math.min(plan.terminals(), terminals.size()); i++) {
      tills.add(new Till(terminals.get(i), trust, i % 2 == 0, run));
    }
    return tills;
  }

  private static Future<Void> close(@Nullable Journal journal) {
    try {
      if (journal != null) {
        journal.close();
      }
      return Future.succeededFuture();
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
  }
}
