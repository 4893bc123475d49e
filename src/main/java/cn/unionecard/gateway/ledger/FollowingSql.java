package cn.unionecard.gateway.ledger;

/**
 * The statements of a flight that has requests which follow earlier ones, holds or offline sales.
 * As those of {@link FlightSql} they probe indexes only, and lock in the order of sorted keys.
 */
final class FollowingSql {
  private FollowingSql() {}

  // ---- before the locks: what never changes

  /** Transactions named by id or by key, each with the one that all began with; who pays them. */
  static final String NAMED =
      """
      WITH named AS MATERIALIZED (
        SELECT id FROM unnest($1::bigint[]) AS i (id)
        UNION
        SELECT k.transaction
        FROM unnest($2::int[], $3::text[]) AS w (terminal, request_id)
        CROSS JOIN LATERAL (
          SELECT transaction FROM transaction_key
          WHERE terminal = w.terminal AND request_id = w.request_id AND class = 0 LIMIT 1) k)
      SELECT t.id, t.type, t.effect, t.terminal, t.batch, t.merchant, t.order_fen,
             t.member_pays_fen, r.id, r.type, r.merchant, r.card, c.member, r.order_fen,
             r.member_pays_fen, t.campaigns, t.payers, t.fens, t.lots, r.campaigns, r.payers,
             r.fens, r.lots
      FROM named
      CROSS JOIN LATERAL (
        SELECT id, type, effect, terminal, batch, merchant, order_fen, member_pays_fen,
               coalesce(original, id) AS root, campaigns, payers, fens, lots
        FROM transaction WHERE transaction.id = named.id LIMIT 1) t
      CROSS JOIN LATERAL (
        SELECT id, type, merchant, card, order_fen, member_pays_fen, campaigns, payers, fens, lots
        FROM transaction WHERE transaction.id = t.root LIMIT 1) r
      LEFT JOIN LATERAL (
        SELECT member FROM card WHERE card.serial = r.card LIMIT 1) c ON true""";

  // ---- locks

  /**
   * Locks the transactions that deals began with: whoever follows one of them holds its row, so
   * that all which is read of the deal behind it fits together and stays.
   */
  static final String LOCK_ROOTS =
      """
      SELECT t.id
      FROM unnest($1::bigint[]) AS want (id)
      CROSS JOIN LATERAL (
        SELECT id FROM transaction WHERE transaction.id = want.id LIMIT 1 FOR NO KEY UPDATE) t""";

  static final String LOCK_COUNTERS =
      """
      SELECT c.terminal, c.counter, c.outage_at_ms, c.outage_count
      FROM unnest($1::int[]) AS want (terminal)
      CROSS JOIN LATERAL (
        SELECT terminal, counter, outage_at_ms, outage_count
        FROM terminal_counter
        WHERE terminal_counter.terminal = want.terminal LIMIT 1 FOR UPDATE) c""";

  // ---- behind the locks

  static final String UNDOS =
      """
      SELECT u.original, u.undone_fen, u.undone_member_fen, u.whole, u.returned
      FROM unnest($1::bigint[]) AS want (original)
      CROSS JOIN LATERAL (
        SELECT original, undone_fen, undone_member_fen, whole, returned
        FROM undo WHERE undo.original = want.original LIMIT 1) u""";

  static final String HOLDS =
      """
      SELECT h.origin, h.state, h.due_ms, h.ended_by
      FROM unnest($1::bigint[]) AS want (origin)
      CROSS JOIN LATERAL (
        SELECT origin, state, due_ms, ended_by FROM hold
        WHERE hold.origin = want.origin LIMIT 1) h""";

  /** Whether old codes have paid: an offline sale's may be of long ago. */
  static final String OLD_CODE_USES =
      """
      SELECT want.serial, u.step
      FROM unnest($1::bigint[], $2::bigint[]) AS want (serial, step)
      CROSS JOIN LATERAL (
        SELECT step FROM code_use
        WHERE card = want.serial AND step BETWEEN want.step - 1 AND want.step + 1
        ORDER BY step LIMIT 3) u""";

  // ---- commit

  /** What came back of each payer is told as text: arrays of arrays are of equal length. */
  static final String INSERT_UNDOS =
      """
      INSERT INTO undo (original, total_fen, total_member_fen, undone_fen, undone_member_fen, whole,
        transaction, returned)
      SELECT original, total_fen, total_member_fen, undone_fen, undone_member_fen, whole,
        transaction, returned::bigint[]
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
        $6::boolean[], $7::bigint[], $8::text[])
        AS u (original, total_fen, total_member_fen, undone_fen, undone_member_fen, whole,
          transaction, returned)""";

  // Updates go by ON CONFLICT: a probe of the key by construction, where a join with UPDATE would
  // walk the index of a table that was small when its plan was made. The row is there and locked.

  static final String UPDATE_UNDOS =
      INSERT_UNDOS
          + """

          ON CONFLICT (original) DO UPDATE
          SET undone_fen = excluded.undone_fen, undone_member_fen = excluded.undone_member_fen,
              whole = excluded.whole, transaction = excluded.transaction,
              returned = excluded.returned""";

  static final String INSERT_HOLDS =
      """
      INSERT INTO hold (origin, state, due_ms, ended_by)
      SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[])""";

  static final String UPDATE_HOLDS =
      INSERT_HOLDS
          + """

          ON CONFLICT (origin) DO UPDATE
          SET state = excluded.state, ended_by = excluded.ended_by""";

  static final String INSERT_COUNTERS =
      """
      INSERT INTO terminal_counter (terminal, counter, outage_at_ms, outage_count)
      SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::int[])""";

  static final String UPDATE_COUNTERS =
      INSERT_COUNTERS
          + """

          ON CONFLICT (terminal) DO UPDATE
          SET counter = excluded.counter, outage_at_ms = excluded.outage_at_ms,
              outage_count = excluded.outage_count""";

  // ---- the sweep

  /** Holds whose time is over, the oldest first, behind the one named, by their keys. */
  static final String DUE_HOLDS =
      """
      SELECT d.terminal_no, t.request_id, h.due_ms, h.origin
      FROM (SELECT origin, due_ms FROM hold
            WHERE state = 'OPEN' AND due_ms <= $1 AND (due_ms, origin) > ($3, $4)
            ORDER BY due_ms, origin LIMIT $2) h
      CROSS JOIN LATERAL (
        SELECT terminal, request_id FROM transaction WHERE transaction.id = h.origin LIMIT 1) t
      CROSS JOIN LATERAL (
        SELECT terminal_no FROM terminal WHERE terminal.id = t.terminal LIMIT 1) d""";
}
