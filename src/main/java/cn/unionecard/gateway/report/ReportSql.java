package cn.unionecard.gateway.report;

/**
 * The statements of a report. Parameters of all sections: {@code $1} the union at the top, {@code
 * $2} whether merchants count with the signing union, {@code $3} the unions whose lines are wanted,
 * {@code $4} the end (exclusive), {@code $5} the beginning, {@code $6} when it is seen. In the
 * answers {@code org} is null for the total, which is that of the whole subtree.
 */
final class ReportSql {
  private ReportSql() {}

  /** The union at the top, if it lies in the caller's subtree. */
  static final String UNIONS =
      """
      select id, code, name, kind from org
      where $1 = any (path) and code > $2 order by code limit $3
      """;

  /** The merchants that count, each with its union. */
  private static final String SCOPE =
      """
      with scope as (
        select m.id, m.category, m.status, m.org
        from (select id, category, status,
            case when $2::boolean then signing_org else authorising_org end as org
          from merchant) m
        join org o on o.id = m.org
        where $1::integer = any (o.path)
      )
      """;

  /**
   * By the state at the end: that of the last step before it; before the first one, what the first
   * began from; without steps, what the merchant was entered as.
   */
  static final String MERCHANTS =
      SCOPE
          + """
          , standing as (
            select s.org, s.category, coalesce(
              (select t.to_state from merchant_step t
               where t.merchant = s.id and t.at < $4::timestamptz order by t.id desc limit 1),
              (select t.from_state from merchant_step t
               where t.merchant = s.id order by t.id limit 1),
              s.status) as state
            from scope s
          )
          select org, category, state, count(*) as merchants
          from standing where state <> 'NONE'
          group by grouping sets ((org, category, state), (category, state))
          having org is null or org = any ($3::integer[])
          """;

  /** Effects 1 and 3 sell, −1 and −3 take back; only SALE, COMPLETION and ADVICE sell anew. */
  private static final String MOVED =
      SCOPE
          + """
          , moved as (
            select s.org, t.id, t.order_fen, t.discount_fen, t.payers, t.fens, d.scene,
              case when t.type in (2, 5, 9) then 'transactions' when t.effect < 0 then 'undone'
                else 'restored' end as move
            from transaction t join scope s on s.id = t.merchant join terminal d on d.id = t.terminal
            where t.id >= transaction_id_at($5::timestamptz)
              and t.id < transaction_id_at($4::timestamptz)
              and t.effect in (1, 3, -1, -3)
          )
          """;

  /** By the scene of the terminal that did it. */
  static final String TRANSACTIONS =
      MOVED
          + """
          select org, move, scene, count(*) as transactions, sum(order_fen)::bigint as gross,
            sum(discount_fen)::bigint as discount
          from moved
          group by grouping sets ((org, move, scene), (move, scene))
          having org is null or org = any ($3::integer[])
          """;

  /** A completed hold, too, says who pays; who is below zero is a union. */
  static final String DISCOUNTS =
      MOVED
          + """
          , paid as (
            select m.org, m.move, abs(p.fen) as fen,
              case when p.payer < 0 then 'UNION' else 'MERCHANT' end as funder
            from moved m cross join lateral unnest(m.payers, m.fens) as p (payer, fen)
          )
          select org, move, funder, sum(fen)::bigint as fen
          from paid
          group by grouping sets ((org, move, funder), (move, funder))
          having org is null or org = any ($3::integer[])
          """;

  /** Posted in the period, and what they last said before its end. */
  static final String REVIEWS =
      SCOPE
          + """
          select s.org, count(*) as reviews,
            count(*) filter (where e.stars <= 2) as bad, sum(e.stars)::bigint as stars,
            count(*) filter (where e.quality <= 2) as quality_bad,
            sum(e.quality)::bigint as quality_stars,
            count(*) filter (where e.service <= 2) as service_bad,
            sum(e.service)::bigint as service_stars,
            count(*) filter (where e.after_sales <= 2) as after_sales_bad,
            sum(e.after_sales)::bigint as after_sales_stars
          from review r
          join scope s on s.id = r.merchant
          cross join lateral (
            select v.stars, v.quality, v.service, v.after_sales from review_edition v
            where v.review = r.id and v.at < $4::timestamptz order by v.edition desc limit 1) e
          where r.posted_at >= $5::timestamptz and r.posted_at < $4::timestamptz
          group by grouping sets ((s.org), ())
          having s.org is null or s.org = any ($3::integer[])
          """;

  /**
   * From the steps, of the open lane alone. A deadline was missed where it ran out in the period
   * before the next step; not that of the opener, who may be silent.
   */
  static final String COMPLAINTS =
      SCOPE
          + """
          , mine as (
            select c.id, c.kind, s.org from complaint c join scope s on s.id = c.merchant
            where c.lane = 'OPEN' and c.opened_at < $4::timestamptz
              and (c.closed_at is null or c.closed_at >= $5::timestamptz)
          ), taken as (
            select m.org, m.kind, t.complaint, t.step, t.from_state, t.to_state, t.at,
              t.deadline_after,
              lead(t.at) over w as next_at,
              first_value(t.at) over w as opened_at,
              bool_or(t.step = 'OVERDUE') over (partition by t.complaint) as marked,
              row_number() over (partition by t.complaint, t.step order by t.id) as nth
            from complaint_step t join mine m on m.id = t.complaint
            where t.at < $4::timestamptz
            window w as (partition by t.complaint order by t.id)
          ), told as (
            select org, kind, complaint,
              step = 'OPEN' and at >= $5::timestamptz as opened,
              to_state = 'CLOSED' and from_state <> 'CLOSED' and at >= $5::timestamptz as closed,
              to_state = 'WITHDRAWN' and at >= $5::timestamptz as withdrawn,
              step = 'ESCALATE' and at >= $5::timestamptz as escalated,
              next_at is null and to_state not in ('CLOSED', 'WITHDRAWN') as open,
              marked or deadline_after <= $6::timestamptz as late,
              to_state not in ('ANSWERED', 'SATISFIED') and deadline_after >= $5::timestamptz
                and deadline_after < $6::timestamptz
                and (next_at is null or next_at > deadline_after) as missed,
              case when step = 'ACCEPT' and nth = 1 and at >= $5::timestamptz then
                report_ms(opened_at, at) end as accepted_ms,
              case when step = 'ANSWER' and nth = 1 and at >= $5::timestamptz then
                report_ms(opened_at, at) end as answered_ms
            from taken
          )
          select org, kind,
            count(*) filter (where opened) as opened,
            count(*) filter (where closed) as closed,
            count(*) filter (where withdrawn) as withdrawn,
            count(*) filter (where escalated) as escalated,
            count(distinct complaint) filter (where missed) as missed,
            count(*) filter (where open) as open,
            count(*) filter (where open and late) as overdue,
            count(accepted_ms) as accepted,
            percentile_disc(0.5) within group (order by accepted_ms) as accepted_median,
            percentile_disc(0.9) within group (order by accepted_ms) as accepted_p90,
            count(answered_ms) as answered,
            percentile_disc(0.5) within group (order by answered_ms) as answered_median,
            percentile_disc(0.9) within group (order by answered_ms) as answered_p90
          from told
          group by grouping sets ((org), (), (org, kind), (kind))
          having org is null or org = any ($3::integer[])
          """;

  /** Days are those of China's calendar, since 1970; {@code $3} null: of the whole subtree. */
  static final String MOVES_BY_DAY =
      MOVED
          + """
          select transaction_day(id) as day, move, count(*) as transactions,
            sum(order_fen)::bigint as gross
          from moved where $3::integer[] is null or org = any ($3)
          group by 1, 2
          """;

  static final String DISCOUNTS_BY_DAY =
      MOVED
          + """
          select transaction_day(m.id) as day, m.move,
            case when p.payer < 0 then 'UNION' else 'MERCHANT' end as funder,
            sum(abs(p.fen))::bigint as fen
          from moved m cross join lateral unnest(m.payers, m.fens) as p (payer, fen)
          where $3::integer[] is null or m.org = any ($3)
          group by 1, 2, 3
          """;

  /** As they stood at the end of the period. */
  static final String REVIEWS_BY_DAY =
      SCOPE
          + """
          select (r.posted_at at time zone 'Asia/Shanghai')::date - date '1970-01-01' as day,
            count(*) as reviews, count(*) filter (where e.stars <= 2) as bad
          from review r
          join scope s on s.id = r.merchant
          cross join lateral (
            select v.stars from review_edition v
            where v.review = r.id and v.at < $4::timestamptz order by v.edition desc limit 1) e
          where r.posted_at >= $5::timestamptz and r.posted_at < $4::timestamptz
            and ($3::integer[] is null or s.org = any ($3))
          group by 1
          """;

  static final String COMPLAINTS_BY_DAY =
      SCOPE
          + """
          select (c.opened_at at time zone 'Asia/Shanghai')::date - date '1970-01-01' as day,
            count(*) as opened
          from complaint c join scope s on s.id = c.merchant
          where c.lane = 'OPEN' and c.opened_at >= $5::timestamptz
            and c.opened_at < $4::timestamptz and ($3::integer[] is null or s.org = any ($3))
          group by 1
          """;

  static final String DECISIONS =
      SCOPE
          + """
          select s.org, d.stage, count(*) as decisions
          from supervision_decision d join scope s on s.id = d.merchant
          where d.at >= $5::timestamptz and d.at < $4::timestamptz
          group by grouping sets ((s.org, d.stage), (d.stage))
          having s.org is null or s.org = any ($3::integer[])
          """;

  /**
   * From what tipped it to the new state, where the state came in the period: within the same
   * transaction, or, where the policy leaves it to a supervisor, when he took the step.
   */
  static final String EFFECTS =
      SCOPE
          + """
          , effect as (
            select s.org, d.took_us / 1000 as ms
            from supervision_decision d join scope s on s.id = d.merchant
            where d.effect = 'DONE' and d.stage <> 'WARN'
              and d.at >= $5::timestamptz and d.at < $4::timestamptz
            union all
            select s.org, report_ms(d.at, n.at)
            from supervision_decision d join scope s on s.id = d.merchant
            cross join lateral (
              select t.at from merchant_step t
              where t.merchant = d.merchant and t.at >= d.at and t.staff is not null
                and t.step = case d.stage when 'SUSPEND' then 'SUSPEND'
                  else 'ORDER_RECTIFICATION' end
              order by t.id limit 1) n
            where d.effect = 'PROPOSED' and n.at >= $5::timestamptz and n.at < $4::timestamptz
          )
          select org, count(*) as effects,
            percentile_disc(0.5) within group (order by ms) as median,
            percentile_disc(0.9) within group (order by ms) as p90
          from effect
          group by grouping sets ((org), ())
          having org is null or org = any ($3::integer[])
          """;
}
