package cn.unionecard.gateway.voucher;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rounds of the caller's union and of those below: prepared by one, approved by another. */
final class RoundBook {
  static final int PAGE_ROWS = 50;
  private static final int SEED_BYTES = 32;

  /** A step of a round's life. */
  enum Step {
    /** A draft is opened; by another than who prepared it. */
    APPROVE,
    /** Nothing more is given; what was given stays. */
    STOP,
    /** Of sheets: all have come. */
    FINISH,
    /** A lottery whose time is over is drawn. */
    DRAW
  }

  private static final String COLUMNS =
      """
      select r.*, c.code, c.status as campaign_status, c.grants, c.rule, co.path, q.code as org_code,
        c.org as campaign_org, p.login as preparer, a.login as approver
      from benefit_round r join campaign c on c.id = r.campaign join org co on co.id = c.org
      left join org q on q.id = r.org
      left join staff p on p.id = r.prepared_by left join staff a on a.id = r.approved_by
      """;
  private static final String LIST =
      COLUMNS
          + """
          where $1 = any (co.path) and r.id < $2 and ($3::text is null or c.code = $3)
            and ($4::text is null or r.state = $4)
          order by r.id desc limit $5
          """;
  private static final String FIND = COLUMNS + "where $1 = any (co.path) and r.id = $2";
  private static final String LOCK = FIND + " for update of r";

  /** A round that gave more is not counted through again and again while it is looked at. */
  private static final int COUNTED_MAX = 100_000;

  private static final String USE =
      """
      select count(*) filter (where used_count > 0) as used, coalesce(sum(used_fen), 0)::bigint as fen,
        count(*) filter (where void_at is not null) as voided
      from entitlement where round = $1
      """;

  private static final String CAMPAIGN =
      """
      select c.id, c.org, c.status, c.grants, campaign_worth(c.rule) as worth
      from campaign c join org o on o.id = c.org
      where $1 = any (o.path) and c.code = $2
      """;
  private static final String PUBLIC = "select is_public_name($1) as good";

  private static final String ADD =
      """
      insert into benefit_round (campaign, name, document_no, way, state, prepared_by, each, most,
        fen, entries, delay_minutes, good_until, good_days, org, category, opens_at, closes_at,
        seed_hash)
      values ($1, $2, $3, $4, 'DRAFT', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
      returning id
      """;
  private static final String ADD_SEED = "insert into lottery_seed (round, seed) values ($1, $2)";

  /** What the budget has beyond what was given out and is still good for something. */
  private static final String LEFT =
      """
      select coalesce(b.limit_fen, 0) - coalesce(b.used_fen, 0) - coalesce((
          select sum(case e.kind when 2 then entitlement_left_fen(e)
            else case when e.used_count = 0 then e.worth_fen else 0 end end)
          from entitlement e
          where e.campaign = c.id and e.void_at is null and e.until_ms > $2), 0)::bigint as fen
      from campaign c
      left join allowance b on b.holder = 0 and b.kind = 1 and b.owner = c.id where c.id = $1
      """;

  private static final String OPEN =
      """
      update benefit_round r set state = 'OPEN', approved_by = $2, whom = case when way = 'QUERY' then (
          select count(*) from member m join org o on o.id = m.org
          where o.path @> array[r.org] and (r.category is null or m.category = r.category)) end
      where id = $1
      """;
  private static final String STATE = "update benefit_round set state = $2 where id = $1";
  private static final String SEED = "select seed from lottery_seed where round = $1";
  private static final String DRAW = "select round_draw($1, $2, $3, $4, $5) as won";

  /** Where a card is nobody's, or of somebody whom the caller does not see, the member is null. */
  private static final String GIVE =
      """
      select g.place, g.outcome from round_give($1, (
        select array_agg(case when $5 = any (o.path) then c.member end order by w.place)
        from unnest($2::bigint[]) with ordinality as w (card, place)
        left join card c on c.serial = w.card left join member m on m.id = c.member
        left join org o on o.id = m.org), $3, $4) g
      """;

  private final SecureRandom random;

  RoundBook(SecureRandom random) {
    this.random = random;
  }

  /**
   * A page of them, the latest first.
   *
   * @param campaign null: of all campaigns
   * @param state null: in any
   */
  static Future<DeskReply> list(
      DeskTransaction tx, @Nullable String campaign, @Nullable String state, int below) {
    return tx.ask(LIST, tx.actor().org(), below, campaign, state, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray rounds = new JsonArray();
              rows.forEach(row -> rounds.add(json(row)));
              return DeskReply.ok(new JsonObject().put("rounds", rounds));
            });
  }

  static Future<DeskReply> find(DeskTransaction tx, int round) {
    return row(tx, FIND, round)
        .compose(
            row -> {
              JsonObject document = json(row);
              return document.getInteger("granted") > COUNTED_MAX
                  ? Future.succeededFuture(document)
                  : tx.first(USE, round).map(use -> document.put("use", use(use)));
            })
        .map(DeskReply::ok);
  }

  private static JsonObject use(@Nullable Row row) {
    Row use = Objects.requireNonNull(row);
    return new JsonObject()
        .put("used", use.getLong("used"))
        .put("usedFen", use.getLong("fen"))
        .put("voided", use.getLong("voided"));
  }

  private static Future<Row> row(DeskTransaction tx, String sql, int round) {
    return tx.first(sql, tx.actor().org(), round)
        .map(found("no such round under the caller's union"));
  }

  // ---- prepared

  Future<DeskReply> add(DeskTransaction tx, RoundTerms terms) {
    return tx.first(CAMPAIGN, tx.actor().org(), terms.campaign())
        .map(found("no such campaign under the caller's union"))
        .compose(
            campaign -> {
              DeskReply refused = unfit(campaign, terms);
              return refused != null
                  ? Future.succeededFuture(refused)
                  : requirePublic(tx, terms.name())
                      .compose(good -> org(tx, terms.org()))
                      .compose(org -> add(tx, terms, campaign, org));
            });
  }

  private static @Nullable DeskReply unfit(Row campaign, RoundTerms terms) {
    JsonObject grants = campaign.getJsonObject("grants");
    if (grants == null) {
      return DeskReply.refused(
          DeskRefusal.STATE_DOES_NOT_ALLOW, "the campaign gives nothing out; see its grants");
    }
    if (campaign.getString("status").equals("ENDED")) {
      return DeskReply.refused(DeskRefusal.STATE_DOES_NOT_ALLOW, "the campaign has ended");
    }
    boolean quota = grants.getString("kind").equals("QUOTA");
    if (quota == (terms.fen() == null)) {
      throw new Fault.Malformed("fen", "fen says what each lot of a quota holds, and nothing else");
    }
    if (terms.entries() != null && !grants.getString("kind").equals("PASS")) {
      throw new Fault.Malformed("entries", "only a pass has entries");
    }
    return null;
  }

  private static Future<Void> requirePublic(DeskTransaction tx, String name) {
    return tx.first(PUBLIC, name)
        .map(
            row -> {
              if (!Objects.requireNonNull(row).getBoolean("good")) {
                throw new Fault.Malformed(
                    "name", "name tells who may use it, or is no single line");
              }
              return null;
            });
  }

  private static Future<@Nullable Integer> org(DeskTransaction tx, @Nullable String code) {
    if (code == null) {
      return Future.succeededFuture(null);
    }
    return tx.org(code);
  }

  private Future<DeskReply> add(
      DeskTransaction tx, RoundTerms terms, Row campaign, @Nullable Integer org) {
    byte[] seed = new byte[SEED_BYTES];
    boolean draws = terms.way() == RoundTerms.Way.LOTTERY;
    if (draws) {
      random.nextBytes(seed);
    }
    return tx.first(
            ADD,
            campaign.getInteger("id"),
            terms.name(),
            terms.documentNo(),
            terms.way().name(),
            tx.staff(),
            (short) terms.each(),
            terms.most(),
            terms.fen(),
            terms.entries() == null ? null : terms.entries().intValue(),
            terms.delayMinutes(),
            terms.goodUntil(),
            terms.goodDays() == null ? null : terms.goodDays().intValue(),
            org,
            terms.category(),
            terms.opensAt(),
            terms.closesAt(),
            draws ? Buffer.buffer(Sha256.of(seed)) : null)
        .compose(
            row -> {
              int id = Objects.requireNonNull(row).getInteger("id");
              Future<?> kept =
                  draws ? tx.ask(ADD_SEED, id, Buffer.buffer(seed)) : Future.succeededFuture();
              return kept.compose(done -> row(tx, FIND, id));
            })
        .compose(row -> noted(tx, row, "round.prepared", new JsonObject()))
        .map(
            document ->
                DeskReply.made(document, "/v1/vouchers/rounds/" + document.getInteger("round")));
  }

  private static Future<JsonObject> noted(
      DeskTransaction tx, Row row, String action, JsonObject detail) {
    JsonObject document = json(row);
    detail.put("campaign", row.getString("code")).put("most", row.getInteger("most"));
    return tx.note(
            action,
            "round " + row.getInteger("id"),
            List.of(row.getInteger("campaign_org")),
            detail)
        .map(noted -> document);
  }

  // ---- steps

  /**
   * @param witness DRAW: what nobody knew before the last ticket
   */
  Future<DeskReply> take(
      DeskTransaction tx, int round, Step step, String reason, @Nullable String witness) {
    return row(tx, LOCK, round)
        .compose(
            row -> {
              DeskReply.Refused refused = refusal(tx, row, step);
              if (refused != null) {
                return tx.noteRefused(
                        "round." + step.name().toLowerCase(Locale.ROOT),
                        "round " + round,
                        List.of(row.getInteger("campaign_org")),
                        refused)
                    .map(noted -> (DeskReply) refused);
              }
              return switch (step) {
                case APPROVE -> approve(tx, row, reason);
                case STOP -> moved(tx, row, "STOPPED", "round.stopped", reason);
                case FINISH -> moved(tx, row, "DONE", "round.finished", reason);
                case DRAW -> draw(tx, row, reason, Objects.requireNonNull(witness));
              };
            });
  }

  private static DeskReply.@Nullable Refused refusal(DeskTransaction tx, Row row, Step step) {
    if (!possible(row).contains(step)) {
      return new DeskReply.Refused(
          DeskRefusal.STATE_DOES_NOT_ALLOW,
          "a round by " + row.getString("way") + " in state " + row.getString("state"));
    }
    if (step == Step.APPROVE && Objects.equals(tx.staff(), row.getInteger("prepared_by"))) {
      return new DeskReply.Refused(DeskRefusal.SAME_PERSON, DeskRefusal.SAME_PERSON.english);
    }
    if (step == Step.APPROVE
        && Set.of("DRAFT", "SUBMITTED", "ENDED").contains(row.getString("campaign_status"))) {
      return new DeskReply.Refused(
          DeskRefusal.STATE_DOES_NOT_ALLOW,
          "its campaign is " + row.getString("campaign_status") + ", which must be approved first");
    }
    if (step == Step.DRAW && tx.at().isBefore(row.getOffsetDateTime("closes_at"))) {
      return new DeskReply.Refused(
          DeskRefusal.STATE_DOES_NOT_ALLOW, "tickets are taken still; it is drawn when it closes");
    }
    return null;
  }

  private static List<Step> possible(Row row) {
    String state = row.getString("state");
    String way = row.getString("way");
    List<Step> steps = new ArrayList<>();
    if (state.equals("DRAFT")) {
      steps.add(Step.APPROVE);
      steps.add(Step.STOP);
    } else if (state.equals("OPEN")) {
      steps.add(Step.STOP);
      if (way.equals("SHEET")) {
        steps.add(Step.FINISH);
      } else if (way.equals("LOTTERY")) {
        steps.add(Step.DRAW);
      }
    }
    return steps;
  }

  /** What is given out is covered by the budget, or it is not given out. */
  private static Future<DeskReply> approve(DeskTransaction tx, Row row, String reason) {
    return tx.first(CAMPAIGN, tx.actor().org(), row.getString("code"))
        .compose(
            campaign -> {
              Long fen = row.getLong("fen");
              boolean voucher = row.getJsonObject("grants").getString("kind").equals("VOUCHER");
              long worth =
                  fen != null
                      ? fen
                      : voucher ? Objects.requireNonNull(campaign).getLong("worth") : 0;
              return tx.first(LEFT, row.getInteger("campaign"), tx.at().toInstant().toEpochMilli())
                  .compose(
                      left -> {
                        long has = Objects.requireNonNull(left).getLong("fen");
                        if (has / row.getInteger("most") < worth) {
                          return Future.succeededFuture(
                              DeskReply.refused(
                                  DeskRefusal.STATE_DOES_NOT_ALLOW,
                                  "the budget has "
                                      + has
                                      + " fen beyond what is given out, not "
                                      + row.getInteger("most")
                                      + " times "
                                      + worth));
                        }
                        return tx.ask(OPEN, row.getInteger("id"), tx.staff())
                            .compose(done -> told(tx, row, "round.approved", reason));
                      });
            });
  }

  private static Future<DeskReply> moved(
      DeskTransaction tx, Row row, String state, String action, String reason) {
    return tx.ask(STATE, row.getInteger("id"), state)
        .compose(done -> told(tx, row, action, reason));
  }

  private static Future<DeskReply> told(DeskTransaction tx, Row row, String action, String reason) {
    return row(tx, FIND, row.getInteger("id"))
        .compose(after -> noted(tx, after, action, new JsonObject().put("reason", reason)))
        .map(DeskReply::ok);
  }

  private static Future<DeskReply> draw(
      DeskTransaction tx, Row row, String reason, String witness) {
    int id = row.getInteger("id");
    return tx.first(SEED, id)
        .compose(
            kept -> {
              byte[] seed = Objects.requireNonNull(kept).getBuffer("seed").getBytes();
              int tickets = row.getInteger("tickets");
              int most = row.getInteger("most") / row.getInteger("each");
              return Vertx.currentContext()
                  .executeBlocking(() -> Draw.winners(seed, id, tickets, witness, most))
                  .compose(
                      winners ->
                          tx.ask(
                              DRAW,
                              id,
                              Buffer.buffer(seed),
                              witness,
                              winners.toArray(Integer[]::new),
                              tx.at()));
            })
        .compose(done -> told(tx, row, "round.drawn", reason));
  }

  // ---- sheets

  /** Gives to those on a sheet; the same sheet again changes nothing. */
  Future<DeskReply> give(DeskTransaction tx, int round, GrantSheet sheet) {
    return row(tx, FIND, round)
        .compose(
            row -> {
              if (!row.getString("way").equals("SHEET") || !row.getString("state").equals("OPEN")) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW,
                        "a round by "
                            + row.getString("way")
                            + " in state "
                            + row.getString("state")));
              }
              List<GrantSheet.Bad> bad = new ArrayList<>(sheet.bad());
              List<GrantSheet.Line> good = new ArrayList<>();
              for (GrantSheet.Line line : sheet.good()) {
                Long most = row.getLong("fen");
                if (line.fen() != null && (most == null || line.fen() > most)) {
                  bad.add(
                      new GrantSheet.Bad(
                          line.row(), "fen", "超过本批次每份金额 · more than a lot of this round holds"));
                } else {
                  good.add(line);
                }
              }
              return give(tx, row, good, bad);
            });
  }

  private static Future<DeskReply> give(
      DeskTransaction tx, Row row, List<GrantSheet.Line> good, List<GrantSheet.Bad> bad) {
    return tx.ask(
            GIVE,
            row.getInteger("id"),
            good.stream().map(GrantSheet.Line::card).toArray(Long[]::new),
            good.stream().map(GrantSheet.Line::fen).toArray(Long[]::new),
            tx.at(),
            tx.actor().org())
        .compose(
            rows -> {
              Map<String, Integer> counts = new HashMap<>();
              for (Row one : rows) {
                String outcome = one.getString("outcome");
                int line = good.get(one.getLong("place").intValue() - 1).row();
                counts.merge(outcome, 1, Integer::sum);
                String reason = reason(outcome);
                if (reason != null) {
                  bad.add(new GrantSheet.Bad(line, "cardNo", reason));
                }
              }
              bad.sort(Comparator.comparingInt(GrantSheet.Bad::row));
              JsonObject answer =
                  new JsonObject()
                      .put("granted", counts.getOrDefault("GRANTED", 0))
                      .put("unchanged", counts.getOrDefault("HAS", 0))
                      .put("bad", new JsonArray(bad.stream().map(GrantSheet.Bad::json).toList()));
              return tx.note(
                      "round.sheet",
                      "round " + row.getInteger("id"),
                      List.of(row.getInteger("campaign_org")),
                      answer.copy().put("bad", bad.size()))
                  .map(noted -> DeskReply.ok(answer));
            });
  }

  private static @Nullable String reason(String outcome) {
    return switch (outcome) {
      case "GRANTED", "HAS" -> null;
      case "NO_SUCH_MEMBER" -> "本级工会范围内没有该卡 · no such card under the caller's union";
      case "NOT_FOR_MEMBER" -> "不在活动对象范围内 · not one of those whom the campaign is for";
      case "HAS_ENOUGH" -> "已达每人限领数量 · has as many as one may have of this campaign";
      case "OVER_CAP" -> "超过年度人均上限 · over what one may be given in a year";
      case "SOLD_OUT" -> "本批次已发完 · nothing of the round is left";
      default -> throw new IllegalStateException(outcome);
    };
  }

  // ---- told

  /** What anybody may know of a lottery: enough to draw it again. */
  static Future<DeskReply> lottery(DeskTransaction tx, int round) {
    return tx.first(
            """
            select r.*, (
              select array_agg(t.ticket order by t.ticket) from lottery_ticket t where t.round = r.id and t.won) as won
            from benefit_round r
            where r.id = $1 and r.way = 'LOTTERY' and r.state <> 'DRAFT'
            """,
            round)
        .map(found("no such lottery"))
        .map(
            row -> {
              JsonObject told =
                  new JsonObject()
                      .put("round", round)
                      .put("name", row.getString("name"))
                      .put("each", row.getInteger("each"))
                      .put("most", row.getInteger("most"))
                      .put("opensAt", Spelling.time(row.getOffsetDateTime("opens_at")))
                      .put("closesAt", Spelling.time(row.getOffsetDateTime("closes_at")))
                      .put("tickets", row.getInteger("tickets"));
              seed(row, told);
              if (row.getBuffer("seed") != null) {
                JsonArray winners = new JsonArray();
                Integer[] won = row.getArrayOfIntegers("won");
                for (Integer ticket : won == null ? new Integer[0] : won) {
                  winners.add(ticket);
                }
                told.put("winners", winners);
              }
              return DeskReply.ok(told);
            });
  }

  private static void seed(Row row, JsonObject told) {
    told.put("seedHash", hex(row.getBuffer("seed_hash")));
    if (row.getBuffer("seed") != null) {
      told.put("seed", hex(row.getBuffer("seed")))
          .put("witness", row.getString("witness"))
          .put("drawnAt", Spelling.time(row.getOffsetDateTime("drawn_at")));
    }
  }

  private static String hex(Buffer bytes) {
    return HexFormat.of().formatHex(bytes.getBytes());
  }

  private static JsonObject json(Row row) {
    JsonArray steps = new JsonArray();
    possible(row).forEach(step -> steps.add(step.name()));
    JsonObject round =
        new JsonObject()
            .put("round", row.getInteger("id"))
            .put("campaign", row.getString("code"))
            .put("name", row.getString("name"))
            .put("documentNo", row.getString("document_no"))
            .put("way", row.getString("way"))
            .put("state", row.getString("state"))
            .put("each", row.getInteger("each"))
            .put("most", row.getInteger("most"))
            .put("granted", row.getInteger("granted"))
            .put("delayMinutes", row.getInteger("delay_minutes"))
            .put("preparedBy", row.getString("preparer"))
            .put("steps", steps);
    put(round, "approvedBy", row.getString("approver"));
    put(round, "fen", row.getLong("fen"));
    put(round, "entries", row.getInteger("entries"));
    put(round, "goodUntil", Spelling.time(row.getOffsetDateTime("good_until")));
    put(round, "goodDays", row.getInteger("good_days"));
    put(round, "org", row.getString("org_code"));
    put(round, "category", row.getString("category"));
    put(round, "opensAt", Spelling.time(row.getOffsetDateTime("opens_at")));
    put(round, "closesAt", Spelling.time(row.getOffsetDateTime("closes_at")));
    if (row.getString("way").equals("QUERY") && row.getInteger("whom") != null) {
      round.put(
          "progress",
          new JsonObject()
              .put("looked", row.getInteger("looked"))
              .put("of", row.getInteger("whom")));
    }
    if (row.getString("way").equals("LOTTERY")) {
      round.put("tickets", row.getInteger("tickets"));
      seed(row, round);
    }
    return round;
  }

  private static void put(JsonObject document, String name, @Nullable Object value) {
    if (value != null) {
      document.put(name, value);
    }
  }
}
