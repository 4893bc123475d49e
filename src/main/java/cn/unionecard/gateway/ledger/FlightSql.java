package cn.unionecard.gateway.ledger;

/**
 * The statements of a block's flight. Each walks an array of keys and probes one index per key
 * ({@code LATERAL … LIMIT}), so no plan can ever scan a table; rows are locked in the order of the
 * sorted keys. Few statements, for each costs a flight its start-up, whatever the block holds.
 */
final class FlightSql {
  private FlightSql() {}

  // ---- prefetch

  /**
   * What is known of each request before its code is looked at: the version of the definitions, its
   * terminal and merchant, and the earlier answers under its key. A request without a key (null)
   * has none.
   */
  static final String REQUESTS =
      """
      SELECT d.version, want.terminal, t.status, t.merchant, m.status,
             want.request_id, k.class, k.transaction, k.type, k.fingerprint
      FROM (SELECT version FROM definitions WHERE one) d
      LEFT JOIN unnest($1::int[], $2::text[]) AS want (terminal, request_id) ON true
      LEFT JOIN LATERAL (
        SELECT status, merchant FROM terminal WHERE terminal.id = want.terminal LIMIT 1) t ON true
      LEFT JOIN LATERAL (
        SELECT status FROM merchant WHERE merchant.id = t.merchant LIMIT 1) m ON true
      LEFT JOIN LATERAL (
        SELECT class, transaction, type, fingerprint FROM transaction_key
        WHERE terminal = want.terminal AND request_id = want.request_id
        ORDER BY class LIMIT 3) k ON true""";

  /** Requests that reversals name: what there is to take back, and whether it was already. */
  static final String ORIGINALS =
      """
      SELECT k.transaction, t.refusal IS NULL, t.merchant, t.card, c.member, t.order_fen,
             t.member_pays_fen, u.original IS NOT NULL
      FROM unnest($1::int[], $2::text[]) AS want (terminal, request_id)
      CROSS JOIN LATERAL (
        SELECT transaction FROM transaction_key
        WHERE terminal = want.terminal AND request_id = want.request_id AND class = 0 LIMIT 1) k
      CROSS JOIN LATERAL (
        SELECT refusal, merchant, card, order_fen, member_pays_fen
        FROM transaction WHERE transaction.id = k.transaction LIMIT 1) t
      LEFT JOIN LATERAL (
        SELECT member FROM card WHERE card.serial = t.card LIMIT 1) c ON true
      LEFT JOIN LATERAL (
        SELECT original FROM undo WHERE undo.original = k.transaction LIMIT 1) u ON true""";

  static final String ORIGINAL_ALLOCATIONS =
      """
      SELECT k.transaction, a.campaign, a.funder, a.party, a.fen
      FROM unnest($1::int[], $2::text[]) AS want (terminal, request_id)
      CROSS JOIN LATERAL (
        SELECT transaction FROM transaction_key
        WHERE terminal = want.terminal AND request_id = want.request_id AND class = 0 LIMIT 1) k
      CROSS JOIN LATERAL (
        SELECT campaign, funder, party, fen FROM allocation
        WHERE allocation.transaction = k.transaction ORDER BY line LIMIT 64) a""";

  /** Cards with their holders, and which of their recent codes were used. */
  static final String CARDS =
      """
      SELECT want.serial, c.member, m.org, m.category, c.status, c.epoch, c.holder_mask, u.steps
      FROM unnest($1::bigint[]) AS want (serial)
      CROSS JOIN LATERAL (
        SELECT member, status, epoch, holder_mask FROM card WHERE card.serial = want.serial LIMIT 1) c
      CROSS JOIN LATERAL (
        SELECT org, category FROM member WHERE member.id = c.member LIMIT 1) m
      CROSS JOIN LATERAL (
        SELECT array_agg(step) AS steps FROM (
          SELECT step FROM code_use WHERE card = want.serial AND step >= $2 ORDER BY step LIMIT 16) s) u""";

  /** Locks first all budgets by campaign: of the campaigns here, and of originals taken back. */
  static final String LOCK_BUDGETS =
      """
      WITH want AS MATERIALIZED (
        SELECT owner FROM unnest($1::bigint[]) AS here (owner)
        UNION
        SELECT a.campaign
        FROM unnest($2::int[], $3::text[]) AS o (terminal, request_id)
        CROSS JOIN LATERAL (
          SELECT transaction FROM transaction_key
          WHERE terminal = o.terminal AND request_id = o.request_id AND class = 0 LIMIT 1) k
        CROSS JOIN LATERAL (
          SELECT campaign FROM allocation WHERE allocation.transaction = k.transaction LIMIT 64) a
        ORDER BY owner)
      SELECT a.holder, a.kind, a.owner, a.limit_fen, a.limit_count, a.day_limit_fen,
             a.day_limit_count, a.used_fen, a.used_count, a.day, a.day_fen, a.day_count
      FROM want CROSS JOIN LATERAL (
        SELECT holder, kind, owner, limit_fen, limit_count, day_limit_fen, day_limit_count,
               used_fen, used_count, day, day_fen, day_count
        FROM allowance WHERE holder = 0 AND kind = 1 AND allowance.owner = want.owner
        LIMIT 1 FOR UPDATE) a""";

  /** Then what the members used, by member and campaign. */
  static final String LOCK_MEMBER_USES =
      """
      WITH want AS MATERIALIZED (
        SELECT c.member
        FROM unnest($1::bigint[]) AS here (serial)
        CROSS JOIN LATERAL (SELECT member FROM card WHERE card.serial = here.serial LIMIT 1) c
        UNION
        SELECT c.member
        FROM unnest($2::int[], $3::text[]) AS o (terminal, request_id)
        CROSS JOIN LATERAL (
          SELECT transaction FROM transaction_key
          WHERE terminal = o.terminal AND request_id = o.request_id AND class = 0 LIMIT 1) k
        CROSS JOIN LATERAL (
          SELECT card FROM transaction WHERE transaction.id = k.transaction LIMIT 1) t
        CROSS JOIN LATERAL (SELECT member FROM card WHERE card.serial = t.card LIMIT 1) c
        ORDER BY member)
      SELECT a.holder, a.kind, a.owner, a.limit_fen, a.limit_count, a.day_limit_fen,
             a.day_limit_count, a.used_fen, a.used_count, a.day, a.day_fen, a.day_count
      FROM want CROSS JOIN LATERAL (
        SELECT holder, kind, owner, limit_fen, limit_count, day_limit_fen, day_limit_count,
               used_fen, used_count, day, day_fen, day_count
        FROM allowance WHERE allowance.holder = want.member AND kind = 2
        ORDER BY owner LIMIT 1000 FOR UPDATE) a""";

  // ---- commit

  /**
   * All rows of a block in one statement. Its parts lock nothing that another lane could hold in
   * another order: they insert, and update allowances that the prefetch has locked.
   */
  static final String INSERT_BLOCK =
      """
      WITH leaf AS MATERIALIZED (
        SELECT * FROM unnest($9::bigint[], $10::smallint[], $11::text[], $12::int[], $13::int[],
          $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::text[], $19::bytea[],
          $20::smallint[], $21::bytea[], $22::bigint[], $23::text[], $24::text[])
          AS t (id, type, refusal, terminal, merchant, card, order_fen, member_pays_fen, original,
            request_id, body, class, fingerprint, step, event, event_body)),
      keys AS (
        INSERT INTO transaction_key (terminal, request_id, class, transaction, type, fingerprint)
        SELECT terminal, request_id, class, id, type, fingerprint FROM leaf),
      transactions AS (
        INSERT INTO transaction (id, chain, seq, type, refusal, terminal, merchant, card, order_fen,
          member_pays_fen, discount_fen, original, request_id, body)
        SELECT id, $1, $2, type, refusal, terminal, merchant, card, order_fen, member_pays_fen,
          order_fen - member_pays_fen, original, request_id, body
        FROM leaf),
      code_uses AS (
        INSERT INTO code_use (card, step, transaction)
        SELECT card, step, id FROM leaf WHERE step IS NOT NULL),
      events AS (
        INSERT INTO outbox (kind, merchant, subject, at, body)
        SELECT event, merchant, id, $25::timestamptz, event_body FROM leaf),
      allocations AS (
        INSERT INTO allocation (transaction, line, campaign, funder, party, fen)
        SELECT * FROM unnest($26::bigint[], $27::smallint[], $28::int[], $29::text[], $30::int[],
          $31::bigint[])),
      postings AS (
        INSERT INTO posting (transaction, line, account, party, fen)
        SELECT * FROM unnest($32::bigint[], $33::smallint[], $34::text[], $35::bigint[],
          $36::bigint[])),
      fresh_allowances AS (
        INSERT INTO allowance (holder, kind, owner, limit_fen, limit_count, day_limit_fen,
          day_limit_count, used_fen, used_count, day, day_fen, day_count)
        SELECT * FROM unnest($37::bigint[], $38::smallint[], $39::bigint[], $40::bigint[],
          $41::bigint[], $42::bigint[], $43::bigint[], $44::bigint[], $45::bigint[], $46::int[],
          $47::bigint[], $48::bigint[])),
      stored_allowances AS (
        UPDATE allowance a
        SET limit_fen = n.limit_fen, limit_count = n.limit_count, day_limit_fen = n.day_limit_fen,
            day_limit_count = n.day_limit_count, used_fen = n.used_fen, used_count = n.used_count,
            day = n.day, day_fen = n.day_fen, day_count = n.day_count
        FROM unnest($49::bigint[], $50::smallint[], $51::bigint[], $52::bigint[], $53::bigint[],
          $54::bigint[], $55::bigint[], $56::bigint[], $57::bigint[], $58::int[], $59::bigint[],
          $60::bigint[])
          AS n (holder, kind, owner, limit_fen, limit_count, day_limit_fen, day_limit_count,
            used_fen, used_count, day, day_fen, day_count)
        WHERE a.holder = n.holder AND a.kind = n.kind AND a.owner = n.owner)
      INSERT INTO block (chain, seq, first_id, size, kid, hash, signature, header)
      VALUES ($1::int, $2::bigint, $3::bigint, $4::smallint, $5::text, $6::bytea, $7::bytea, $8::bytea)""";

  static final String INSERT_UNDOS =
      """
      INSERT INTO undo (original, undone_fen, transaction)
      SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])""";

  /** Moves the chain's head; raises {@value #FENCED} if another process has taken it over. */
  static final String ADVANCE_CHAIN = "SELECT advance_chain($1, $2, $3, $4, $5)";

  /** SQLSTATE of {@link #ADVANCE_CHAIN} when the chain is no longer ours. */
  static final String FENCED = "EC001";

  // ---- chain

  static final String LOCK_CHAIN_NAME =
      "SELECT pg_try_advisory_lock(hashtextextended('chain ' || $1, 0))";

  /** Ends the session of that process, if it is the one that holds the chain's name. */
  static final String END_SESSION =
      """
      SELECT pg_terminate_backend(pid, 500) FROM pg_locks
      WHERE locktype = 'advisory' AND granted AND pid = $1 AND objsubid = 1
        AND (classid::bigint << 32 | objid::bigint) = hashtextextended('chain ' || $2, 0)""";

  static final String CREATE_CHAIN =
      """
      INSERT INTO chain (name, slot, head)
      SELECT $1, (SELECT min(s) FROM generate_series(0, 255) s
                  WHERE NOT EXISTS (SELECT FROM chain c WHERE c.slot = s)), $2
      ON CONFLICT (name) DO NOTHING""";

  /**
   * Takes the chain over. Waits for a commit of the former holder that is still under way, so what
   * it returns is final.
   */
  static final String TAKE_CHAIN =
      """
      UPDATE chain SET epoch = epoch + 1 WHERE name = $1
      RETURNING id, slot, epoch, seq, head, tick""";
}
