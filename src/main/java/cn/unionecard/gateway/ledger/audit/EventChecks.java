package cn.unionecard.gateway.ledger.audit;

import java.util.List;

/** What must hold of the events and of the feed that numbers them. */
final class EventChecks {
  static final List<Check> ALL =
      List.of(
          new Check(
              "one-event-per-transaction",
              "每笔交易都有一个事件",
              "each transaction has one event in the outbox, of its merchant and its kind",
              """
              SELECT coalesce(t.id, o.subject) FROM {transaction} t
              CROSS JOIN feed_cursor c
              FULL JOIN (
                SELECT x.subject + l.n - 1 AS subject, l.merchant,
                       coalesce(x.kind, transaction_kind(l.type)) AS kind, count(*) AS n
                FROM {outbox} x
                CROSS JOIN LATERAL unnest(coalesce(x.merchants, ARRAY[x.merchant]),
                    coalesce(x.types, ARRAY[NULL::smallint]))
                  WITH ORDINALITY AS l (merchant, type, n)
                WHERE x.kind IS NULL OR x.kind LIKE 'transaction.%' GROUP BY 1, 2, 3) o
                ON o.subject = t.id AND o.merchant = t.merchant AND o.kind = transaction_kind(
                  CASE WHEN t.refusal IS NULL THEN t.type ELSE 0::smallint END)
              WHERE (t.id IS NULL OR o.n IS DISTINCT FROM 1)
                AND (o.n IS NULL AND t.id < transaction_id_at(c.removed_before)) IS NOT TRUE""",
              Check.Reads.NEWS),
          new Check(
              "feed-has-no-gap",
              "事件流编号连续",
              "the feed's numbers are contiguous, globally and per merchant",
              """
              SELECT coalesce(m.merchant, f.merchant) FROM {feed_merchant} m
              FULL JOIN (
                SELECT n.merchant, count(*) AS n, max(n.merchant_seq) AS last,
                       bool_and(n.merchant_seq = n.before + 1) IS FALSE AS gap
                FROM (
                  SELECT l.merchant, l.merchant_seq,
                         lag(l.merchant_seq) OVER (PARTITION BY l.merchant ORDER BY x.seq, l.n) AS before
                  FROM {feed_row} x
                  CROSS JOIN LATERAL unnest(x.merchants, x.merchant_seqs)
                    WITH ORDINALITY AS l (merchant, merchant_seq, n)) n
                GROUP BY n.merchant) f ON f.merchant = m.merchant
              WHERE m.merchant IS NULL OR f.gap OR f.last <> m.merchant_seq
                OR m.merchant_seq - m.removed <> coalesce(f.n, 0)
              UNION ALL
              SELECT f.seq FROM (
                SELECT x.seq, lag(x.seq + cardinality(x.merchant_seqs)) OVER (ORDER BY x.seq) AS due
                FROM {feed_row} x) f
              WHERE f.seq <> f.due
              UNION ALL
              SELECT c.seq FROM feed_cursor c
              CROSS JOIN (
                SELECT coalesce(sum(cardinality(x.merchant_seqs)), 0) AS n, min(x.seq) AS first
                FROM {feed_row} x) f
              WHERE c.seq - greatest(c.removed, {feed_after}) <> f.n
                OR greatest(c.removed, {feed_after}) + 1 <> f.first
                OR c.removed + 1 <> (SELECT min(x.seq) FROM feed_row x)
                OR c.seq <> (SELECT coalesce(sum(m.merchant_seq), 0) FROM feed_merchant m)""",
              Check.Reads.NEWS),
          new Check(
              "feed-tells-outbox",
              "事件流与待发事件一致",
              "each row of the feed numbers the events of a row of the outbox, of the same merchants,"
                  + " and none waits that the first of its block does not lead to",
              """
              SELECT f.seq FROM {feed_row} f LEFT JOIN outbox o ON o.id = f.outbox
              WHERE coalesce(o.merchants, ARRAY[o.merchant]) IS DISTINCT FROM f.merchants
                OR cardinality(f.merchants) <> ANY (ARRAY[
                  cardinality(f.merchant_seqs), cardinality(f.authorising_orgs), cardinality(f.signing_orgs)])
              UNION ALL
              SELECT o.id FROM {outbox} o
              LEFT JOIN {outbox} n ON n.subject = o.subject - (o.subject & 511) AND n.body IS NULL
                AND n.id < o.id
              WHERE o.body IS NULL AND o.subject & 511 <> 0 AND n.id IS NULL
                AND NOT EXISTS (SELECT FROM feed_row f WHERE f.outbox = o.id)""",
              Check.Reads.NEWS),
          new Check(
              "first-uses-are-found",
              "首次使用均已计入推进进度",
              "each card that has paid, as far as the feed was looked through, is marked as used",
              """
              SELECT p.card FROM {used_event} e
              JOIN progress_cursor c ON e.seq <= c.seq
              JOIN transaction t ON t.id = e.subject
              LEFT JOIN transaction s ON s.id = t.original
              JOIN progress_mark p ON p.card = coalesce(t.card, s.card)
              WHERE t.effect IN (1, 3) AND t.refusal IS NULL AND p.stage < 5
                AND e.kind IN ('transaction.sale', 'transaction.advice', 'transaction.completion')""",
              Check.Reads.NEWS));

  private EventChecks() {}
}
