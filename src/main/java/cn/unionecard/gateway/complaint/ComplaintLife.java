package cn.unionecard.gateway.complaint;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.supervision.ComplaintSeverity;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes steps: decides, writes step, state and event in one transaction. */
final class ComplaintLife {
  private static final int CHASES_MAX = 20;
  private static final int SAYS_MAX = 5;

  private static final String STEP =
      """
      insert into complaint_step (complaint, step, from_state, to_state, hand, staff, owner_before,
        owner_after, at, deadline_before, deadline_after, text)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id
      """;

  private static final String MOVE =
      """
      update complaint set state = $2, owner = $3, deadline = $4, severity = $5,
        upheld = coalesce($6, upheld),
        extended = extended or $7 = 'EXTEND',
        chases = chases + case $7 when 'CHASE' then 1 else 0 end,
        overdue_at = case when $7 = 'OVERDUE' then $8 else overdue_at end,
        closed_at = case when $2 in ('CLOSED', 'WITHDRAWN') then $8::timestamptz end
      where id = $1
      """;

  private static final String RECKONED =
      """
      update complaint set deadline = $2, calendar = (select max(id) from calendar_edition)
      where id = $1
      """;

  private static final String EVENT =
      """
      select merchant_event(coalesce($2::integer, -$3::integer), $1, $4, $5, $6::jsonb
        || jsonb_build_object('owner', (select code from org where id = $3::integer)))
      """;

  /** Where a complaint may be transferred to: below the actor, or to a union of the merchant's. */
  private static final String TARGET =
      """
      select o.id from org o
      where o.code = $1 and ($2 = any (o.path) or o.id = any ($3))
        and not exists (select from complaint c where c.id = $4 and c.concerned && o.path)
      """;

  /**
   * A step as it was asked for.
   *
   * @param to code of the organisation it is transferred to
   * @param severity how hard it is, said when it is accepted
   * @param upheld whether it is right, said with the answer
   */
  record Wish(
      ComplaintStep step,
      @Nullable String text,
      @Nullable String to,
      @Nullable ComplaintSeverity severity,
      @Nullable Boolean upheld) {
    Wish {
      boolean answers = step == ComplaintStep.ANSWER;
      if (answers && text == null) {
        throw new Fault.Malformed("text", "an answer says something");
      }
      if (step == ComplaintStep.SAY && text == null) {
        throw new Fault.Malformed("text", "a statement says something");
      }
      if (answers != (upheld != null)) {
        throw new Fault.Malformed("upheld", "upheld belongs to an answer, and to nothing else");
      }
      if ((step == ComplaintStep.TRANSFER) != (to != null)) {
        throw new Fault.Malformed("to", "to belongs to a transfer, and to nothing else");
      }
      if (severity != null && step != ComplaintStep.ACCEPT) {
        throw new Fault.Malformed("severity", "severity is said when it is accepted");
      }
    }

    static Wish plain(ComplaintStep step, @Nullable String text) {
      return new Wish(step, text, null, null, null);
    }
  }

  private ComplaintLife() {}

  /** A step of staff, or of the merchant it is about. */
  static Future<DeskReply> byStaff(DeskTransaction tx, String no, Wish wish) {
    ComplaintStep step = wish.step();
    if (step.role == null) {
      throw new Fault.Malformed("step", step + " is not taken by staff");
    }
    if (!tx.actor().roles().contains(step.role)) {
      throw new Fault.Forbidden(step + " needs the role " + step.role);
    }
    return ComplaintRow.lock(tx, no)
        .compose(
            row -> {
              if (!row.acts() && step != ComplaintStep.CHASE) {
                throw new Fault.Forbidden("another union has the complaint");
              }
              return target(tx, row, wish)
                  .compose(owner -> take(tx, row, wish, owner))
                  .compose(reply -> noted(tx, row, wish, reply));
            });
  }

  private static Future<DeskReply> noted(
      DeskTransaction tx, ComplaintRow row, Wish wish, DeskReply reply) {
    JsonObject detail = new JsonObject().put("step", wish.step().name());
    Future<Void> noted =
        reply instanceof DeskReply.Refused refused
            ? tx.noteRefused("complaint.step", row.no(), row.orgs(), refused)
            : tx.note("complaint.step", row.no(), row.orgs(), detail);
    return noted.map(reply);
  }

  private static Future<Integer> target(DeskTransaction tx, ComplaintRow row, Wish wish) {
    if (wish.to() == null) {
      return Future.succeededFuture(next(row, wish.step()));
    }
    return tx.first(
            TARGET, wish.to(), tx.actor().org(), row.sides().toArray(Integer[]::new), row.id())
        .map(found("no such organisation to transfer it to"))
        .map(found -> found.getInteger("id"));
  }

  /** Who has it after a step that names nobody. */
  private static int next(ComplaintRow row, ComplaintStep step) {
    Integer above = row.above();
    return step == ComplaintStep.ESCALATE && above != null ? above : row.owner();
  }

  /** A step that names nobody, by whoever takes it. */
  static Future<DeskReply> take(DeskTransaction tx, ComplaintRow row, Wish wish) {
    return take(tx, row, wish, next(row, wish.step()));
  }

  private static Future<DeskReply> take(
      DeskTransaction tx, ComplaintRow row, Wish wish, int owner) {
    DeskReply.Refused refused = refusal(tx, row, wish.step());
    return refused == null
        ? move(tx, row, wish, owner)
        : Future.succeededFuture((DeskReply) refused);
  }

  private static DeskReply.@Nullable Refused refusal(
      DeskTransaction tx, ComplaintRow row, ComplaintStep step) {
    if (step.from(row.state()) == null) {
      return refused(step + " cannot be taken from " + row.state());
    }
    return switch (step) {
      case ESCALATE -> row.above() == null ? refused("nobody stands above") : null;
      case EXTEND -> row.extended() ? refused("it was extended once") : null;
      case CHASE -> row.chases() >= CHASES_MAX ? refused("it was chased often enough") : null;
      case SAY -> row.says() >= SAYS_MAX ? refused("it has said enough") : null;
      case CLOSE -> closing(tx, row);
      default -> null;
    };
  }

  /** Staff close what the opener is content with, or what nobody above could still look at. */
  private static DeskReply.@Nullable Refused closing(DeskTransaction tx, ComplaintRow row) {
    boolean done =
        row.state() == ComplaintState.SATISFIED
            || (row.state() == ComplaintState.UNSATISFIED && row.above() == null);
    return done || tx.by() == DeskTransaction.By.GATEWAY
        ? null
        : refused("the opener has not said whether he is content, or a level above can look at it");
  }

  private static DeskReply.Refused refused(String detail) {
    return new DeskReply.Refused(DeskRefusal.STATE_DOES_NOT_ALLOW, detail);
  }

  private static Future<DeskReply> move(
      DeskTransaction tx, ComplaintRow row, Wish wish, int owner) {
    ComplaintStep step = wish.step();
    ComplaintState to = Objects.requireNonNull(step.from(row.state()));
    ComplaintSeverity severity = wish.severity() == null ? row.severity() : wish.severity();
    ComplaintWeighing.Change change =
        new ComplaintWeighing.Change(
            to, severity, wish.upheld() == null ? row.upheld() : wish.upheld());
    return ComplaintWeighing.hold(tx, row, change)
        .compose(
            held ->
                move(tx, row, wish, owner, change)
                    .compose(reply -> ComplaintWeighing.weigh(tx, held, row, change).map(reply)));
  }

  private static Future<DeskReply> move(
      DeskTransaction tx, ComplaintRow row, Wish wish, int owner, ComplaintWeighing.Change change) {
    ComplaintStep step = wish.step();
    ComplaintState to = change.to();
    ComplaintSeverity severity = change.severity();
    return ComplaintClocks.after(tx, row.kind().name(), severity, step.clock, row.deadline())
        .compose(
            deadline ->
                record(
                        tx,
                        row.id(),
                        step,
                        row.state(),
                        row.owner(),
                        owner,
                        row.deadline(),
                        deadline,
                        wish.text())
                    .compose(
                        id ->
                            tx.ask(
                                    MOVE,
                                    row.id(),
                                    to.name(),
                                    owner,
                                    deadline,
                                    severity.name(),
                                    wish.upheld(),
                                    step.name(),
                                    tx.at())
                                .map(id))
                    .compose(id -> tell(tx, row, step, to, owner, id, deadline))
                    .map(
                        told ->
                            DeskReply.made(
                                moved(row.no(), step, row.state(), to, deadline),
                                "/v1/complaints/" + row.no())));
  }

  private static JsonObject moved(
      String no,
      ComplaintStep step,
      ComplaintState from,
      ComplaintState to,
      @Nullable OffsetDateTime deadline) {
    JsonObject moved =
        new JsonObject()
            .put("complaint", no)
            .put("step", step.name())
            .put("from", from.name())
            .put("to", to.name());
    return deadline == null ? moved : moved.put("deadline", Spelling.time(deadline));
  }

  /** Makes a deadline anew with the calendar there is by now; says so only if it differs. */
  static Future<Void> reckon(DeskTransaction tx, ComplaintRow row) {
    return ComplaintClocks.again(tx, row)
        .compose(
            deadline ->
                tx.ask(RECKONED, row.id(), deadline)
                    .compose(
                        set ->
                            Objects.equals(instant(deadline), instant(row.deadline()))
                                ? Future.succeededFuture()
                                : reckoned(tx, row, deadline)));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private static Future<Void> reckoned(
      DeskTransaction tx, ComplaintRow row, @Nullable OffsetDateTime deadline) {
    ComplaintStep step = ComplaintStep.RECKON;
    return record(
            tx,
            row.id(),
            step,
            row.state(),
            row.owner(),
            row.owner(),
            row.deadline(),
            deadline,
            null)
        .compose(id -> tell(tx, row, step, row.state(), row.owner(), id, deadline));
  }

  /** The step's row; gives its number. */
  static Future<Long> record(
      DeskTransaction tx,
      long complaint,
      ComplaintStep step,
      ComplaintState from,
      int ownerBefore,
      int ownerAfter,
      @Nullable OffsetDateTime deadlineBefore,
      @Nullable OffsetDateTime deadlineAfter,
      @Nullable String text) {
    return tx.first(
            STEP,
            complaint,
            step.name(),
            from.name(),
            Objects.requireNonNull(step.from(from)).name(),
            tx.by().name(),
            tx.staff(),
            ownerBefore,
            ownerAfter,
            tx.at(),
            deadlineBefore,
            deadlineAfter,
            text)
        .map(row -> Objects.requireNonNull(row).getLong("id"));
  }

  private static Future<Void> tell(
      DeskTransaction tx,
      ComplaintRow row,
      ComplaintStep step,
      ComplaintState to,
      int owner,
      long id,
      @Nullable OffsetDateTime deadline) {
    JsonObject body =
        moved(row.no(), step, row.state(), to, deadline).put("kind", row.kind().name());
    Integer merchant = row.whistle() ? null : row.merchant();
    String kind = to.isEnd() && !row.state().isEnd() ? "complaint.closed" : "complaint.step";
    return event(tx, kind, merchant, owner, id, body);
  }

  /**
   * An event of the same transaction: no text, no person.
   *
   * @param merchant null: it is told under the organisation, in numbers of its own
   */
  static Future<Void> event(
      DeskTransaction tx,
      String kind,
      @Nullable Integer merchant,
      int org,
      long subject,
      JsonObject body) {
    return tx.ask(EVENT, kind, merchant, org, subject, tx.at(), body).mapEmpty();
  }
}
