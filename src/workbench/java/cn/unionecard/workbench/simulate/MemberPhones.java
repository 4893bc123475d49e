package cn.unionecard.workbench.simulate;

import java.time.Clock;
import java.util.random.RandomGenerator;

/** Members who hold up their phones, for whoever plays a till by a script. */
public final class MemberPhones {
  private final Phones phones;

  public MemberPhones(Testbed testbed, Clock clock, RandomGenerator chance) {
    this.phones = new Phones(testbed, clock, chance, Phones.ROUND_MS / 2);
  }

  /**
   * A code that is valid now and has not been shown before.
   *
   * @throws IllegalStateException when every card has shown its codes of this half minute
   */
  public String freshCode() {
    Phones.Shown shown = phones.fresh();
    if (shown == null) {
      throw new IllegalStateException("every card has shown its codes of this half minute");
    }
    return shown.code();
  }
}
