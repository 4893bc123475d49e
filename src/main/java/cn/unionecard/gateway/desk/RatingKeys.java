package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;

/** The room that takes what a member said with the rating keys of a till, whatever it speaks. */
public interface RatingKeys {
  /** The best that can be said; the worst is 1. */
  int BEST = 5;

  /**
   * What was pressed, each 1 to 5.
   *
   * @param quality 品控
   * @param service 服务
   * @param afterSales 售后
   */
  record Figures(int stars, int quality, int service, int afterSales) {
    public Figures {
      within("stars", stars);
      within("quality", quality);
      within("service", service);
      within("afterSales", afterSales);
    }

    private static void within(String name, int value) {
      if (value < 1 || value > BEST) {
        throw new Fault.Malformed(name, name + " is not 1 to " + BEST);
      }
    }
  }

  /**
   * Takes the review of a purchase made at that terminal. An exact repeat has the same answer.
   *
   * @return the review with its number under {@code review}, or why there is none; fails with
   *     {@link Fault.NotFound} for a purchase that is not of this terminal
   */
  Future<DeskReply> rate(TerminalId terminal, OriginalRef purchase, Figures figures);
}
