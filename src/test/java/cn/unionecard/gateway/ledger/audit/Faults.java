package cn.unionecard.gateway.ledger.audit;

import java.util.Map;
import java.util.TreeMap;

/**
 * A fault of each rule of the audit, in the newest rows of a ledger of every kind: found however
 * little of it is new.
 */
public final class Faults {
  /** A round of which nothing was given, for the campaign that has paid most lately. */
  private static final String ROUND =
      """
      insert into staff (login, name, org, roles, status, password)
        select 'giver', 'x', id, '{CLERK}', 'ACTIVE', '$argon2id$' from org where parent is null;
      insert into benefit_round (campaign, name, document_no, way, state, prepared_by, each, most, good_days)
        select max(t.campaigns[1]), '第一批', 'x', 'SHEET', 'DRAFT', max(s.id), 1, 10, 30
        from transaction t, staff s where t.campaigns is not null;
      """;

  private static final Map<String, String> FAULTS = new TreeMap<>();

  static {
    FAULTS.put(
        "allocations-add-up",
        """
        update transaction set fens[1] = fens[1] + 1
        where id = (select max(id) from transaction where effect = 1 and fens is not null)""");
    FAULTS.put(
        "completions-name-their-payers",
        """
        update transaction set payers[1] = payers[1] - 1
        where id = (select max(id) from transaction where effect = 3 and fens is not null)""");
    FAULTS.put(
        "sold-in-their-scene",
        """
        alter table terminal disable trigger terminal_scene_stands;
        update terminal set scene = 'ONLINE_MALL' where id = (
          select terminal from transaction where id = (select max(id) from transaction))""");
    FAULTS.put(
        "budgets-match-allocations",
        "update allowance set used_fen = used_fen - 1 where kind = 1 and used_fen > 0");
    FAULTS.put("allocations-have-a-budget", "delete from allowance where kind = 1");
    FAULTS.put(
        "member-use-matches-allocations",
        "update allowance set used_fen = used_fen - 1 where kind = 2 and used_fen > 0");
    FAULTS.put(
        "days-match-allocations",
        "update allowance set used_count = used_count - 1 where kind = 2 and used_count > 0");
    FAULTS.put(
        "entitlements-match-allocations",
        ROUND
            + """
            insert into entitlement (member, campaign, round, nth, kind, worth_fen, granted_at, from_ms, until_ms,
                limit_count, used_count)
              select min(m.id), r.campaign, r.id, 1, 1, 1, now(), 1, 2, 1, 1
              from member m, benefit_round r where r.name = '第一批' group by r.id, r.campaign""");
    FAULTS.put(
        "entitlements-are-the-payers",
        """
        update campaign set grants = '{"kind":"VOUCHER"}'
        where id = (
          select t.campaigns[1] from transaction t join campaign c on c.id = t.campaigns[1]
          where c.grants is null order by t.id desc limit 1)""");
    FAULTS.put(
        "rounds-gave-what-they-count", ROUND + "update benefit_round set granted = granted + 1");
    FAULTS.put(
        "allowances-not-exceeded",
        """
        alter table allowance drop constraint allowance_fen_exceeded;
        update allowance set limit_fen = used_fen - 1 where kind = 1 and used_fen > 0""");
    FAULTS.put(
        "one-answer-per-key",
        "delete from transaction_key where transaction = (select max(id) from transaction)");
    FAULTS.put(
        "codes-pay-once",
        "delete from code_use where transaction = (select max(transaction) from code_use)");
    FAULTS.put(
        "follows-an-original",
        """
        update transaction set original = original + 1
        where id = (select max(id) from transaction where original is not null)""");
    FAULTS.put(
        "undone-adds-up",
        """
        delete from undo where original = (
          select max(original) from undo where undone_fen > 0)""");
    FAULTS.put(
        "funders-get-back-what-they-paid",
        """
        update undo set returned[1] = returned[1] - 1
        where original = (select max(original) from undo where returned[1] > 0)""");
    FAULTS.put(
        "holds-end-once",
        """
        update hold set state = 'RELEASED'
        where origin = (select max(origin) from hold where state = 'COMPLETED')""");
    FAULTS.put(
        "one-event-per-transaction",
        """
        update outbox set kind = 'transaction.refused'
        where subject = (select max(id) from transaction where refusal is null)""");
    FAULTS.put(
        "feed-has-no-gap",
        """
        delete from feed_row where seq = (
          select max(seq) from feed_row where seq < (select max(seq) from feed_row))""");
    FAULTS.put(
        "feed-tells-outbox",
        """
        update feed_row set outbox = -outbox
        where seq = (select max(seq) from feed_row)""");
    FAULTS.put(
        "blocks-are-whole",
        "update block b set size = size + 1 from chain c where c.id = b.chain and c.seq = b.seq");
    FAULTS.put(
        "in-one-batch",
        "update transaction set batch = 999999 where id = (select max(id) from transaction)");
    FAULTS.put(
        "batches-recount",
        "update batch_close set debit_fen = debit_fen + 1 where state <> 'CLOSING'");
    FAULTS.put(
        "progress-marks-cards",
        "update progress_mark set counted = not counted where card = (select min(card) from progress_mark)");
    FAULTS.put(
        "progress-recounts", "update progress_standing set n = n + 1 where stage = 4 and whole");
    FAULTS.put(
        "first-uses-are-found", "update progress_cursor set seq = (select seq from feed_cursor)");
    FAULTS.put(
        "tasks-add-up",
        """
        insert into staff (login, name, org, roles, status, password)
          select v, 'x', id, '{CLERK}', 'ACTIVE', '$argon2id$' from org, unnest(array['one', 'two']) v
          where parent is null;
        insert into target_plan (org, year, edition, state, cards, document_no, prepared_by, prepared_at,
            issued_by, issued_at)
          select o.id, 2026, 1, 'ISSUED', 2, 'x', min(s.id), now(), max(s.id), now()
          from org o, staff s where o.parent is null group by o.id;
        insert into target_share select p.id, p.org, 1 from target_plan p""");
  }

  private Faults() {}

  /** By the check that finds it. */
  public static Map<String, String> all() {
    return FAULTS;
  }
}
