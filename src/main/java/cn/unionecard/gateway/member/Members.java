package cn.unionecard.gateway.member;

import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/** The room of members and cards of one node. */
public final class Members {
  private final Pool pool;
  private final Supplier<MemberVault> vaults;
  private final Supplier<MemberCodes> codes;
  private final Duration codeLifetime;
  private final Clock clock;
  private final SecureRandom random;

  /**
   * @param vaults makes a vault; none is used by two event loops
   * @param codes makes what derives the secrets of cards, in the same way
   */
  public Members(
      Pool pool,
      Supplier<MemberVault> vaults,
      Supplier<MemberCodes> codes,
      Config.Desk limits,
      Clock clock,
      SecureRandom random) {
    this.pool = pool;
    this.vaults = vaults;
    this.codes = codes;
    this.codeLifetime = Duration.ofMillis(limits.activationMs());
    this.clock = clock;
    this.random = random;
  }

  /** The routes for one event loop. */
  public Desk desk() {
    return new MemberDesk(
        new Office(pool, clock),
        new MemberBook(vaults.get()),
        new Enrolment(pool, codes.get(), codeLifetime, clock, random));
  }
}
