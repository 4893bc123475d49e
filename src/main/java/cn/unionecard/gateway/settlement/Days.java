package cn.unionecard.gateway.settlement;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.runtime.Clocks;
import java.time.LocalDate;

/** Days of China. */
final class Days {
  private Days() {}

  /** The day on which a call is served. */
  static LocalDate today(DeskTransaction tx) {
    return tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
  }
}
