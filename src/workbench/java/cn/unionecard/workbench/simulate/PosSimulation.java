package cn.unionecard.workbench.simulate;

import cn.unionecard.workbench.pos.PosIdentity;
import cn.unionecard.workbench.pos.PosTerminal;
import cn.unionecard.workbench.pos.PosTestbed;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link Plan} at tills with POS terminals: every other speaks TLS, the rest plain
 * TCP. At the end each terminal closes its batch, which must balance.
 *
 * <p>All of it lives on one event loop.
 */
public final class PosSimulation {
  private final Vertx vertx;
  private final Context context;
  private final Clock clock;
  private final Testbed members;
  private final PosTestbed testbed;
  private final Plan plan;
  private final Progress progress;
  private final Tally tally = new Tally();
  private final RandomGenerator chance;
  private final Promise<Report> done = Promise.promise();
  private final Map<PosTill, PosBatch> batches = new HashMap<>();
  private @Nullable Pace<PosTill> pace;
  private boolean stopped;

  public PosSimulation(
      Vertx vertx, Clock clock, Testbed members, PosTestbed testbed, Plan plan, Progress progress) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.clock = clock;
    this.members = members;
    this.testbed = testbed;
    this.plan = plan;
    this.progress = progress;
    this.chance = new SplittableRandom(plan.seed());
  }

  /**
   * Runs the plan once.
   *
   * @return the report; fails if the journal cannot be written
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
      play(journal).eventually(() -> close(journal)).onComplete(done);
    } catch (IOException e) {
      done.fail(e);
    }
  }

  private Future<Report> play(@Nullable Journal journal) {
    NetClient tls = testbed.client(vertx, true);
    NetClient plain = testbed.client(vertx, false);
    List<PosTill> tills = tills(testbed.terminals(), tls, plain);
    List<PosTill> suspended = tills(testbed.suspended(), tls, plain);
    Mix mix = suspended.isEmpty() ? plan.mix().without(Kind.SUSPENDED_MERCHANT) : plan.mix();
    tills.forEach(till -> batches.put(till, new PosBatch(till, tally)));
    PosVisits visits =
        new PosVisits(
            vertx,
            clock,
            new Phones(members, clock, chance),
            new PosOracle(tally, journal),
            tally,
            suspended,
            chance,
            batches);
    List<PosTill> all = new ArrayList<>(tills);
    all.addAll(suspended);
    return Future.all(all.stream().map(till -> batch(till).begin()).toList())
        .compose(begun -> pace(tills, mix, visits))
        .compose(report -> closeBatches(tills).map(closed -> tally.report(report.seconds())))
        .eventually(tls::close)
        .eventually(plain::close);
  }

  private Future<Report> pace(List<PosTill> tills, Mix mix, PosVisits visits) {
    Pace<PosTill> started =
        new Pace<>(
            vertx,
            plan,
            tally,
            progress,
            tills,
            chance,
            (till, due) -> visits.play(mix.draw(chance), till, due));
    pace = started;
    if (stopped) {
      started.stop();
    }
    return started.run();
  }

  private Future<Void> closeBatches(List<PosTill> tills) {
    return Future.all(tills.stream().map(till -> batch(till).close()).toList())
        .compose(closed -> Future.all(tills.stream().map(PosTill::hangUp).toList()))
        .mapEmpty();
  }

  private PosBatch batch(PosTill till) {
    return batches.computeIfAbsent(till, each -> new PosBatch(each, tally));
  }

  private List<PosTill> tills(List<PosIdentity> identities, NetClient tls, NetClient plain) {
    List<PosTill> tills = new ArrayList<>();
    for (int i = 0; i < Math.min(plan.terminals(), identities.size()); i++) {
      boolean secure = i % 2 == 0 || testbed.port() < 0;
      tills.add(
          new PosTill(
              vertx,
              secure ? tls : plain,
              testbed.host(),
              testbed.port(secure),
              new PosTerminal(identities.get(i)),
              tally,
              plan.patience()));
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
