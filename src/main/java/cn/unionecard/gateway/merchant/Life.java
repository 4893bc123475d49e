package cn.unionecard.gateway.merchant;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes steps: looks, decides, writes step, state, event and audit in one transaction. */
final class Life {

  private static final String STANDING =
      """
      select merchant_veto_grounds($1) as grounds,
        (select conflict from merchant_declaration
         where merchant = $1 and staff = $2 order by id desc limit 1) as conflict,
        exists (select from merchant_step where merchant = $1 and staff = $2
          and step in ('RECOMMEND', 'NEGOTIATE', 'SIGN', 'APPLY', 'INVESTIGATE')) as prepared,
        coalesce((select staff = $2 from merchant_step
          where merchant = $1 and to_state = 'SUSPENDED' order by id desc limit 1), false)
          as suspended,
        array(select k.kind from (values ('BUSINESS_LICENCE'), ('CONTRACT')) k (kind)
          where not exists (select from merchant_document d
            where d.merchant = $1 and d.kind = k.kind and d.valid_from <= $3
              and (d.valid_until is null or d.valid_until >= $3))
          union all select 'SELECTION_RECORD'
          where not exists (select from merchant_selection where merchant = $1)
          union all select 'LABOUR_FACTS'
          where not exists (select from merchant_labour where merchant = $1)) as missing
      """;

  private static final String STEP =
      """
      insert into merchant_step
        (merchant, step, from_state, to_state, staff, at, reason, document_no)
      values ($1, $2, $3, $4, $5, $6, $7, $8) returning id
      """;

  private static final String MOVE = "update merchant set status = $2 where id = $1";
  private static final String VETO = "select merchant_veto_apply($1, $2, $3)";

  /** A step as it was asked for. */
  record Wish(Step step, String reason, @Nullable String documentNo) {
    Wish {
      if (step == Step.RECOMMEND) {
        throw new Fault.Malformed("step", "a merchant is recommended by making it");
      }
      if (step.needs(Step.Need.DOCUMENT_NO) && documentNo == null) {
        throw new Fault.Malformed("documentNo", "documentNo is missing");
      }
    }
  }

  private Life() {}

  static Future<DeskReply> take(DeskTransaction tx, String no, Wish wish) {
    Step step = wish.step();
    if (!tx.actor().roles().contains(step.role)) {
      throw new Fault.Forbidden(step + " needs the role " + step.role);
    }
    return MerchantRow.lock(tx, no)
        .map(merchant -> merchant.require(step.side))
        .compose(
            merchant ->
                standing(tx, merchant.id(), merchant.state())
                    .compose(
                        standing -> {
                          DeskReply.Refused refused = standing.refusal(step);
                          return refused == null
                              ? move(tx, merchant, wish)
                              : refuse(tx, merchant, wish, refused);
                        }));
  }

  /** Under the merchant's lock it decides; without, it tells what would be decided now. */
  static Future<Standing> standing(DeskTransaction tx, int merchant, State state) {
    LocalDate today = tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
    return tx.first(STANDING, merchant, tx.actor().id(), today)
        .map(
            row -> {
              Row found = Objects.requireNonNull(row);
              return new Standing(
                  state,
                  List.of(found.getArrayOfStrings("grounds")),
                  found.getBoolean("conflict"),
                  found.getBoolean("prepared"),
                  found.getBoolean("suspended"),
                  List.of(found.getArrayOfStrings("missing")));
            });
  }

  private static Future<DeskReply> move(DeskTransaction tx, MerchantRow merchant, Wish wish) {
    Step step = wish.step();
    JsonObject moved =
        new JsonObject()
            .put("step", step.name())
            .put("from", merchant.state().name())
            .put("to", step.to.name());
    if (wish.documentNo() != null) {
      moved.put("documentNo", wish.documentNo());
    }
    JsonObject noted = moved.copy().put("reason", wish.reason());
    if (step == Step.APPROVE && merchant.creditCodeByPaper()) {
      noted.put("creditCodeByPaper", true);
    }
    return record(tx, merchant.id(), step, merchant.state(), wish.reason(), wish.documentNo())
        .compose(
            id ->
                tx.ask(MOVE, merchant.id(), step.to.name())
                    .compose(set -> event(tx, merchant.id(), "merchant." + step.event, id, moved)))
        .compose(told -> tx.note("merchant.step", merchant.no(), merchant.orgs(), noted))
        .map(
            done ->
                DeskReply.made(
                    moved.copy().put("merchantNo", merchant.no()),
                    "/v1/merchants/" + merchant.no()));
  }

  /** The step's row; gives its number. */
  static Future<Long> record(
      DeskTransaction tx,
      int merchant,
      Step step,
      State from,
      String reason,
      @Nullable String documentNo) {
    return tx.first(
            STEP,
            merchant,
            step.name(),
            from.name(),
            step.to.name(),
            tx.actor().id(),
            tx.at(),
            reason,
            documentNo)
        .map(row -> Objects.requireNonNull(row).getLong("id"));
  }

  /** An event for the union, of the same transaction. */
  static Future<Void> event(
      DeskTransaction tx, int merchant, String kind, long subject, JsonObject body) {
    return tx.tellOf(merchant, kind, subject, body);
  }

  /** Looks for grounds of the veto and does what follows; gives those that stand. */
  static Future<List<String>> applyVeto(DeskTransaction tx, int merchant) {
    return tx.first(VETO, merchant, tx.actor().id(), tx.at())
        .map(row -> List.of(Objects.requireNonNull(row).getArrayOfStrings(0)));
  }

  /** A refusal is kept, too; one by the veto may be the first to have noticed it. */
  private static Future<DeskReply> refuse(
      DeskTransaction tx, MerchantRow merchant, Wish wish, DeskReply.Refused refused) {
    Future<?> before =
        refused.refusal() == DeskRefusal.VETOED
            ? applyVeto(tx, merchant.id())
            : Future.succeededFuture();
    return before
        .compose(
            looked ->
                tx.noteRefused(
                    "merchant.step",
                    merchant.no(),
                    merchant.orgs(),
                    new DeskReply.Refused(
                        refused.refusal(), wish.step() + ": " + refused.detail())))
        .map(noted -> refused);
  }
}
