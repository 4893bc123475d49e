package cn.unionecard.gateway.ledger.audit;

import java.util.List;

/**
 * What must hold of each transaction and of the deal it belongs to: asked of the new ones alone, it
 * is asked of whole deals.
 */
final class TransactionChecks {
  static final List<Check> ALL =
      List.of(
          new Check(
              "allocations-add-up",
              "各出资方之和等于优惠金额",
              "what the funders pay is the discount, so that what is posted sums to zero",
              """
              SELECT id FROM {transaction} t
              WHERE coalesce((SELECT sum(fen) FROM unnest(fens) AS p (fen)), 0)
                <> CASE WHEN effect < 0 THEN -discount_fen WHEN effect > 0 THEN discount_fen
                   ELSE 0 END""",
              Check.Reads.TRANSACTIONS),
          new Check(
              "completions-name-their-payers",
              "预留完成后的出资方与预留时一致",
              "a completed hold is paid by those of whom it was reserved, its reversal likewise",
              """
              SELECT t.id FROM {transaction} t
              LEFT JOIN transaction s ON s.id = t.original
              WHERE abs(t.effect) = 3 AND (t.campaigns IS DISTINCT FROM s.campaigns
                OR t.payers IS DISTINCT FROM s.payers
                OR (SELECT array_agg(fen ORDER BY line)
                    FROM unnest(t.fens) WITH ORDINALITY AS p (fen, line)) IS DISTINCT FROM
                   (SELECT array_agg(CASE WHEN t.effect < 0 THEN -fen ELSE fen END ORDER BY line)
                    FROM unnest(s.fens) WITH ORDINALITY AS p (fen, line)))""",
              Check.Reads.TRANSACTIONS),
          new Check(
              "sold-in-their-scene",
              "回执上的交易场景与终端一致，优惠均适用该场景",
              "each receipt says the scene of its terminal, and what was given works in it",
              """
              SELECT t.id FROM {transaction} t JOIN terminal d ON d.id = t.terminal
              WHERE (d.scene = 'OFFLINE_POS') <> (position('"scene":"'::bytea IN t.body) = 0)
                OR d.scene <> 'OFFLINE_POS'
                  AND position(convert_to('"scene":"' || d.scene || '"', 'UTF8') IN t.body) = 0
              UNION
              SELECT t.id FROM {transaction} t JOIN terminal d ON d.id = t.terminal
              JOIN campaign c ON c.id = ANY (t.campaigns)
              WHERE t.type IN (2, 4) AND jsonb_array_length(c.rule -> 'scenes') > 0
                AND NOT jsonb_exists(c.rule -> 'scenes', d.scene)""",
              Check.Reads.TRANSACTIONS),
          new Check(
              "entitlements-are-the-payers",
              "只有本人使用本人的券，凭券活动不得无券优惠",
              "whoever paid with something was given it, and nobody had a benefit of its campaign without",
              """
              SELECT t.id FROM {transaction} t
              JOIN transaction s ON s.id = coalesce(t.original, t.id)
              LEFT JOIN card c ON c.serial = s.card
              CROSS JOIN LATERAL unnest(t.campaigns, t.lots) AS p (campaign, lot)
              JOIN campaign k ON k.id = p.campaign
              LEFT JOIN entitlement e ON e.id = p.lot
              WHERE (k.grants IS NOT NULL) <> (coalesce(p.lot, 0) > 0)
                 OR p.lot > 0 AND (e.campaign IS DISTINCT FROM p.campaign
                   OR e.member IS DISTINCT FROM c.member)""",
              Check.Reads.TRANSACTIONS),
          new Check(
              "one-answer-per-key",
              "每个流水号只有一个结果",
              "each key has one transaction and each transaction one key, of signs that a key may have",
              """
              SELECT coalesce(t.id, k.transaction) FROM {transaction} t
              FULL JOIN {transaction_key} k ON k.transaction = t.id
              WHERE t.id IS NULL OR k.transaction IS NULL
                 OR t.terminal <> k.terminal OR t.request_id <> k.request_id
                 OR t.type <> k.type OR t.request_id !~ '^[A-Za-z0-9._-]{1,64}$'""",
              Check.Reads.TRANSACTIONS),
          new Check(
              "codes-pay-once",
              "每个会员码只用一次",
              "each approved sale, hold and advice used one code of its card, and nothing else did",
              """
              SELECT coalesce(t.id, u.transaction)
              FROM (SELECT id, card FROM {transaction} x WHERE type IN (2, 4, 9) AND refusal IS NULL) t
              FULL JOIN {code_use} u ON u.transaction = t.id AND u.card = t.card
              WHERE t.id IS NULL OR u.transaction IS NULL""",
              Check.Reads.TRANSACTIONS),
          new Check(
              "follows-an-original",
              "每笔后续交易都有原交易",
              "whatever completes or undoes names the approved transaction all began with",
              """
              SELECT t.id FROM {transaction} t
              LEFT JOIN transaction s ON s.id = t.original AND s.original IS NULL
              WHERE (t.original IS NOT NULL AND (s.id IS NULL OR s.type NOT IN (2, 4, 9)
                  OR s.refusal IS NOT NULL OR t.effect = 0 OR t.merchant <> s.merchant))
                 OR (t.original IS NULL AND t.effect <> 0 AND t.type NOT IN (2, 4, 9))""",
              Check.Reads.TRANSACTIONS),
          new Check(
              "undone-adds-up",
              "退回之和与撤销记录一致且不超过原交易",
              "what came back of each transaction is what its undoing ones gave back, never more than it was",
              """
              SELECT coalesce(u.original, b.original)
              FROM (SELECT u.*, s.order_fen, s.member_pays_fen FROM {undo} u
                    LEFT JOIN transaction s ON s.id = u.original) u
              FULL JOIN (SELECT original, -sum(sign(effect) * order_fen) AS fen,
                           -sum(sign(effect) * member_pays_fen) AS member_fen
                         FROM {deal} x WHERE original IS NOT NULL AND abs(effect) = 1
                         GROUP BY original) b ON b.original = u.original
              WHERE u.undone_fen IS DISTINCT FROM b.fen
                 OR u.undone_member_fen IS DISTINCT FROM b.member_fen
                 OR u.total_fen IS DISTINCT FROM u.order_fen
                 OR u.total_member_fen IS DISTINCT FROM u.member_pays_fen""",
              Check.Reads.TRANSACTIONS),
          new Check(
              "funders-get-back-what-they-paid",
              "每个出资方退回额与其出资一致且不超过",
              "what came back to each payer is what the undoing transactions gave back, never more than it paid",
              """
              SELECT p.root FROM (
                SELECT coalesce(t.original, t.id) AS root, a.campaign, a.funder, a.party,
                  sum(a.fen) FILTER (WHERE t.original IS NULL) AS paid,
                  sum(a.returned_fen) AS returned,
                  coalesce(-sum(a.fen) FILTER (WHERE t.original IS NOT NULL), 0) AS came
                FROM {allocation} a JOIN transaction t ON t.id = a.transaction
                GROUP BY coalesce(t.original, t.id), a.campaign, a.funder, a.party) p
              WHERE p.paid IS NULL OR p.returned <> p.came OR p.came NOT BETWEEN 0 AND p.paid""",
              Check.Reads.TRANSACTIONS),
          new Check(
              "holds-end-once",
              "每笔预留只结束一次",
              "each hold is open or was ended by one transaction, and what ended it still stands",
              """
              SELECT coalesce(t.id, h.origin)
              FROM (SELECT id FROM {deal} x WHERE type = 4 AND effect = 2) t
              FULL JOIN {hold} h ON h.origin = t.id
              LEFT JOIN (SELECT original,
                           -sum(sign(effect)) FILTER (WHERE abs(effect) = 2) AS freed,
                           sum(sign(effect)) FILTER (WHERE abs(effect) = 3) AS finished
                         FROM {deal} x WHERE original IS NOT NULL GROUP BY original) e
                ON e.original = t.id
              LEFT JOIN transaction x ON x.id = h.ended_by
              WHERE t.id IS NULL OR h.origin IS NULL
                 OR coalesce(e.freed, 0)
                    <> CASE WHEN h.state IN ('RELEASED', 'EXPIRED', 'REVERSED') THEN 1 ELSE 0 END
                 OR coalesce(e.finished, 0) <> CASE h.state WHEN 'COMPLETED' THEN 1 ELSE 0 END
                 OR (h.state <> 'OPEN' AND (x.original IS DISTINCT FROM h.origin
                     OR x.effect <> CASE h.state WHEN 'COMPLETED' THEN 3 ELSE -2 END))""",
              Check.Reads.TRANSACTIONS),
          new Check(
              "blocks-are-whole",
              "区块首尾相接、笔数相符",
              "each chain's blocks are contiguous and hold the transactions they count",
              """
              SELECT c.id FROM {chain} c
              LEFT JOIN (SELECT chain, max(seq) AS last, count(*) AS n FROM {block} x GROUP BY chain) b
                ON b.chain = c.id
              WHERE c.seq <> coalesce(b.last, c.after) OR c.seq - c.after <> coalesce(b.n, 0)
              UNION ALL
              SELECT coalesce(b.first_id, t.first) FROM {block} b
              FULL JOIN (SELECT chain, seq, count(*) AS n, min(id) AS first, max(id) AS last
                         FROM {transaction} x GROUP BY chain, seq) t
                ON t.chain = b.chain AND t.seq = b.seq
              WHERE b.size IS DISTINCT FROM t.n OR b.first_id IS DISTINCT FROM t.first
                 OR t.last IS DISTINCT FROM t.first + t.n - 1
              UNION ALL
              SELECT t.id FROM {later} t
              WHERE NOT EXISTS (SELECT FROM block b WHERE b.chain = t.chain AND b.seq = t.seq)""",
              Check.Reads.TRANSACTIONS),
          new Check(
              "in-one-batch",
              "每笔交易属于一个批次",
              "each transaction is of its terminal's current batch or of one that was closed",
              """
              SELECT t.id FROM {transaction} t
              LEFT JOIN terminal_batch b ON b.terminal = t.terminal
              LEFT JOIN batch_close c ON c.terminal = t.terminal AND c.batch = t.batch
              WHERE t.batch <> coalesce(b.batch, 1) AND c.batch IS NULL""",
              Check.Reads.TRANSACTIONS),
          new Check(
              "batches-recount",
              "已结批次的汇总与明细一致",
              "the totals of each closed batch are those of its transactions",
              """
              SELECT c.terminal || '/' || c.batch FROM {batch_close} c
              LEFT JOIN (
                SELECT b.terminal, b.batch,
                       sum(l.fen) FILTER (WHERE l.side = 'DEBIT') AS debit_fen,
                       count(*) FILTER (WHERE l.side = 'DEBIT') AS debit_count,
                       sum(l.fen) FILTER (WHERE l.side = 'CREDIT') AS credit_fen,
                       count(*) FILTER (WHERE l.side = 'CREDIT') AS credit_count
                FROM {batch_close} b
                JOIN batch_line l ON l.terminal = b.terminal AND l.batch = b.batch
                  AND l.id >= b.after_id
                GROUP BY b.terminal, b.batch) n ON n.terminal = c.terminal AND n.batch = c.batch
              WHERE c.state <> 'CLOSING'
                AND (c.debit_fen <> coalesce(n.debit_fen, 0)
                  OR c.debit_count <> coalesce(n.debit_count, 0)
                  OR c.credit_fen <> coalesce(n.credit_fen, 0)
                  OR c.credit_count <> coalesce(n.credit_count, 0))""",
              Check.Reads.TRANSACTIONS));

  private TransactionChecks() {}
}
