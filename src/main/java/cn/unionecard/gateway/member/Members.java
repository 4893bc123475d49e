package cn.unionecard.gateway.member;

import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.CurrentCodes;
import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.privacy.Reads;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The room of members and cards of one node. */
public final class Members {
  private final Pool pool;
  private final Supplier<MemberVault> vaults;
  private final VaultWork ofMany;
  private final Precedence precedence;
  private final Supplier<List<CodeKey>> codes;
  private final Reads reads;
  private final PhoneProofs proofs;
  private final Duration codeLifetime;
  private final int rightDays;
  private final Clock clock;
  private final SecureRandom random;

  /**
   * @param blocks how many the line of this node has flown so far
   * @param vaults makes a vault; none is used by two threads
   * @param codes the keys of the moment from which the secrets of cards are derived, newest first
   * @param reads through which staff look at members
   * @param rightDays for how long a purchase can be reviewed
   */
  public Members(
      Vertx vertx,
      Pool pool,
      LongSupplier blocks,
      Supplier<MemberVault> vaults,
      Supplier<List<CodeKey>> codes,
      Reads reads,
      PhoneProofs proofs,
      Config.Desk limits,
      int rightDays,
      Clock clock,
      SecureRandom random) {
    this.pool = pool;
    this.vaults = vaults;
    this.ofMany = VaultWork.apart(vertx, vaults.get());
    this.precedence = new Precedence(blocks, System::nanoTime, ms -> vertx.timer(ms).mapEmpty());
    this.codes = codes;
    this.reads = reads;
    this.proofs = proofs;
    this.rightDays = rightDays;
    this.codeLifetime = Duration.ofMillis(limits.activationMs());
    this.clock = clock;
    this.random = random;
  }

  /** Whether a phone has its card still; for any event loop. */
  public PhoneStanding standing() {
    return new PhoneStanding(pool);
  }

  /** The routes for one event loop; those of phones lie below those of cards and come first. */
  public List<Desk> desks() {
    return List.of(
        new PhoneDesk(
            pool, new PhoneTokens(pool, proofs), new CurrentCodes(codes), rightDays, clock),
        new MemberDesk(
            new Office(pool, clock),
            new MemberBook(vaults.get(), ofMany, reads),
            new Enrolment(pool, new CurrentCodes(codes), codeLifetime, clock, random),
            reads,
            precedence));
  }

  /** Who takes members from another's list; one for each event loop. */
  public Roster roster() {
    return new Roster(vaults.get());
  }
}
