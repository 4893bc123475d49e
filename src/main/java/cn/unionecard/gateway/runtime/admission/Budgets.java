package cn.unionecard.gateway.runtime.admission;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.Limits;
import java.util.function.LongSupplier;

/**
 * Who pays for a request, the same over all protocols and event loops of a node: whoever is proved,
 * from a budget of his own; else the address it comes from. There an address has three: one for
 * what anybody may ask, one for the files of the pages, and one for what failed, of whatever kind,
 * so that junk does not use up its neighbours' sign-ins.
 */
public final class Budgets {
  /** Names that each kind of budget remembers. */
  private static final int NAMES_MAX = 65_536;

  private final RateLimit callers;
  private final RateLimit anybody;
  private final RateLimit failures;
  private final RateLimit files;
  private final RateLimit cards;
  private final RateLimit partners;

  /**
   * @param nanos a monotonic clock, ns
   */
  public Budgets(Limits limits, Config.Admission admission, LongSupplier nanos) {
    callers =
        new RateLimit(
            limits.terminalRequestsPerSecond(), limits.terminalRequestsBurst(), NAMES_MAX, nanos);
    anybody = ofAddresses(admission, nanos);
    failures = ofAddresses(admission, nanos);
    files =
        new RateLimit(
            admission.addressFilesPerSecond(), admission.addressFilesBurst(), NAMES_MAX, nanos);
    cards =
        new RateLimit(
            admission.cardRequestsPerSecond(), admission.cardRequestsBurst(), NAMES_MAX, nanos);
    partners = RateLimit.perName(NAMES_MAX, nanos);
  }

  private static RateLimit ofAddresses(Config.Admission admission, LongSupplier nanos) {
    return new RateLimit(
        admission.addressRequestsPerSecond(), admission.addressRequestsBurst(), NAMES_MAX, nanos);
  }

  /** What a proved caller may ask at once, and for how long he waits for all of it. */
  public RateLimit callers() {
    return callers;
  }

  /** What the phone of a card may ask at once, and for how long it waits for all of it. */
  public RateLimit cards() {
    return cards;
  }

  /** What an address may ask at once, and for how long it waits for all of it. */
  public RateLimit addresses() {
    return anybody;
  }

  /**
   * Takes one request of a proved caller.
   *
   * @throws Fault.TooMany if there is none
   */
  public void proved(String caller) {
    refuse(callers.take(caller), "over the rate limit");
  }

  /**
   * Takes one request of a partner's program.
   *
   * @param perMinute what is agreed with it
   * @throws Fault.TooMany if there is none
   */
  public void partner(String program, int perMinute) {
    refuse(partners.take(program, perMinute), "over the rate agreed with this partner");
  }

  /**
   * Takes one request of the phone of a card.
   *
   * @throws Fault.TooMany if there is none
   */
  public void card(String card) {
    refuse(cards.take(card), "over the rate limit of this card");
  }

  /** Counts one request that a proved caller must always be able to make: an undo. */
  public void undo(String caller) {
    int unused = callers.take(caller);
  }

  /**
   * Takes one request of anybody at that address.
   *
   * @throws Fault.TooMany if there is none
   */
  public void anybody(String origin) {
    refuse(anybody.take(origin), "over the rate limit of this address");
  }

  /**
   * Takes one file of the pages.
   *
   * @throws Fault.TooMany if there is none
   */
  public void file(String origin) {
    refuse(files.take(origin), "over the rate limit of this address");
  }

  /**
   * Something failed that nobody proved is to blame for.
   *
   * @return whether it was within what may fail from there
   */
  public boolean failed(String origin) {
    return failures.take(origin) == 0;
  }

  /**
   * To be asked before anything is spent on telling who calls.
   *
   * @throws Fault.TooMany if too much from there has failed
   */
  public void beforeProof(String origin) {
    refuse(failures.look(origin), "too much from this address has failed");
  }

  /** Whether too much from there has failed. */
  public boolean isSpent(String origin) {
    return failures.look(origin) > 0;
  }

  private static void refuse(int waitSeconds, String why) {
    if (waitSeconds > 0) {
      throw new Fault.TooMany(why, waitSeconds);
    }
  }
}
