package cn.unionecard.gateway.runtime;

import java.time.Clock;
import java.time.ZoneId;

/** Where time comes from. */
public final class Clocks {
  /** The zone of union days, receipts and campaigns. */
  public static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");

  private Clocks() {}

  /** The wall clock of this machine, in China's zone. */
  @Wallclock
  public static Clock wall() {
    return Clock.system(CHINA);
  }
}
