package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.definitions.DefinitionsSql;

/**
 * The statements of a block's flight. Each walks an array of keys and probes one index per key
 * ({@code LATERAL … LIMIT}), so no plan can ever scan a table; rows are locked in the order of the
 * sorted keys. Few statements, for each costs a flight its start-up, whatever the block holds.
 */
final class FlightSql {
  private FlightSql() {}

  // ---- prefetch

  static final String BEGIN = "BEGIN";

  /**
   * Gives a flight its transaction number before it reads a terminal's batch: whoever closes the
   * batch waits for all flights with a number below its own. Prepared, so it is parsed and planned
   * once and not for each block.
   */
  static final String NUMBER = "SELECT pg_current_xact_id()::text";

  // What a row of FACTS is about: its first column.
  static final short ANSWERED = 1;
  static final short CARD = 2;
  static final short ALLOWANCE = 3;
  static final short DEFINITIONS = 4;
  static final short MERCHANT = 5;
  static final short BATCH = 6;
  static final short TERMINAL = 7;
  static final short MEMBER = 8;
  static final short USED = 9;

  /** The numbers of an {@link #ALLOWANCE}. */
  static final String ALLOWANCE_NUMBERS =
      """
      ARRAY[holder, kind, owner, limit_fen, limit_count, day_limit_fen, day_limit_count,
        used_fen, used_count, day, day_fen, day_count]""";

  /**
   * All that a block must know, in one statement: a round trip has its price, and so has each
   * statement in it. Every row is one fact: what it is about, numbers, texts, bytes. What many
   * requests share is asked once, by {@code = ANY} of sorted keys, for which an index's page is
   * walked once and not once for each key.
   *
   * <ul>
   *   <li>{@link #DEFINITIONS}: their version, and what changed after the one that is known.
   *   <li>{@link #MERCHANT}, {@link #BATCH}, {@link #TERMINAL}: how they stand; a terminal behind
   *       its merchant and its batch. One in its first batch has no row of it.
   *   <li>{@link #ANSWERED}: earlier answers under the requests' keys; mostly none.
   *   <li>{@link #MEMBER}, {@link #CARD}, {@link #USED}: cards behind their holders, and which of
   *       their codes that could pay now were used; mostly none.
   *   <li>{@link #ALLOWANCE}: locked, first all budgets, by campaign, then what the members used of
   *       these campaigns, by member and campaign. The parts of UNION ALL are carried out one after
   *       the other; were they not, two lanes could wait for each other, and the server would send
   *       one of them round.
   * </ul>
   */
  static final String FACTS =
      """
      WITH cards AS MATERIALIZED (
        SELECT serial, member, status, epoch, holder_mask FROM card
        WHERE serial = ANY ($3::bigint[])),
      holders AS MATERIALIZED (SELECT DISTINCT member FROM cards ORDER BY member)
      SELECT 4::smallint,
      """
          + DefinitionsSql.CHANGES_NUMBERS
          + ", NULL::text[], NULL::bytea "
          + DefinitionsSql.changes(7)
          + """
      UNION ALL
      SELECT 5::smallint, ARRAY[id], ARRAY[status], NULL
      FROM merchant WHERE id = ANY ($9::int[])
      UNION ALL
      SELECT 6::smallint, ARRAY[terminal, batch], NULL, NULL
      FROM terminal_batch WHERE terminal = ANY ($8::int[])
      UNION ALL
      SELECT 7::smallint, ARRAY[id, merchant], ARRAY[status], NULL
      FROM terminal WHERE id = ANY ($8::int[])
      UNION ALL
      SELECT 1::smallint, ARRAY[want.terminal, k.class, k.transaction, k.type],
             ARRAY[want.request_id], k.fingerprint
      FROM unnest($1::int[], $2::text[]) AS want (terminal, request_id)
      CROSS JOIN LATERAL (
        SELECT class, transaction, type, fingerprint FROM transaction_key
        WHERE terminal = want.terminal AND request_id = want.request_id
        ORDER BY class LIMIT 4) k
      UNION ALL
      SELECT 8::smallint, ARRAY[id, org], ARRAY[category], NULL
      FROM member WHERE id = ANY (ARRAY(SELECT member FROM holders))
      UNION ALL
      SELECT 2::smallint, ARRAY[serial, member, epoch], ARRAY[status, holder_mask], NULL
      FROM cards
      UNION ALL
      SELECT 9::smallint, ARRAY[card, step], NULL, NULL
      FROM code_use WHERE card = ANY ($3::bigint[]) AND step BETWEEN $4 AND $5
      UNION ALL
      SELECT 3::smallint,
      """
          + ALLOWANCE_NUMBERS
          + """
      , NULL, NULL
      FROM unnest($6::bigint[]) AS want (campaign)
      CROSS JOIN LATERAL (
        SELECT * FROM allowance WHERE holder = 0 AND kind = 1 AND owner = want.campaign
        LIMIT 1 FOR UPDATE) a
      UNION ALL
      SELECT 3::smallint,
      """
          + ALLOWANCE_NUMBERS
          + """
      , NULL, NULL
      FROM (
        SELECT * FROM allowance
        WHERE holder = ANY (ARRAY(SELECT member FROM holders)) AND kind = 2
          AND owner = ANY ($6::bigint[])
        ORDER BY holder, owner FOR UPDATE) a""";

  // ---- commit

  /**
   * Moves the chain's head and adds the rows that every block has, in one statement; raises {@value
   * #FENCED} if another process has taken the chain over. Whoever takes it over waits for its row
   * and then knows how this ended. The other parts lock nothing that another lane could hold in
   * another order: they insert, and update allowances that the prefetch has locked. The update goes
   * by ON CONFLICT, a probe of the key by construction: a join with UPDATE would walk the index of
   * a table that was small when its plan was made.
   */
  static final String ADD_BLOCK =
      """
      WITH moved AS (
        UPDATE chain SET seq = $2, head = $6, tick = $61
        WHERE id = $1 AND epoch = $60 AND seq = $2 - 1 AND tick < $61 RETURNING id),
      leaf AS MATERIALIZED (
        SELECT * FROM unnest($9::bigint[], $10::smallint[], $11::text[], $12::int[], $13::int[],
          $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::text[], $19::bytea[],
          $20::smallint[], $21::bytea[], $22::bigint[], $23::int[], $24::smallint[],
          $25::text[], $26::int[], $27::int[])
          AS t (id, type, refusal, terminal, merchant, card, order_fen, member_pays_fen, original,
            request_id, body, class, fingerprint, step, batch, effect, trace, first, last)),
      keys AS (
        INSERT INTO transaction_key (terminal, request_id, class, transaction, type, fingerprint)
        SELECT terminal, request_id, class, id, type, fingerprint FROM leaf),
      transactions AS (
        INSERT INTO transaction (id, chain, seq, type, refusal, terminal, merchant, card, order_fen,
          member_pays_fen, discount_fen, original, request_id, body, batch, effect, trace,
          campaigns, payers, fens, lots)
        SELECT id, $1, $2, type, refusal, terminal, merchant, card, order_fen, member_pays_fen,
          order_fen - member_pays_fen, original, request_id, body, batch, effect, trace,
          ($28::int[])[first:last], ($29::int[])[first:last], ($30::bigint[])[first:last],
          nullif(array_remove(($62::bigint[])[first:last], NULL), '{}')
        FROM leaf),
      code_uses AS (
        INSERT INTO code_use (card, step, transaction)
        SELECT card, step, id FROM leaf WHERE step IS NOT NULL),
      events AS (
        INSERT INTO outbox (at, subject, merchants, types, kind, merchant, body)
        SELECT $31::timestamptz, $3::bigint, $13::int[], $63::smallint[], NULL, NULL, NULL
        UNION ALL
        SELECT $31::timestamptz, subject, NULL, NULL, kind, merchant, body
        FROM unnest($32::text[], $33::int[], $34::bigint[], $35::text[])
          AS e (kind, merchant, subject, body)),
      fresh_allowances AS (
        INSERT INTO allowance (holder, kind, owner, limit_fen, limit_count, day_limit_fen,
          day_limit_count, used_fen, used_count, day, day_fen, day_count)
        SELECT * FROM unnest($36::bigint[], $37::smallint[], $38::bigint[], $39::bigint[],
          $40::bigint[], $41::bigint[], $42::bigint[], $43::bigint[], $44::bigint[], $45::int[],
          $46::bigint[], $47::bigint[])),
      stored_allowances AS (
        INSERT INTO allowance (holder, kind, owner, limit_fen, limit_count, day_limit_fen,
          day_limit_count, used_fen, used_count, day, day_fen, day_count)
        SELECT * FROM unnest($48::bigint[], $49::smallint[], $50::bigint[], $51::bigint[],
          $52::bigint[], $53::bigint[], $54::bigint[], $55::bigint[], $56::bigint[], $57::int[],
          $58::bigint[], $59::bigint[])
        ON CONFLICT (holder, kind, owner) DO UPDATE
        SET limit_fen = excluded.limit_fen, limit_count = excluded.limit_count,
            day_limit_fen = excluded.day_limit_fen, day_limit_count = excluded.day_limit_count,
            used_fen = excluded.used_fen, used_count = excluded.used_count, day = excluded.day,
            day_fen = excluded.day_fen, day_count = excluded.day_count)
      INSERT INTO block (chain, seq, first_id, size, kid, hash, signature, header)
      VALUES (coalesce((SELECT id FROM moved), chain_fenced($1::int)), $2::bigint, $3::bigint,
        $4::smallint, $5::text, $6::bytea, $7::bytea, $8::bytea)""";

  /** SQLSTATE of {@link #ADD_BLOCK} when the chain is no longer ours. */
  static final String FENCED = "EC001";

  // ---- chain

  static final String LOCK_CHAIN_NAME =
      "SELECT pg_try_advisory_lock(hashtextextended('chain ' || $1, 0))";

  /** Ends the session of those processes that holds the chain's name, if one of them does. */
  static final String END_SESSIONS =
      """
      SELECT pg_terminate_backend(pid, 500) FROM pg_locks
      WHERE locktype = 'advisory' AND granted AND pid = ANY($1::int[]) AND objsubid = 1
        AND (classid::bigint << 32 | objid::bigint) = hashtextextended('chain ' || $2, 0)""";

  /** Nothing when the name is there, or when another node has just taken that slot. */
  static final String CREATE_CHAIN =
      """
      INSERT INTO chain (name, slot, head)
      SELECT $1, (SELECT min(s) FROM generate_series(0, 255) s
                  WHERE NOT EXISTS (SELECT FROM chain c WHERE c.slot = s)), $2
      ON CONFLICT DO NOTHING""";

  /**
   * Takes the chain over. Waits for a commit of the former holder that is still under way, so what
   * it returns is final.
   */
  static final String TAKE_CHAIN =
      """
      UPDATE chain SET epoch = epoch + 1 WHERE name = $1
      RETURNING id, slot, epoch, seq, head, tick""";
}
