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
              SELECT f.merchant FROM {feed_event} f
              LEFT JOIN {feed_before} r ON r.merchant = f.merchant
              GROUP BY f.merchant, r.merchant_seq
              HAVING max(f.merchant_seq) - coalesce(r.merchant_seq, 0) <> count(*)
                OR min(f.merchant_seq) <> coalesce(r.merchant_seq, 0) + 1
              UNION ALL
              SELECT -1 FROM feed_cursor c, (SELECT count(*) AS n FROM {feed_event} x) f
              WHERE c.seq - greatest(c.removed, {feed_after}) <> f.n
              UNION ALL
              SELECT r.merchant FROM feed_removed r
              WHERE NOT EXISTS (SELECT FROM feed_event f
                  WHERE f.merchant = r.merchant AND f.merchant_seq = r.merchant_seq + 1)
                AND EXISTS (SELECT FROM feed_event f
                  WHERE f.merchant = r.merchant AND f.merchant_seq > r.merchant_seq)""",
              Check.Reads.NEWS),
          new Check(
              "feed-tells-outbox",
              "事件流与待发事件一致",
              "each feed event is an outbox row of the same merchant or its leaf, behind the row's first,"
                  + " and none waits that the first of its block does not lead to",
              """
              SELECT f.seq FROM {feed_event} f LEFT JOIN outbox o ON o.id = outbox_of(f.outbox)
              WHERE coalesce(o.merchant, o.merchants[event_leaf(f.outbox) + 1])
                IS DISTINCT FROM f.merchant
              UNION ALL
              SELECT f.seq FROM {feed_event} f
              LEFT JOIN {feed_first} n ON n.outbox = outbox_of(f.outbox) AND event_leaf(n.outbox) = 0
              WHERE n.seq IS DISTINCT FROM f.seq - event_leaf(f.outbox)
              UNION ALL
              SELECT o.id FROM {outbox} o
              LEFT JOIN {outbox} n ON n.subject = o.subject - (o.subject & 511) AND n.body IS NULL
                AND n.id < o.id
              WHERE o.body IS NULL AND o.subject & 511 <> 0 AND n.id IS NULL
                AND NOT EXISTS (
                  SELECT FROM feed_event f WHERE f.outbox = o.id AND event_leaf(f.outbox) = 0)""",
              Check.Reads.NEWS),
          new Check(
              "first-uses-are-found",
              "首次使用均已计入推进进度",
              "each card that has paid, as far as the feed was looked through, is marked as used",
              """
              SELECT p.card FROM {used_event} e
              JOIN progress_cursor c ON e.seq <= c.seq
              JOIN outbox o ON o.id = outbox_of(e.outbox)
              JOIN transaction t ON t.id = o.subject + event_leaf(e.outbox)
              LEFT JOIN transaction s ON s.id = t.original
              JOIN progress_mark p ON p.card = coalesce(t.card, s.card)
              WHERE t.effect IN (1, 3) AND t.refusal IS NULL AND p.stage < 5
                AND event_kind(o, e.outbox) IN
                ('transaction.sale', 'transaction.advice', 'transaction.completion')""",
              Check.Reads.NEWS));

  private EventChecks() {}
}
