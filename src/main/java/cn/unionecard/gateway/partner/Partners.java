package cn.unionecard.gateway.partner;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.desk.Sweep;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/** The room of partners of one node: what its event loops share. */
public final class Partners {
  private static final long LOOK_MS = 600_000;

  private final Vertx vertx;
  private final Pool desks;
  private final PartnerProofs proofs;
  private final Clock clock;
  private final SecureRandom random;
  private final Sweep<Long> sweep;

  public Partners(Vertx vertx, Pool desks, PartnerProofs proofs, Clock clock, SecureRandom random) {
    this.vertx = vertx;
    this.desks = desks;
    this.proofs = proofs;
    this.clock = clock;
    this.random = random;
    AgreementEnd end = new AgreementEnd(desks, clock);
    this.sweep = new Sweep<>("agreements with partners", end.due(), end::suspend);
  }

  /** The routes for one event loop. */
  public List<Desk> desks() {
    return List.of(
        new PartnersDesk(
            new Office(desks, clock), new ProgramTokens(desks, proofs, clock), random));
  }

  /** Suspends those whose agreement is over, again and again until Vert.x ends. */
  public void start() {
    long unused = vertx.setPeriodic(LOOK_MS, timer -> sweep().onSuccess(done -> {}));
  }

  /** One round: how many were suspended. Fails never. */
  public Future<Integer> sweep() {
    return sweep.run();
  }
}
