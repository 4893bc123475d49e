package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import org.jspecify.annotations.Nullable;

/** Moves a campaign by the table of {@link CampaignStep}; binds at the very next sale. */
final class CampaignLife {
  private static final String MOVE =
      """
      update campaign set status = $2, approved_by = case
          when $2 = 'APPROVED' then $3 when $2 = 'DRAFT' then null else approved_by end,
        submitted_by = case
          when $2 = 'SUBMITTED' then $3 when $2 = 'DRAFT' then null else submitted_by end
      where id = $1
      """;

  private CampaignLife() {}

  /**
   * A step as it was asked for.
   *
   * @param edition of the terms that were read before; null: whichever, for all but APPROVE
   */
  record Wish(CampaignStep step, String reason, @Nullable Integer edition) {}

  static Future<DeskReply> take(DeskTransaction tx, String code, Wish wish) {
    CampaignStep step = wish.step();
    String reason = wish.reason();
    return CampaignBook.lock(tx, code)
        .compose(
            row -> {
              if (step.roles.stream().noneMatch(tx.actor().roles()::contains)) {
                throw new Fault.Forbidden(step + " is for " + step.roles);
              }
              DeskReply.Refused refused = refused(tx, row, wish);
              if (refused != null) {
                return Future.succeededFuture(refused);
              }
              return step == CampaignStep.APPROVE
                  ? CampaignBook.requireAnswerable(tx, row)
                      .compose(may -> move(tx, row, step, reason))
                  : move(tx, row, step, reason);
            });
  }

  private static DeskReply.@Nullable Refused refused(DeskTransaction tx, Row row, Wish wish) {
    CampaignStep step = wish.step();
    CampaignState state = CampaignBook.state(row);
    if (!step.from.contains(state)) {
      return new DeskReply.Refused(
          DeskRefusal.STATE_DOES_NOT_ALLOW,
          "it is " + state + "; possible: " + CampaignStep.possibleIn(state));
    }
    if (CampaignBook.readable(row) == null) {
      return CampaignBook.unreadable();
    }
    if (wish.edition() != null && !wish.edition().equals(row.getInteger("edition"))) {
      return new DeskReply.Refused(
          DeskRefusal.STATE_DOES_NOT_ALLOW,
          "it was rewritten: its terms are of edition " + row.getInteger("edition") + " now");
    }
    return step == CampaignStep.APPROVE
            && (CampaignBook.isPreparer(tx, row) || CampaignBook.isSubmitter(tx, row))
        ? new DeskReply.Refused(DeskRefusal.SAME_PERSON, DeskRefusal.SAME_PERSON.english)
        : null;
  }

  private static Future<DeskReply> move(
      DeskTransaction tx, Row row, CampaignStep step, String reason) {
    return tx.ask(MOVE, row.getInteger("id"), step.to.name(), tx.staff())
        .compose(
            moved ->
                CampaignBook.told(
                    tx,
                    row,
                    step.action,
                    new JsonObject()
                        .put("reason", reason)
                        .put("from", row.getString("status"))
                        .put("edition", row.getInteger("edition"))));
  }
}
