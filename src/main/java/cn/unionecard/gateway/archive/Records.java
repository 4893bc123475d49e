package cn.unionecard.gateway.archive;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was recorded: transactions with their block, blocks with their bodies, public keys.
 */
public final class Records {

  /**
   * A recorded transaction.
   *
   * @param card serial of the card whose code began it; null if none did
   * @param authorisingPath organisation codes from the root to the merchant's authorising org
   */
  public record Found(
      long id,
      String terminal,
      Sealed block,
      @Nullable Long card,
      List<String> authorisingPath,
      List<String> signingPath) {
    public Found {
      authorisingPath = List.copyOf(authorisingPath);
      signingPath = List.copyOf(signingPath);
    }
  }

  /**
   * A committed block.
   *
   * @param bodies in leaf order; all proofs follow from them
   */
  public record Sealed(
      byte[] header, byte[] hash, byte[] signature, String kid, long firstId, List<byte[]> bodies) {
    public Sealed {
      bodies = List.copyOf(bodies);
    }
  }

  /** A public key that signs or signed receipts. */
  public record Key(String kid, String algorithm, byte[] spki) {}

  private static final String PATH =
      """
      (SELECT array_agg(o.code ORDER BY p.place)
       FROM org w CROSS JOIN LATERAL unnest(w.path) WITH ORDINALITY AS p (id, place)
       JOIN org o ON o.id = p.id WHERE w.id = m.%s)""";
  private static final String FOUND =
      """
      SELECT t.id, d.terminal_no, b.header, b.hash, b.signature, b.kid, b.first_id, b.size,
      """
          + String.format(Locale.ROOT, PATH, "authorising_org")
          + ", "
          + String.format(Locale.ROOT, PATH, "signing_org")
          + """
      , coalesce(t.card, transaction_card(t.original))
      FROM transaction t
      JOIN block b ON b.chain = t.chain AND b.seq = t.seq
      JOIN terminal d ON d.id = t.terminal
      JOIN merchant m ON m.id = t.merchant
      """;
  private static final String BY_ID = FOUND + "WHERE t.id = $1";
  private static final String BY_ID_OF =
      BY_ID + " AND t.merchant = (SELECT s.merchant FROM staff s WHERE s.login = $2)";
  private static final String BY_KEY =
      FOUND
          + """
          WHERE t.id IN (
            SELECT k.transaction FROM transaction_key k JOIN terminal w ON w.id = k.terminal
            WHERE w.terminal_no = $1 AND k.request_id = $2)
          ORDER BY t.id""";

  /**
   * One row for each element that is left of a purchase ($2 at the merchant of terminal $1), or one
   * without an element. A till may name by its code what is open to every member, and any mark: as
   * {@code rules.FollowOn} takes it.
   */
  private static final String LEFT =
      """
      WITH deal AS (
        SELECT r.order_fen - coalesce(u.undone_fen, 0) AS left_fen,
          r.member_pays_fen - coalesce(u.undone_member_fen, 0) AS member_left_fen,
          r.campaigns, r.fens, u.returned
        FROM transaction t
        JOIN terminal d ON d.terminal_no = $1 AND d.merchant = t.merchant
        JOIN transaction r ON r.id = coalesce(t.original, t.id)
        LEFT JOIN undo u ON u.original = r.id
        LEFT JOIN hold h ON h.origin = r.id
        WHERE t.id = $2 AND (t.effect = 1 OR t.effect = 3 AND h.ended_by = t.id)),
      payer AS (
        SELECT c.code, c.public_name, c.rule -> 'benefit' ->> 'lines' AS mark,
          c.grants IS NULL
            AND coalesce(c.rule -> 'members' -> 'orgs', '[]') = '[]'
            AND coalesce(c.rule -> 'members' -> 'categories', '[]') = '[]' AS is_open,
          p.fen - coalesce(deal.returned[p.line], 0) AS fen
        FROM deal
        CROSS JOIN LATERAL unnest(deal.campaigns, deal.fens)
          WITH ORDINALITY AS p (campaign, fen, line)
        JOIN campaign c ON c.id = p.campaign)
      SELECT deal.left_fen, deal.member_left_fen, e.is_mark, e.code, e.name, e.fen
      FROM deal
      LEFT JOIN (
        SELECT false AS is_mark, code, public_name AS name, sum(fen)::bigint AS fen
        FROM payer WHERE is_open GROUP BY code, public_name
        UNION ALL
        SELECT true, mark, NULL, sum(fen)::bigint FROM payer WHERE mark IS NOT NULL GROUP BY mark
        ) e ON e.fen > 0
      ORDER BY e.is_mark, e.code""";

  private static final String BLOCK =
      """
      SELECT b.header, b.hash, b.signature, b.kid, b.first_id, b.size
      FROM block b JOIN chain c ON c.id = b.chain WHERE c.name = $1 AND b.seq = $2""";
  private static final String BODIES =
      "SELECT body FROM transaction WHERE id >= $1 AND id < $2 ORDER BY id";
  private static final String KEYS =
      """
      SELECT kid, alg, public_key FROM keyring WHERE purpose = 'RECEIPT'
      ORDER BY created_at DESC, kid""";
  private static final String DEVICE_KEY =
      "SELECT device_key FROM terminal WHERE terminal_no = $1 AND status = 'ACTIVE'";

  private final Pool pool;

  public Records(Pool pool) {
    this.pool = pool;
  }

  /** The transaction of that id, or null. */
  public Future<@Nullable Found> byId(long id) {
    return found(BY_ID, Tuple.of(id));
  }

  /** The same, if it was made at the merchant whose account that is. */
  public Future<@Nullable Found> byIdOf(String login, long id) {
    return found(BY_ID_OF, Tuple.of(id, login));
  }

  private Future<@Nullable Found> found(String sql, Tuple arguments) {
    return pool.preparedQuery(sql)
        .execute(arguments)
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.succeededFuture(null)
                    : complete(rows.iterator().next()).map(found -> found));
  }

  /** What that key led to: the request's answer, its reversal's, a late original's. */
  public Future<List<Found>> byKey(String terminalNo, String requestId) {
    return pool.preparedQuery(BY_KEY)
        .execute(Tuple.of(terminalNo, requestId))
        .compose(
            rows -> {
              List<Future<Found>> found = new ArrayList<>();
              for (Row row : rows) {
                found.add(complete(row));
              }
              return Future.all(found).map(all -> all.<Found>list());
            });
  }

  /** What is left of a purchase at that terminal's merchant, or null. */
  public Future<Archive.@Nullable Left> left(String terminalNo, long id) {
    return pool.preparedQuery(LEFT)
        .execute(Tuple.of(terminalNo, id))
        .map(
            rows -> {
              List<Archive.Element> elements = new ArrayList<>();
              Archive.Left left = null;
              for (Row row : rows) {
                if (row.getString(3) != null) {
                  elements.add(element(row));
                }
                left = new Archive.Left(row.getLong(0), row.getLong(1), elements);
              }
              return left;
            });
  }

  private static Archive.Element element(Row row) {
    return new Archive.Element(
        row.getBoolean(2), row.getString(3), row.getString(4), row.getLong(5));
  }

  /** Block {@code seq} of the chain of that name, or null. */
  public Future<@Nullable Sealed> block(String chain, long seq) {
    return pool.preparedQuery(BLOCK)
        .execute(Tuple.of(chain, seq))
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.succeededFuture(null)
                    : sealed(rows.iterator().next(), 0).map(found -> found));
  }

  /** All keys that ever signed receipts, newest first. */
  public Future<List<Key>> keys() {
    return pool.query(KEYS)
        .execute()
        .map(
            rows -> {
              List<Key> keys = new ArrayList<>();
              for (Row row : rows) {
                keys.add(new Key(row.getString(0), row.getString(1), row.getBuffer(2).getBytes()));
              }
              return keys;
            });
  }

  /** The registered public key of a terminal's device (SubjectPublicKeyInfo), or null. */
  public Future<byte @Nullable []> deviceKey(String terminalNo) {
    return pool.preparedQuery(DEVICE_KEY)
        .execute(Tuple.of(terminalNo))
        .map(
            rows -> {
              if (rows.size() == 0 || rows.iterator().next().getBuffer(0) == null) {
                return null;
              }
              return rows.iterator().next().getBuffer(0).getBytes();
            });
  }

  private Future<Found> complete(Row row) {
    return sealed(row, 2)
        .map(
            block ->
                new Found(
                    row.getLong(0),
                    row.getString(1),
                    block,
                    row.getLong(10),
                    List.of(row.getArrayOfStrings(8)),
                    List.of(row.getArrayOfStrings(9))));
  }

  /** The block whose columns begin at {@code at}, with its bodies. */
  private Future<Sealed> sealed(Row block, int at) {
    long first = block.getLong(at + 4);
    return pool.preparedQuery(BODIES)
        .execute(Tuple.of(first, first + block.getShort(at + 5)))
        .map(
            rows -> {
              List<byte[]> bodies = new ArrayList<>();
              for (Row row : rows) {
                bodies.add(row.getBuffer(0).getBytes());
              }
              return new Sealed(
                  block.getBuffer(at).getBytes(),
                  block.getBuffer(at + 1).getBytes(),
                  block.getBuffer(at + 2).getBytes(),
                  block.getString(at + 3),
                  first,
                  bodies);
            });
  }
}
