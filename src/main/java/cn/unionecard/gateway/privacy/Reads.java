package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.watch.Masking;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who of the staff looked at whom: each look is written down in the transaction that answers it,
 * and counted by day. Whoever looks at unusually many is told of to his union and those above it,
 * once a day; beyond the limit nobody sees anybody until the next day. Both count for all nodes.
 */
public final class Reads {
  private static final String ADD =
      """
      insert into personal_read (at, staff, member, what, people, reason)
      values ($1, $2, $3, $4, $5, $6)
      """;

  /** Whether he has looked at that member today: one person counts once in a day. */
  private static final String SEEN =
      "select from personal_read where member = $1 and staff = $2 and at >= $3 limit 1";

  private static final String COUNT =
      """
      insert into personal_read_day as d (staff, day, n) values ($1, $2, $3)
      on conflict (staff, day) do update set n = d.n + excluded.n returning n
      """;

  /** The line of the audit is the one just written, whose place is held until the commit. */
  private static final String TELL =
      """
      select merchant_event(-$1::integer, 'privacy.reads', h.seq, $2,
        jsonb_build_object('day', $3::text, 'people', $4::integer, 'alarm', $5::integer,
          'audit', h.seq))
      from audit_head h
      """;

  /** What was looked at. */
  public enum What {
    /** A card with its holder masked. */
    CARD,
    /** Cards by something that is known of their holder. */
    SEARCH,
    /** Somebody's name and numbers, for a reason. */
    HOLDER,
    /** All that is kept of somebody, at his request. */
    COPY,
    /** Whom a list told to be a member of somebody else already. */
    IMPORT
  }

  /**
   * One look.
   *
   * @param member whom; null: nobody, or many
   * @param people how many were learned of; who finds nobody has learned something, too
   * @param reason of what needs one
   */
  public record Look(What what, @Nullable Long member, int people, @Nullable String reason) {}

  private final int alarm;
  private final int most;
  private final Counter people;
  private final Counter alarms;

  /**
   * @param alarm so many people in a day are unusual
   * @param most so many are the last
   */
  public Reads(int alarm, int most, MeterRegistry registry) {
    this.alarm = alarm;
    this.most = most;
    people =
        Counter.builder("ecard.personal.reads")
            .description("members that staff looked at")
            .register(registry);
    alarms =
        Counter.builder("ecard.personal.read.alarms")
            .description("staff that looked at unusually many members in a day")
            .register(registry);
  }

  /**
   * Writes the look down, then answers; or refuses, when it is one too many.
   *
   * @param answer made only if he may look
   */
  public Future<DeskReply> through(
      DeskTransaction tx, Look look, Supplier<Future<DeskReply>> answer) {
    LocalDate day = tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
    return seen(tx, look, day)
        .compose(
            seen -> {
              if (!seen) {
                return add(tx, look).compose(added -> count(tx, look, day, answer));
              }
              return look.what == What.CARD
                  ? answer.get()
                  : add(tx, look).compose(added -> answer.get());
            });
  }

  private static Future<Boolean> seen(DeskTransaction tx, Look look, LocalDate day) {
    return look.member == null
        ? Future.succeededFuture(false)
        : tx.ask(
                SEEN,
                look.member,
                tx.actor().id(),
                day.atStartOfDay(Clocks.CHINA).toOffsetDateTime())
            .map(rows -> rows.size() > 0);
  }

  private static Future<Void> add(DeskTransaction tx, Look look) {
    String reason = look.reason == null ? null : Masking.mask(look.reason);
    return tx.ask(ADD, tx.at(), tx.actor().id(), look.member, look.what.name(), look.people, reason)
        .mapEmpty();
  }

  private Future<DeskReply> count(
      DeskTransaction tx, Look look, LocalDate day, Supplier<Future<DeskReply>> answer) {
    int weight = Math.max(1, look.people);
    return tx.first(COUNT, tx.actor().id(), day, weight)
        .compose(
            row -> {
              int now = Objects.requireNonNull(row).getInteger("n");
              people.increment(weight);
              boolean crosses = now >= alarm && now - weight < alarm;
              Future<Void> told = crosses ? tell(tx, day, now) : Future.succeededFuture();
              // a list is no look at somebody chosen: it is told of, and goes on
              return now > most && look.what != What.IMPORT
                  ? told.compose(done -> refuse(tx))
                  : told.compose(done -> answer.get());
            });
  }

  private Future<Void> tell(DeskTransaction tx, LocalDate day, int now) {
    JsonObject detail =
        new JsonObject().put("day", day.toString()).put("people", now).put("alarm", alarm);
    int org = tx.actor().org();
    return tx.note("personal.reads-alarm", tx.actor().login(), List.of(org), detail)
        .compose(noted -> tx.ask(TELL, org, tx.at(), day.toString(), now, alarm))
        .onSuccess(told -> alarms.increment())
        .mapEmpty();
  }

  private static Future<DeskReply> refuse(DeskTransaction tx) {
    DeskReply.Refused refused =
        new DeskReply.Refused(DeskRefusal.READS_EXHAUSTED, DeskRefusal.READS_EXHAUSTED.english);
    return tx.noteRefused("personal.read", tx.actor().orgCode(), List.of(tx.actor().org()), refused)
        .map(noted -> refused);
  }
}
