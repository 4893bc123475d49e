package cn.unionecard.gateway.voice;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a merchant after each thing said of it and does what the policy says, in the same
 * transaction. Whoever looks holds the merchant's row, so of many reviews at once one tips it.
 */
final class Supervision {
  private static final Set<String> LOOKED_AT = Set.of("LIVE", "RECTIFYING");

  private static final String LOCK =
      "select id, status, authorising_org, signing_org, merchant_no from merchant where id = $1"
          + " for no key update";

  /** What was let go or was right begins anew; then what counts, and what stands. */
  private static final String RESTART =
      """
      update supervision_decision set ended_at = greatest(r.at, supervision_decision.at),
        ended_why = 'RESTARTED'
      from (select supervision_restart($1) as at) r
      where merchant = $1 and ended_at is null and supervision_decision.at <= r.at
      """;

  private static final String LOOK =
      """
      select p.*, v.*, w.counted_from,
        coalesce((select array_agg(d.stage) from supervision_decision d
          where d.merchant = $1 and d.ended_at is null), '{}') as standing
      from supervision_in_force($2) p,
        lateral (select greatest($3::timestamptz - make_interval(days => p.window_days),
          supervision_restart($1)) as counted_from) w,
        lateral supervision_voices($1, w.counted_from, $3, $4) v
      """;

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

  private static final String DECIDE =
      """
      insert into supervision_decision (merchant, stage, effect, at, took_us, policies, window_days,
        sample_payers, z_milli, warn_permille, rectify_permille, suspend_permille, auto_rectify,
        auto_suspend, review, counted_from, upto, reviews, payers, bad, bound_ppm, bad_reviews,
        step, appeal_until)
      values ($1, $2, $3, $4, (extract(epoch from clock_timestamp() - now()) * 1000000)::bigint,
        $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
        $4::timestamptz + make_interval(days => $23))
      returning id, took_us
      """;

  private static final String NOTE =
      """
      insert into audit (at, staff, actor, orgs, action, subject, outcome, detail)
      values ($1, null, 'gateway', $2, 'supervision.decided', $3, 'DONE', $4)
      """;

  /** A merchant whose row this transaction holds. */
  record Held(int id, String status, int authorisingOrg, int signingOrg, String no) {}

  /** What was found at a look. */
  private record Found(
      Row row, Policy policy, Stage standing, Stage stage, int payers, int bad, int boundPpm) {}

  private final Errand errand;

  Supervision(Errand errand) {
    this.errand = errand;
  }

  /** Takes the merchant's row, which each sale reads and none waits for. */
  Future<Held> hold(int merchant) {
    return errand
        .first(LOCK, merchant)
        .map(
            row -> {
              Row found = Objects.requireNonNull(row);
              return new Held(
                  merchant,
                  found.getString("status"),
                  found.getInteger("authorising_org"),
                  found.getInteger("signing_org"),
                  found.getString("merchant_no"));
            });
  }

  /**
   * Looks after something was said.
   *
   * @param upto number of the edition that was just written
   */
  Future<Void> look(Held merchant, long review, long upto) {
    if (!LOOKED_AT.contains(merchant.status())) {
      return Future.succeededFuture();
    }
    return errand
        .ask(RESTART, merchant.id())
        .compose(
            again ->
                errand.first(LOOK, merchant.id(), merchant.authorisingOrg(), errand.at(), upto))
        .map(row -> found(merchant, Objects.requireNonNull(row)))
        .compose(
            found -> {
              if (found.stage().compareTo(found.standing()) > 0) {
                return decide(merchant, found, review, upto);
              }
              return found.stage() == Stage.NONE && found.standing() == Stage.WARN
                  ? errand.ask(LAPSE, merchant.id(), errand.at()).mapEmpty()
                  : Future.succeededFuture();
            });
  }

  private static Found found(Held merchant, Row row) {
    Policy policy = Policy.of(row);
    int payers = row.getInteger("payers");
    int bad = row.getInteger("bad");
    Stage standing = merchant.status().equals("RECTIFYING") ? Stage.RECTIFY : Stage.NONE;
    for (String stage : row.getArrayOfStrings("standing")) {
      Stage one = Stage.valueOf(stage);
      standing = one.compareTo(standing) > 0 ? one : standing;
    }
    return new Found(
        row,
        policy,
        standing,
        policy.judge(payers, bad),
        payers,
        bad,
        policy.boundPpm(payers, bad));
  }

  private Future<Void> decide(Held merchant, Found found, long review, long upto) {
    boolean acts = found.policy().actsByItself(found.stage());
    Future<@Nullable Long> stepped =
        acts && found.stage() != Stage.WARN
            ? step(merchant, found.stage())
            : Future.succeededFuture(null);
    return stepped.compose(
        step ->
            record(merchant, found, review, upto, acts, step)
                .compose(made -> tell(merchant, found, made, step, acts)));
  }

  private Future<@Nullable Long> step(Held merchant, Stage stage) {
    String reason = "评价监管：差评率超过标准，系统自动" + (stage == Stage.SUSPEND ? "中止" : "责令整改");
    return errand
        .first(
            STEP, merchant.id(), stepOf(stage), merchant.status(), to(stage), errand.at(), reason)
        .map(row -> Objects.requireNonNull(row).getLong("id"));
  }

  private static String stepOf(Stage stage) {
    return stage == Stage.SUSPEND ? "SUSPEND" : "ORDER_RECTIFICATION";
  }

  private static String to(Stage stage) {
    return stage == Stage.SUSPEND ? "SUSPENDED" : "RECTIFYING";
  }

  private Future<Row> record(
      Held merchant, Found found, long review, long upto, boolean acts, @Nullable Long step) {
    Row row = found.row();
    Policy policy = found.policy();
    OffsetDateTime from = row.getOffsetDateTime("counted_from");
    return errand
        .first(
            DECIDE,
            merchant.id(),
            found.stage().name(),
            acts ? "DONE" : "PROPOSED",
            errand.at(),
            row.getArrayOfLongs("policies"),
            policy.windowDays(),
            policy.samplePayers(),
            policy.zMilli(),
            policy.warnPermille(),
            policy.rectifyPermille(),
            policy.suspendPermille(),
            policy.autoRectify(),
            policy.autoSuspend(),
            review,
            from,
            upto,
            row.getInteger("reviews"),
            found.payers(),
            found.bad(),
            found.boundPpm(),
            row.getArrayOfLongs("bad_reviews"),
            step,
            policy.appealDays())
        .map(Objects::requireNonNull);
  }

  private Future<Void> tell(
      Held merchant, Found found, Row made, @Nullable Long step, boolean acts) {
    long decision = made.getLong("id");
    JsonObject body =
        new JsonObject()
            .put("decision", decision)
            .put("stage", found.stage().name())
            .put("tookMicros", made.getLong("took_us"))
            .put("payers", found.payers())
            .put("bad", found.bad())
            .put("boundPpm", found.boundPpm())
            .put(
                "policies",
                new JsonArray(List.of((Object[]) found.row().getArrayOfLongs("policies"))));
    String kind = acts ? kind(found.stage()) : "supervision.proposed";
    if (step != null) {
      body.put("step", stepOf(found.stage()))
          .put("from", merchant.status())
          .put("to", to(found.stage()));
    }
    Integer[] orgs =
        merchant.authorisingOrg() == merchant.signingOrg()
            ? new Integer[] {merchant.authorisingOrg()}
            : new Integer[] {merchant.authorisingOrg(), merchant.signingOrg()};
    Future<RowSet<Row>> noted =
        errand
            .event(merchant.id(), kind, step == null ? decision : step, body)
            .compose(told -> errand.ask(NOTE, errand.at(), orgs, merchant.no(), body));
    return noted.mapEmpty();
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
