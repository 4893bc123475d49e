package cn.unionecard.gateway.settlement;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.WorkingDays;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Looks at a day that has closed: where tills and ledger differ, which becomes cases, and what
 * looks odd, which becomes hints. It blocks nothing.
 */
public final class Hints {
  private static final String COMPARE = "select settlement_compare_tills($1, $2)";

  private static final String LOOK =
      "select settlement_look($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

  private final Config.Settlement terms;

  public Hints(Config.Settlement terms) {
    this.terms = terms;
  }

  Future<Void> look(DeskTransaction tx, LocalDate day) {
    return due(tx, terms.caseWorkingDays())
        .compose(due -> tx.ask(COMPARE, tx.at(), due))
        .compose(
            compared ->
                tx.ask(
                    LOOK,
                    day,
                    tx.at(),
                    terms.hintThresholdOrders(),
                    terms.hintThresholdMarginPermille(),
                    terms.hintThresholdSharePermille(),
                    terms.hintPairSales(),
                    terms.hintUndone(),
                    terms.hintUndoMinutes(),
                    terms.hintMinuteSales(),
                    terms.hintPromiseOrders()))
        .mapEmpty();
  }

  /** The end of so many working days from now. */
  static Future<OffsetDateTime> due(DeskTransaction tx, int days) {
    return tx.ask(WorkingDays.KNOWN, Days.today(tx))
        .map(
            known ->
                WorkingDays.of(known)
                    .after(tx.at().toInstant(), days, WorkingDays.Unit.WORKING_DAYS)
                    .atOffset(ZoneOffset.UTC));
  }
}
