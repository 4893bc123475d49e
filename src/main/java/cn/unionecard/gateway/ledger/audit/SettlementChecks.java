package cn.unionecard.gateway.ledger.audit;

import java.util.List;

/** What must hold of closed days, books, statements and payments. */
final class SettlementChecks {
  static final List<Check> ALL =
      List.of(
          new Check(
              "days-close-once",
              "每笔交易恰属一个日结，日结首尾相接",
              "days close one after the other over fences that only grow, and each transaction before its fence is in one",
              """
              SELECT c.day::text FROM settlement_close c
              WHERE c.day > {closed} AND c.day > (SELECT min(day) FROM settlement_close)
                AND NOT EXISTS (SELECT FROM settlement_close b WHERE b.day = c.day - 1 AND b.state = 'CLOSED')
              UNION ALL
              SELECT f.day || '/' || f.chain FROM settlement_fence f
              JOIN settlement_fence g ON g.chain = f.chain AND g.day = f.day - 1
              WHERE f.day > {closed} AND g.seq > f.seq
              UNION ALL
              SELECT c.day::text FROM settlement_close c
              CROSS JOIN LATERAL (
                SELECT count(*) AS n, count(*) FILTER (WHERE m.late) AS late,
                  count(l.transaction) AS kept
                FROM settlement_member(c.day) m
                LEFT JOIN settlement_late l ON l.transaction = m.id AND l.day = c.day AND m.late) m
              WHERE c.day > {closed} AND c.state <> 'FENCED' AND (c.transactions <> m.n OR c.late <> m.late OR m.kept <> m.late
                OR m.late <> (SELECT count(*) FROM settlement_late l WHERE l.day = c.day))
              UNION ALL
              SELECT 'all' FROM (SELECT max(day) AS day, sum(transactions) AS n FROM settlement_close
                                 WHERE day > {closed} AND state <> 'FENCED') c
              WHERE c.n <> (
                SELECT count(*) FROM {closed_transaction} t
                JOIN settlement_fence f ON f.day = c.day AND f.chain = t.chain AND t.seq <= f.seq
                WHERE t.id < settlement_begin(c.day + 1))""",
              Check.Reads.NEWS),
          new Check(
              "books-follow-from-closes",
              "应付台账与各日记账一致",
              "what is owed to each merchant by each day is what its funders bear of each campaign",
              """
              SELECT coalesce(b.day, p.day) || '/' || coalesce(b.funder, p.party) || '/'
                || coalesce(b.campaign, p.campaign) || '/' || coalesce(b.merchant, p.merchant)
              FROM (SELECT day, funder, campaign, merchant,
                      sum(CASE debit WHEN 'SUBSIDY' THEN fen ELSE -fen END) AS fen, sum(fen) AS moved
                    FROM book_entry WHERE source = 'CLOSE' AND day > {closed} GROUP BY day, funder, campaign, merchant) b
              FULL JOIN (
                SELECT c.day, -p.payer AS party, p.campaign, m.merchant, sum(p.fen) AS fen, sum(abs(p.fen)) AS moved
                FROM settlement_close c CROSS JOIN LATERAL settlement_member(c.day) m
                JOIN transaction t ON t.id = m.id
                CROSS JOIN LATERAL unnest(t.campaigns, t.payers, t.fens) p (campaign, payer, fen)
                WHERE c.day > {closed} AND c.state <> 'FENCED' AND p.payer < 0 AND m.effect IN (1, 3, -1, -3)
                GROUP BY c.day, p.payer, p.campaign, m.merchant) p
                ON p.day = b.day AND p.party = b.funder AND p.campaign = b.campaign AND p.merchant = b.merchant
              WHERE b.fen IS DISTINCT FROM p.fen OR b.moved IS DISTINCT FROM p.moved
              UNION ALL
              SELECT 'entry ' || e.id FROM {late_entry} e""",
              Check.Reads.NEWS),
          new Check(
              "campaigns-count-what-stands",
              "活动逐日金额、笔数与交易一致，部分退回的仍算一笔",
              "what a campaign spent by days is what is settled; a sale counts once while it is paid any fen of",
              """
              WITH booked AS (SELECT max(day) AS upto FROM settlement_close WHERE state <> 'FENCED'),
              moved AS (
                SELECT coalesce(t.original, t.id) AS deal, p.campaign,
                  coalesce(l.day, settlement_stamped(t.id)) AS day, sum(p.fen) AS fen
                FROM booked b
                JOIN {closed_deal} t ON abs(t.effect) IN (1, 3) AND t.id < settlement_begin(b.upto + 1)
                JOIN settlement_fence f ON f.day = b.upto AND f.chain = t.chain AND t.seq <= f.seq
                LEFT JOIN settlement_late l ON l.transaction = t.id
                CROSS JOIN LATERAL unnest(t.campaigns, t.fens) AS p (campaign, fen)
                GROUP BY 1, 2, 3),
              stood AS (
                SELECT campaign, day, fen,
                  sum(fen) OVER (PARTITION BY deal, campaign ORDER BY day) AS after
                FROM moved),
              days AS (
                SELECT campaign, day, sum(fen) AS fen,
                  count(*) FILTER (WHERE after > 0) - count(*) FILTER (WHERE after > fen) AS sales
                FROM stood WHERE day > {closed} GROUP BY campaign, day)
              SELECT campaign || '/' || day FROM days s
              FULL JOIN (SELECT * FROM campaign_day WHERE day > {closed}) d USING (campaign, day)
              WHERE s.fen IS DISTINCT FROM d.fen OR s.sales IS DISTINCT FROM d.sales""",
              Check.Reads.NEWS),
          new Check(
              "statements-add-up",
              "对账单与记账一致",
              "each statement says what was posted for its party on its day, sales and returns apart",
              """
              WITH moved AS MATERIALIZED (
                SELECT c.day, m.merchant, m.id, m.effect > 0 AS sells, p.account, p.party, abs(p.fen) AS fen
                FROM settlement_close c CROSS JOIN LATERAL settlement_member(c.day) m
                JOIN posting p ON p.transaction = m.id
                WHERE c.day > {closed} AND c.state <> 'FENCED'),
              again AS (
                SELECT day, merchant,
                  coalesce(sum(fen) FILTER (WHERE sells AND account = 'SALES'), 0) AS sales_fen,
                  coalesce(sum(fen) FILTER (WHERE sells AND account = 'MEMBER'), 0) AS sales_member_fen,
                  coalesce(sum(fen) FILTER (WHERE sells AND account = 'MERCHANT'), 0) AS sales_own_fen,
                  coalesce(sum(fen) FILTER (WHERE sells AND account = 'UNION'), 0) AS sales_union_fen,
                  coalesce(sum(fen) FILTER (WHERE NOT sells AND account = 'SALES'), 0) AS returns_fen,
                  coalesce(sum(fen) FILTER (WHERE NOT sells AND account = 'MEMBER'), 0) AS returns_member_fen,
                  coalesce(sum(fen) FILTER (WHERE NOT sells AND account = 'MERCHANT'), 0) AS returns_own_fen,
                  coalesce(sum(fen) FILTER (WHERE NOT sells AND account = 'UNION'), 0) AS returns_union_fen
                FROM moved GROUP BY day, merchant)
              SELECT coalesce(s.day, a.day) || '/' || coalesce(s.party, a.merchant)
              FROM (SELECT * FROM statement WHERE kind = 'MERCHANT' AND day > {closed}) s
              FULL JOIN again a ON a.day = s.day AND a.merchant = s.party
              WHERE (s.sales_fen, s.sales_member_fen, s.sales_own_fen, s.sales_union_fen, s.returns_fen,
                  s.returns_member_fen, s.returns_own_fen, s.returns_union_fen)
                IS DISTINCT FROM (a.sales_fen, a.sales_member_fen, a.sales_own_fen, a.sales_union_fen, a.returns_fen,
                  a.returns_member_fen, a.returns_own_fen, a.returns_union_fen)
              UNION ALL
              SELECT coalesce(s.day, a.day) || '/funder ' || coalesce(s.party, a.party)
              FROM (SELECT * FROM statement WHERE kind = 'FUNDER' AND day > {closed}) s
              FULL JOIN (
                SELECT day, party, coalesce(sum(fen) FILTER (WHERE sells), 0) AS sold,
                  coalesce(sum(fen) FILTER (WHERE NOT sells), 0) AS returned
                FROM moved WHERE account = 'UNION' GROUP BY day, party) a ON a.day = s.day AND a.party = s.party
              WHERE s.sales_union_fen IS DISTINCT FROM a.sold OR s.returns_union_fen IS DISTINCT FROM a.returned
              UNION ALL
              SELECT coalesce(s.day, a.day) || '/union ' || coalesce(s.party, a.signing_org)
              FROM (SELECT * FROM statement WHERE kind = 'UNION' AND day > {closed}) s
              FULL JOIN (
                SELECT day, signing_org, sum(sales_fen) AS sales_fen, sum(sales_union_fen) AS sales_union_fen,
                  sum(returns_fen) AS returns_fen, sum(returns_union_fen) AS returns_union_fen
                FROM statement WHERE kind = 'MERCHANT' AND day > {closed} GROUP BY day, signing_org) a
                ON a.day = s.day AND a.signing_org = s.party
              WHERE s.sales_fen IS DISTINCT FROM a.sales_fen OR s.sales_union_fen IS DISTINCT FROM a.sales_union_fen
                OR s.returns_fen IS DISTINCT FROM a.returns_fen
                OR s.returns_union_fen IS DISTINCT FROM a.returns_union_fen""",
              Check.Reads.NEWS),
          new Check(
              "payments-are-booked",
              "每笔付款都已记账，且只付所欠",
              "each payment was booked for its amount when the bank was told, and when it was known what became of it",
              """
              SELECT p.batch || '/' || p.no FROM payment p
              CROSS JOIN LATERAL (
                SELECT
                  coalesce(sum(CASE e.debit WHEN 'OWED' THEN e.fen ELSE -e.fen END)
                    FILTER (WHERE e.source = 'PAYMENT'), 0) AS told,
                  coalesce(sum(CASE WHEN e.credit = 'BANK' THEN e.fen WHEN e.debit = 'BANK' THEN -e.fen END)
                    FILTER (WHERE e.source = 'RESULT'), 0) AS paid,
                  coalesce(sum(CASE WHEN e.credit = 'OWED' THEN e.fen WHEN e.debit = 'OWED' THEN -e.fen END)
                    FILTER (WHERE e.source = 'RESULT'), 0) AS back
                FROM book_entry e WHERE e.batch = p.batch AND e.merchant = p.merchant) b
              WHERE (b.told, b.paid, b.back) IS DISTINCT FROM (
                CASE WHEN p.state IN ('TOLD', 'PAID', 'REJECTED') THEN p.fen ELSE 0 END,
                CASE p.state WHEN 'PAID' THEN p.fen ELSE 0 END,
                CASE p.state WHEN 'REJECTED' THEN p.fen ELSE 0 END)
              UNION ALL
              SELECT 'payee ' || p.batch || '/' || p.no FROM payment p JOIN payee y ON y.id = p.payee
              WHERE y.merchant <> p.merchant
              UNION ALL
              SELECT 'entry ' || e.id FROM book_entry e
              WHERE e.batch IS NOT NULL
                AND NOT EXISTS (SELECT FROM payment p WHERE p.batch = e.batch AND p.merchant = e.merchant)
              UNION ALL
              SELECT 'balance ' || funder || '/' || merchant FROM obligation('infinity')
              GROUP BY funder, merchant
              HAVING sum(subsidy_fen) <> sum(owed_fen + transit_fen + paid_fen) OR sum(transit_fen) < 0""",
              Check.Reads.WHOLE),
          new Check(
              "corrections-counter-an-entry",
              "更正均为对冲分录",
              "what was corrected takes back one entry whole, of the same funder, campaign and merchant",
              """
              SELECT e.id FROM book_entry e LEFT JOIN book_entry o ON o.id = e.counters
              WHERE e.counters IS NOT NULL AND (o.fen, o.funder, o.campaign, o.merchant, o.debit, o.credit)
                IS DISTINCT FROM (e.fen, e.funder, e.campaign, e.merchant, e.credit, e.debit)
                OR e.source = 'CORRECTION' AND e.counters IS NULL""",
              Check.Reads.WHOLE));

  private SettlementChecks() {}
}
