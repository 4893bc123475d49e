package cn.unionecard.gateway.runtime;

import java.time.Clock;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Where time comes from. */
public final class Clocks {
  /** The zone of union days, receipts and campaigns. */
  public static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");

  /** Times as they are told (RFC 3339): milliseconds, China's offset. */
  public static final DateTimeFormatter RFC_3339 =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT).withZone(CHINA);

  private Clocks() {}

  /** The wall clock of this machine, in China's zone. */
  @Wallclock
  public static Clock wall() {
    return Clock.system(CHINA);
  }
}
