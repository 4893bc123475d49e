package cn.unionecard.gateway.complaint;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Issue tickets: opened, merged, passed up one level, answered down to everyone merged. */
final class Tickets {
  private static final String ADD =
      """
      insert into ticket (no, kind, title, text, origin, holder, state, staff, opened_at)
      values ($1, $2, $3, $4, $5, $5, 'OPEN', $6, $7) returning id
      """;

  /** What is merged is open, with the merging union, and of its subtree. */
  private static final String MERGED =
      """
      select t.id, t.no from ticket t join org o on o.id = t.holder
      where t.no = any ($1::text[]) and t.state = 'OPEN' and $2 = any (o.path)
      order by t.id for update of t
      """;

  private static final String MERGE =
      "update ticket set state = 'MERGED', merged_into = $2 where id = any ($1)";

  /** Tips never become part of a ticket. */
  private static final String COMPLAINTS =
      """
      insert into ticket_complaint (ticket, complaint)
      select $1, c.id from complaint c
      where c.no = any ($2::text[]) and c.lane = 'OPEN'
        and complaint_seen(c.lane, c.owner, c.merchant, $3)
      """;

  private static final String STEP =
      """
      insert into ticket_step (ticket, step, holder_before, holder_after, staff, at, text)
      select t.id, $2::text, t.holder, coalesce($3::integer, t.holder), $4::integer,
        $5::timestamptz, $6::text
      from ticket t where t.id = any ($1)
      """;

  private static final String LOCK =
      """
      select t.id, t.no, t.state, t.holder, h.parent, $2 = any (h.path) as acts
      from ticket t join org h on h.id = t.holder join org o on o.id = t.origin
      where t.no = $1 and $2 = any (o.path)
      for update of t
      """;

  private static final String PASS_UP = "update ticket set holder = $2 where id = $1";

  /** The ticket and all that were merged into it, at whatever depth. */
  private static final String FAMILY =
      """
      with recursive family (id) as (
        values ($1::bigint)
        union select t.id from ticket t join family f on t.merged_into = f.id
      )
      select t.id, t.no, t.origin from ticket t join family f on f.id = t.id order by t.id
      """;

  private static final String ANSWER =
      "update ticket set state = 'ANSWERED', answered_at = $2 where id = any ($1)";

  /** Each complaint they stand for hears the answer, too, and so do those who follow it. */
  private static final String RELAY =
      """
      with relayed as (
        insert into complaint_step (complaint, step, from_state, to_state, hand, staff,
          owner_before, owner_after, at, deadline_before, deadline_after, text)
        select distinct on (c.id) c.id, 'RELAY', c.state, c.state, 'STAFF', $2::integer, c.owner,
          c.owner, $3::timestamptz, c.deadline, c.deadline, $4::text
        from ticket_complaint tc join complaint c on c.id = tc.complaint
        where tc.ticket = any ($1) and c.state <> 'WITHDRAWN'
        returning id, complaint, from_state
      )
      select merchant_event(c.merchant, 'complaint.step', r.id, $3, jsonb_build_object(
        'complaint', c.no, 'kind', c.kind, 'step', 'RELAY', 'from', r.from_state,
        'to', r.from_state, 'owner', o.code))
      from relayed r join complaint c on c.id = r.complaint join org o on o.id = c.owner
      """;

  /** What kind of issue it is. */
  enum Kind {
    PROBLEM,
    SUGGESTION
  }

  /**
   * A new ticket.
   *
   * @param tickets numbers of tickets it takes together
   * @param complaints numbers of complaints it stands for
   */
  record Draft(
      Kind kind, String title, String text, List<String> tickets, List<String> complaints) {
    Draft {
      tickets = tickets.stream().distinct().toList();
      complaints = complaints.stream().distinct().toList();
    }
  }

  /** What moves one. */
  enum Step {
    PASS_UP,
    ANSWER
  }

  private Tickets() {}

  static Future<DeskReply> open(DeskTransaction tx, Draft draft, String no) {
    int org = tx.actor().org();
    return tx.first(
            ADD,
            no,
            draft.kind().name(),
            draft.title(),
            draft.text(),
            org,
            tx.actor().id(),
            tx.at())
        .map(row -> Objects.requireNonNull(row).getLong("id"))
        .compose(
            id ->
                step(tx, new Long[] {id}, "OPEN", null, null)
                    .compose(stepped -> merge(tx, draft, id))
                    .compose(merged -> stands(tx, draft, id))
                    .compose(stood -> tell(tx, "ticket.opened", org, id, no))
                    .compose(
                        told ->
                            tx.note(
                                "ticket.opened",
                                no,
                                List.of(org),
                                new JsonObject()
                                    .put("tickets", new JsonArray(draft.tickets()))
                                    .put("complaints", new JsonArray(draft.complaints())))))
        .map(
            noted ->
                DeskReply.made(
                    new JsonObject().put("ticket", no).put("state", "OPEN"), "/v1/tickets/" + no));
  }

  private static Future<Void> merge(DeskTransaction tx, Draft draft, long id) {
    if (draft.tickets().isEmpty()) {
      return Future.succeededFuture();
    }
    return tx.ask(MERGED, draft.tickets().toArray(String[]::new), tx.actor().org())
        .compose(
            rows -> {
              if (rows.size() != draft.tickets().size()) {
                throw new Fault.NotFound("not all of tickets are open and with the caller's union");
              }
              Long[] merged = ids(rows);
              return step(tx, merged, "MERGE", null, null)
                  .compose(stepped -> tx.ask(MERGE, merged, id));
            })
        .mapEmpty();
  }

  private static Future<Void> stands(DeskTransaction tx, Draft draft, long id) {
    if (draft.complaints().isEmpty()) {
      return Future.succeededFuture();
    }
    return tx.ask(COMPLAINTS, id, draft.complaints().toArray(String[]::new), tx.actor().org())
        .map(
            rows -> {
              if (rows.rowCount() != draft.complaints().size()) {
                throw new Fault.NotFound("not all of complaints are the caller's to consolidate");
              }
              return null;
            });
  }

  static Future<DeskReply> take(DeskTransaction tx, String no, Step step, @Nullable String text) {
    if (step == Step.ANSWER && text == null) {
      throw new Fault.Malformed("text", "an answer says something");
    }
    return tx.first(LOCK, no, tx.actor().org())
        .map(found("no such ticket"))
        .compose(
            row -> {
              if (!row.getBoolean("acts")) {
                throw new Fault.Forbidden("a level above has the ticket");
              }
              if (!row.getString("state").equals("OPEN")) {
                return Future.succeededFuture(refused("it is " + row.getString("state")));
              }
              return step == Step.ANSWER
                  ? answer(tx, row, Objects.requireNonNull(text))
                  : passUp(tx, row, text);
            });
  }

  private static DeskReply refused(String detail) {
    return DeskReply.refused(DeskRefusal.STATE_DOES_NOT_ALLOW, detail);
  }

  private static Future<DeskReply> passUp(DeskTransaction tx, Row row, @Nullable String text) {
    Integer parent = row.getInteger("parent");
    if (parent == null) {
      return Future.succeededFuture(refused("nobody stands above"));
    }
    long id = row.getLong("id");
    return step(tx, new Long[] {id}, "PASS_UP", parent, text)
        .compose(stepped -> tx.ask(PASS_UP, id, parent))
        .compose(moved -> tell(tx, "ticket.passed", parent, id, row.getString("no")))
        .compose(told -> done(tx, row, "PASS_UP", "OPEN"));
  }

  private static Future<DeskReply> answer(DeskTransaction tx, Row row, String text) {
    return tx.ask(FAMILY, row.getLong("id"))
        .compose(
            family -> {
              Long[] all = ids(family);
              Future<Void> answered =
                  step(tx, all, "ANSWER", null, text)
                      .compose(stepped -> tx.ask(ANSWER, all, tx.at()))
                      .compose(set -> tx.ask(RELAY, all, tx.actor().id(), tx.at(), text))
                      .mapEmpty();
              for (Row each : family) {
                answered =
                    answered.compose(
                        before ->
                            tell(
                                tx,
                                "ticket.answered",
                                each.getInteger("origin"),
                                each.getLong("id"),
                                each.getString("no")));
              }
              return answered;
            })
        .compose(told -> done(tx, row, "ANSWER", "ANSWERED"));
  }

  private static Future<DeskReply> done(DeskTransaction tx, Row row, String step, String state) {
    String no = row.getString("no");
    return tx.note(
            "ticket.step",
            no,
            List.of(row.getInteger("holder")),
            new JsonObject().put("step", step))
        .map(
            noted ->
                DeskReply.made(
                    new JsonObject().put("ticket", no).put("state", state), "/v1/tickets/" + no));
  }

  private static Future<Void> step(
      DeskTransaction tx,
      Long[] tickets,
      String step,
      @Nullable Integer holder,
      @Nullable String text) {
    return tx.ask(STEP, tickets, step, holder, tx.actor().id(), tx.at(), text).mapEmpty();
  }

  private static Future<Void> tell(DeskTransaction tx, String kind, int org, long id, String no) {
    return ComplaintLife.event(tx, kind, null, org, id, new JsonObject().put("ticket", no));
  }

  private static Long[] ids(Iterable<Row> rows) {
    List<Long> ids = new ArrayList<>();
    rows.forEach(row -> ids.add(row.getLong("id")));
    return ids.toArray(Long[]::new);
  }
}
