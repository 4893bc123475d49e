package cn.unionecard.gateway.supervision;

import cn.unionecard.gateway.desk.DeskTransaction;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a merchant after each thing said of it, in a review or by a complaint that was found
 * right, and does what the policy says, in the same transaction. Whoever looks holds the merchant's
 * row, so of many at once one tips it.
 */
public final class Supervision {
  /** Takes the row of merchant $1; the columns are those of {@link Held}. */
  public static final String LOCK =
      "select id, status, authorising_org, signing_org, merchant_no from merchant where id = $1"
          + " for no key update";

  /**
   * By the tally, which costs the same whatever was said before; what counts, and what stands. No
   * row of a merchant that is not looked at. Whoever asks holds the merchant's row, so nothing was
   * said after what he has just written.
   */
  static final String LOOK =
      """
      select p.*, t.*, c.*, w.counted_from,
        coalesce((select array_agg(d.stage) from supervision_decision d
          where d.merchant = m.id and d.ended_at is null), '{}') as standing
      from merchant m, supervision_in_force(m.authorising_org) p,
        lateral (select supervision_from(m.id, $2, p.window_days) as counted_from) w,
        lateral (select coalesce(sum(d.payers), 0)::integer as payers,
            coalesce(sum(d.bad), 0)::integer as bad
          from supervision_day d
          where d.merchant = m.id and d.day > supervision_day_of($2) - p.window_days) t,
        lateral supervision_complaints(m.id, w.counted_from, 9223372036854775807,
          p.difficult_weight, p.complex_weight, p.serious_counts) c
      where m.id = $1 and m.status in ('LIVE', 'RECTIFYING')
      """;

  /** The voices themselves, before anything is decided. */
  private static final String EVIDENCE =
      "select * from supervision_voices($1, $2, $3, $4, 2::smallint)";

  private static final String LAPSE =
      """
      update supervision_decision set ended_at = greatest($2, at), ended_why = 'LAPSED'
      where merchant = $1 and ended_at is null and stage = 'WARN'
      """;

  private static final String STEP =
      """
      with moved as (update merchant set status = $4 where id = $1)
      insert into merchant_step (merchant, step, from_state, to_state, staff, at, reason)
      values ($1, $2, $3, $4, null, $5, $6) returning id
      """;

  /** A merchant whose row this transaction holds. */
  public record Held(int id, String status, int authorisingOrg, int signingOrg, String no) {
    /** From the columns {@code id, status, authorising_org, signing_org, merchant_no}. */
    public static Held of(Row row) {
      return new Held(
          row.getInteger("id"),
          row.getString("status"),
          row.getInteger("authorising_org"),
          row.getInteger("signing_org"),
          row.getString("merchant_no"));
    }
  }

  /** What was said last: a review, or a complaint whose weight changed. */
  public record Tip(@Nullable Long review, @Nullable Long complaint) {
    public static Tip review(long review) {
      return new Tip(review, null);
    }

    public static Tip complaint(long complaint) {
      return new Tip(null, complaint);
    }
  }

  private final DeskTransaction tx;

  public Supervision(DeskTransaction tx) {
    this.tx = tx.inTheGatewaysName();
  }

  /** Takes the merchant's row, which each sale reads and none waits for. */
  public Future<Held> hold(int merchant) {
    return tx.first(LOCK, merchant).map(row -> Held.of(Objects.requireNonNull(row)));
  }

  /**
   * Looks after something was said. May be asked together with what is said, and comes after it.
   *
   * @return null if the merchant is in no state to be looked at
   */
  public Future<@Nullable Row> see(int merchant) {
    return tx.first(LOOK, merchant, tx.at());
  }

  /**
   * Does what follows from a look.
   *
   * @param seen what {@link #see} gave
   * @param upto number of the edition or weighing that was just written
   */
  public Future<Void> act(Held merchant, @Nullable Row seen, Tip tip, long upto) {
    if (seen == null) {
      return Future.succeededFuture();
    }
    Finding found = Finding.of(merchant, seen);
    if (found.rises()) {
      return proved(merchant, found, tip, upto);
    }
    return found.stage() == Stage.NONE && found.standing() == Stage.WARN
        ? tx.ask(LAPSE, merchant.id(), tx.at()).mapEmpty()
        : Future.succeededFuture();
  }

  /** Counts anew from the reviews: they are the evidence, the tally only says when to look. */
  private Future<Void> proved(Held merchant, Finding tallied, Tip tip, long upto) {
    return tx.first(
            EVIDENCE, merchant.id(), tallied.row().getOffsetDateTime("counted_from"), tx.at(), upto)
        .map(voices -> tallied.proved(Objects.requireNonNull(voices)))
        .compose(
            found -> found.rises() ? decide(merchant, found, tip, upto) : Future.succeededFuture());
  }

  private Future<Void> decide(Held merchant, Finding found, Tip tip, long upto) {
    Future<@Nullable Long> stepped =
        found.acts() && found.stage() != Stage.WARN
            ? step(merchant, found)
            : Future.succeededFuture(null);
    return stepped.compose(
        step ->
            DecisionRecord.add(tx, merchant, found, tip, upto, step)
                .compose(made -> tell(merchant, found, made, step)));
  }

  private Future<@Nullable Long> step(Held merchant, Finding found) {
    Stage stage = found.stage();
    return tx.first(
            STEP,
            merchant.id(),
            stepOf(stage),
            merchant.status(),
            to(stage),
            tx.at(),
            found.reason())
        .map(row -> Objects.requireNonNull(row).getLong("id"));
  }

  private static String stepOf(Stage stage) {
    return stage == Stage.SUSPEND ? "SUSPEND" : "ORDER_RECTIFICATION";
  }

  private static String to(Stage stage) {
    return stage == Stage.SUSPEND ? "SUSPENDED" : "RECTIFYING";
  }

  private Future<Void> tell(
      Held merchant, Finding found, DecisionRecord.Made made, @Nullable Long step) {
    JsonObject body =
        new JsonObject()
            .put("decision", made.decision())
            .put("stage", found.stage().name())
            .put("grounds", new JsonArray(Arrays.asList((Object[]) found.grounds())))
            .put("tookMicros", made.tookMicros())
            .put("payers", found.payers())
            .put("bad", found.bad())
            .put("boundPpm", found.boundPpm())
            .put("complainants", found.row().getInteger("complainants"))
            .put("weightPerHundred", found.perHundred())
            .put(
                "policies",
                new JsonArray(List.of((Object[]) found.row().getArrayOfLongs("policies"))));
    String kind = found.acts() ? kind(found.stage()) : "supervision.proposed";
    if (step != null) {
      body.put("step", stepOf(found.stage()))
          .put("from", merchant.status())
          .put("to", to(found.stage()));
    }
    List<Integer> orgs = List.of(merchant.authorisingOrg(), merchant.signingOrg());
    return tx.tellOf(merchant.id(), kind, step == null ? made.decision() : step, body)
        .compose(told -> tx.note("supervision.decided", merchant.no(), orgs, body));
  }

  private static String kind(Stage stage) {
    return switch (stage) {
      case WARN -> "merchant.warned";
      case RECTIFY -> "merchant.rectifying";
      case SUSPEND -> "merchant.suspended";
      case NONE -> throw new IllegalArgumentException("nothing is to be told");
    };
  }
}
