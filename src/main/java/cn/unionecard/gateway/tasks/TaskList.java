package cn.unionecard.gateway.tasks;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Counts what waits, in one statement: all of it as of the same moment. */
final class TaskList {
  /** So long before its end a paper or an agreement is work. */
  private static final int PAPER_DAYS = 30;

  /**
   * {@code $1} the caller's union, {@code $2} his account, {@code $3} his roles, {@code $4} now,
   * {@code $5} the day before which a paper's end counts. An arm whose role he has not is not read.
   */
  private static final String COUNT =
      """
      with below as (select id from org where $1::integer = any (path))
      select w.task, count(*) as waiting, count(*) filter (where w.org = $1) as own,
        count(*) filter (where w.due <= $4::timestamptz) as overdue, min(w.due) as next_due
      from (
        select 'COMPLAINT_TO_ANSWER' as task, 'CLERK' as role, c.owner as org,
          case when c.overdue_at is null then c.deadline else c.overdue_at end as due
        from complaint c
        where c.closed_at is null and c.state in ('OPENED', 'ACCEPTED', 'ANSWERING', 'ESCALATED')
        union all
        select 'COMPLAINT_TO_CLOSE', 'SUPERVISOR', c.owner, c.deadline
        from complaint c
        where c.closed_at is null and c.state in ('SATISFIED', 'UNSATISFIED')
        union all
        select 'MERCHANT_TO_INVESTIGATE', 'CLERK', m.signing_org, null
        from merchant m where m.status = 'APPLIED'
        union all
        select 'PAPER_ENDING', 'CLERK', m.signing_org,
          (p.valid_until + 1)::timestamp at time zone 'Asia/Shanghai'
        from merchant_paper p join merchant m on m.id = p.merchant
        where p.valid_until < $5::date and m.status <> 'TERMINATED'
        union all
        select 'MERCHANT_TO_APPROVE', 'APPROVER', m.authorising_org, null
        from merchant m
        where m.status = 'DUE_DILIGENCE' and not exists (
          select from merchant_step s where s.merchant = m.id and s.staff = $2::integer
            and s.step in ('RECOMMEND', 'NEGOTIATE', 'SIGN', 'APPLY', 'INVESTIGATE'))
        union all
        select 'APPEAL_TO_ANSWER', 'APPROVER', m.authorising_org, null
        from supervision_decision d
        join merchant m on m.id = d.merchant join org a on a.id = m.authorising_org
        where d.appealed_at is not null and d.verdict is null and d.appealed_by <> $2::integer
          and (a.parent is null or a.id <> $1)
        union all
        select 'CAMPAIGN_TO_APPROVE', 'APPROVER', g.org, null
        from campaign g
        where g.status = 'SUBMITTED' and g.prepared_by is distinct from $2::integer
          and g.submitted_by is distinct from $2::integer
        union all
        select 'TIGHTENING_TO_APPROVE', 'APPROVER', w.org, null
        from campaign_narrowing w where w.state = 'DRAFT' and w.prepared_by <> $2::integer
        union all
        select 'CAMPAIGN_TO_SUBMIT', 'CLERK', g.org, null
        from campaign g where g.status = 'DRAFT' and g.prepared_by = $2::integer
        union all
        select 'NOTICE_TO_APPROVE', 'APPROVER', n.org, null
        from notice n where n.state = 'DRAFT' and n.prepared_by <> $2::integer
        union all
        select case when r.state = 'DRAFT' then 'ROUND_TO_APPROVE' when r.way = 'SHEET' then 'ROUND_TO_FILL'
            else 'ROUND_TO_DRAW' end,
          case when r.state = 'OPEN' and r.way = 'SHEET' then 'CLERK' else 'APPROVER' end, g.org, null
        from benefit_round r join campaign g on g.id = r.campaign
        where r.state = 'DRAFT' and r.prepared_by <> $2::integer and g.status not in ('DRAFT', 'SUBMITTED', 'ENDED')
          or r.state = 'OPEN' and r.way = 'SHEET' and r.granted = 0
          or r.state = 'OPEN' and r.way = 'LOTTERY' and r.closes_at <= $4::timestamptz
        union all
        select 'BATCH_TO_APPROVE', 'APPROVER', b.funder, null
        from payment_batch b
        where b.state = 'DRAFT' and b.funder = $1 and b.made_by <> $2::integer
        union all
        select 'CASE_TO_SETTLE', 'CLERK', s.org, s.due_at
        from settlement_case s
        where s.state <> 'CLOSED' and (s.owner is null or s.owner = $2::integer)
        union all
        select 'DATA_REQUEST_TO_ANSWER', 'CLERK', m.org, r.due_at
        from data_request r join member m on m.id = r.member
        where r.state = 'ASKED' and r.kind <> 'DELETION'
        union all
        select 'MEMBER_TO_FORGET', 'APPROVER', m.org, r.due_at
        from data_request r join member m on m.id = r.member
        where r.state = 'ASKED' and r.kind = 'DELETION' and r.staff is distinct from $2::integer
        union all
        select 'PARTNER_TO_EXAMINE', 'CLERK', p.org, null
        from partner p where p.state = 'APPLIED' and p.applied_by <> $2::integer
        union all
        select 'PARTNER_ENDING', 'CLERK', p.org,
          (p.agreement_until + 1)::timestamp at time zone 'Asia/Shanghai'
        from partner p
        where p.state not in ('ENDED', 'REJECTED') and p.agreement_until < $5::date
        union all
        select 'PARTNER_TO_AGREE', 'APPROVER', p.org, null
        from partner p
        where p.state = 'EXAMINED' and $2::integer not in (p.applied_by, p.examined_by)
        union all
        select 'PARTNER_TO_CONFIRM', 'APPROVER', p.org, null
        from partner p join partner_step w on w.id = p.proposal
        where w.staff <> $2::integer
        union all
        select 'DECISION_TO_TAKE', 'SUPERVISOR', m.authorising_org, null
        from supervision_decision d join merchant m on m.id = d.merchant
        where d.effect = 'PROPOSED' and d.ended_at is null
          and supervision_waits(d.stage, m.status)
        union all
        select 'TICKET_TO_ANSWER', 'SUPERVISOR', t.holder, null
        from ticket t where t.state = 'OPEN'
        union all
        select 'STAFF_REQUEST_TO_CONFIRM', 'SYSTEM', r.org, r.expires_at
        from staff_request r join staff q on q.id = r.requested_by
        where r.state = 'OPEN' and r.expires_at > $4::timestamptz and q.status = 'ACTIVE'
          and r.requested_by <> $2::integer
          and r.login <> (select login from staff where id = $2::integer)
      ) w
      where w.role = any ($3::text[]) and w.org in (select id from below)
      group by w.task
      """;

  private TaskList() {}

  static Future<DeskReply> read(DeskTransaction tx) {
    Set<Role> roles = tx.actor().roles();
    LocalDate papersBefore =
        tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate().plusDays(PAPER_DAYS);
    return tx.ask(
            COUNT,
            tx.actor().org(),
            tx.actor().id(),
            roles.stream().map(Role::name).toArray(String[]::new),
            tx.at(),
            papersBefore)
        .map(rows -> document(tx, roles, rows));
  }

  /** Each task of the caller's, also where nothing waits. */
  private static DeskReply document(DeskTransaction tx, Set<Role> roles, RowSet<Row> rows) {
    Map<String, Row> waiting = new HashMap<>();
    rows.forEach(row -> waiting.put(row.getString("task"), row));
    JsonArray tasks = new JsonArray();
    for (Task task : Task.values()) {
      if (roles.contains(task.role)) {
        Row row = waiting.get(task.name());
        JsonObject one = new JsonObject().put("task", task.name());
        tasks.add(row == null ? counted(one, 0, 0, 0) : counted(one, row));
      }
    }
    return DeskReply.ok(
        new JsonObject().put("asOf", Clocks.RFC_3339.format(tx.at())).put("tasks", tasks));
  }

  private static JsonObject counted(JsonObject task, Row row) {
    JsonObject counted =
        counted(task, row.getLong("waiting"), row.getLong("own"), row.getLong("overdue"));
    String due = Spelling.time(row.getOffsetDateTime("next_due"));
    return due == null ? counted : counted.put("nextDue", due);
  }

  private static JsonObject counted(JsonObject task, long waiting, long own, long overdue) {
    return task.put("count", waiting).put("own", own).put("overdue", overdue);
  }
}
