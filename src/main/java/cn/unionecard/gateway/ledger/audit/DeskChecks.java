package cn.unionecard.gateway.ledger.audit;

import java.util.List;

/** What must hold of what the desks keep: how far cards have come, tasks, what staff did. */
final class DeskChecks {
  static final List<Check> ALL =
      List.of(
          new Check(
              "progress-marks-cards",
              "推进进度与每张卡的状态一致",
              "each card is marked with its member's union and category and as far as it has come at least",
              """
              SELECT coalesce(c.serial, p.card) FROM card c
              JOIN member m ON m.id = c.member
              FULL JOIN progress_mark p ON p.card = c.serial
              WHERE c.serial IS NULL OR p.card IS NULL OR p.org <> m.org
                 OR p.fresh <> (m.category = 'NEW_EMPLOYMENT_FORM')
                 OR p.counted <> (c.status <> 'CANCELLED')
                 OR p.stage < progress_stage(c.status, c.device_key IS NOT NULL)""",
              Check.Reads.WHOLE),
          new Check(
              "progress-recounts",
              "推进进度的汇总与逐卡清点一致",
              "what stands at each stage, of unions and their subtrees, by days and in all, is what the cards say",
              """
              WITH own AS (
                SELECT p.org, s AS stage, count(*) AS n, count(*) FILTER (WHERE p.fresh) AS fresh
                FROM progress_mark p CROSS JOIN LATERAL generate_series(1, p.stage) s
                WHERE p.counted GROUP BY p.org, s),
              counted AS (
                SELECT org, false AS whole, stage, n, fresh FROM own
                UNION ALL
                SELECT a.org, true, w.stage, sum(w.n), sum(w.fresh)
                FROM own w JOIN org o ON o.id = w.org CROSS JOIN LATERAL unnest(o.path) a (org)
                GROUP BY a.org, w.stage),
              noted AS (
                SELECT a.org, a.whole, d.stage, sum(d.n) AS n, sum(d.fresh) AS fresh
                FROM progress_delta d JOIN org o ON o.id = d.org
                CROSS JOIN LATERAL (SELECT o.id, false UNION ALL SELECT unnest(o.path), true)
                  a (org, whole)
                GROUP BY a.org, a.whole, d.stage)
              SELECT k.org || '/' || k.whole || '/' || k.stage FROM (
                SELECT 1 AS source, org, whole, stage, n, fresh FROM counted
                UNION ALL SELECT 2, org, whole, stage, n, fresh FROM progress_standing
                UNION ALL SELECT 3, org, whole, stage, sum(n), sum(fresh) FROM progress_day
                  GROUP BY org, whole, stage
                UNION ALL SELECT 4, org, whole, stage, n, fresh FROM noted) k
              GROUP BY k.org, k.whole, k.stage
              HAVING coalesce(sum(n) FILTER (WHERE source = 1), 0)
                  <> coalesce(sum(n) FILTER (WHERE source IN (2, 4)), 0)
                OR coalesce(sum(fresh) FILTER (WHERE source = 1), 0)
                  <> coalesce(sum(fresh) FILTER (WHERE source IN (2, 4)), 0)
                OR coalesce(sum(n) FILTER (WHERE source = 2), 0)
                  <> coalesce(sum(n) FILTER (WHERE source = 3), 0)
                OR coalesce(sum(fresh) FILTER (WHERE source = 2), 0)
                  <> coalesce(sum(fresh) FILTER (WHERE source = 3), 0)""",
              Check.Reads.WHOLE),
          new Check(
              "tasks-add-up",
              "下达的任务量之和等于本级任务量",
              "what each union has handed down of its task is the task",
              """
              SELECT p.id FROM target_plan p JOIN target_share s ON s.plan = p.id
              WHERE p.state IN ('ISSUED', 'REPLACED')
              GROUP BY p.id HAVING sum(s.cards) <> p.cards""",
              Check.Reads.WHOLE),
          new Check(
              "staff-audit-chain",
              "人员操作留痕首尾相接、未被改动",
              "each entry of what staff did covers the one before, up to the head",
              """
              SELECT seq FROM (
                SELECT seq, prev, hash, audit_hash(a) AS again,
                       lag(hash, 1, {audit_head}) OVER (ORDER BY seq) AS before,
                       lag(seq, 1, {audit_after}::bigint) OVER (ORDER BY seq) AS last
                FROM {audit} a) c
              WHERE hash <> again OR prev <> before OR seq <> last + 1
              UNION ALL
              SELECT h.seq FROM audit_head h
              WHERE h.seq <> coalesce((SELECT max(seq) FROM audit), 0)
                 OR h.seq > 0 AND h.hash IS DISTINCT FROM
                    (SELECT hash FROM audit WHERE seq = h.seq)""",
              Check.Reads.NEWS));

  private DeskChecks() {}
}
