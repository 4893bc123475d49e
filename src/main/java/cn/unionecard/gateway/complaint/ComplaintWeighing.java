package cn.unionecard.gateway.complaint;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.supervision.ComplaintSeverity;
import cn.unionecard.gateway.supervision.Supervision;
import io.vertx.core.Future;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a complaint weighs in supervision: written down each time it changes, and looked at, in the
 * transaction of the step that changes it. {@code complaint_standing} says the same in SQL.
 */
final class ComplaintWeighing {
  private static final String WEIGH =
      """
      insert into complaint_weighing (complaint, merchant, voice, opened_at, at, severity, standing)
      select c.id, c.merchant, complaint_voice(c.id), c.opened_at, $2, $3, $4
      from complaint c where c.id = $1 returning seq
      """;

  /** What it counts as. */
  enum Standing {
    NONE,
    /** Not answered yet, but a union has taken it as complex. */
    SERIOUS,
    /** Answered, and right. */
    FOUNDED
  }

  /** What a step makes of a complaint. */
  record Change(ComplaintState to, ComplaintSeverity severity, @Nullable Boolean upheld) {}

  private ComplaintWeighing() {}

  /** Whether complaints of that kind ever weigh: labour rights are the veto's, tips nobody's. */
  private static boolean weighs(ComplaintRow row) {
    return switch (row.kind()) {
      case QUALITY, SERVICE, AFTER_SALES, MONEY, PRIVACY -> !row.whistle();
      case LABOUR, CORRUPTION -> false;
    };
  }

  static Standing standing(
      ComplaintState state, ComplaintSeverity severity, @Nullable Boolean upheld) {
    if (state == ComplaintState.WITHDRAWN) {
      return Standing.NONE;
    }
    if (upheld != null) {
      return upheld ? Standing.FOUNDED : Standing.NONE;
    }
    return severity == ComplaintSeverity.COMPLEX ? Standing.SERIOUS : Standing.NONE;
  }

  /**
   * Before a complaint is moved: takes the merchant's row, if the step changes what it weighs.
   *
   * @return the merchant, or null if there is nothing to be weighed
   */
  static Future<Supervision.@Nullable Held> hold(
      DeskTransaction tx, ComplaintRow row, Change change) {
    Integer merchant = row.merchant();
    Standing before = standing(row.state(), row.severity(), row.upheld());
    Standing after = standing(change.to(), change.severity(), change.upheld());
    boolean same =
        before == after && (after == Standing.NONE || row.severity() == change.severity());
    return merchant == null || same || !weighs(row)
        ? Future.succeededFuture(null)
        : new Supervision(tx).hold(merchant);
  }

  /** After it was moved: writes down what it weighs now, and looks at the merchant. */
  static Future<Void> weigh(
      DeskTransaction tx, Supervision.@Nullable Held held, ComplaintRow row, Change change) {
    if (held == null) {
      return Future.succeededFuture();
    }
    Standing now = standing(change.to(), change.severity(), change.upheld());
    Supervision supervision = new Supervision(tx);
    return tx.first(WEIGH, row.id(), tx.at(), change.severity().name(), now.name())
        .map(weighed -> Objects.requireNonNull(weighed).getLong("seq"))
        .compose(
            seq ->
                supervision
                    .see(held.id())
                    .compose(
                        seen ->
                            supervision.act(held, seen, Supervision.Tip.complaint(row.id()), seq)));
  }
}
