package cn.unionecard.gateway.union;

import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs the head of the audit from time to time and tells it over the feed, so that whoever owns
 * the tables cannot rewrite what was sealed without being seen. Any node may do it, one at a time.
 * A node that finds the sealed row changed, or a seal gone that it knew, says so and seals no more.
 */
public final class AuditSeals {
  /** What may be taken away behind the last seal unseen is younger than this. */
  public static final long EVERY_MS = 60_000;

  private static final Logger LOG = LoggerFactory.getLogger(AuditSeals.class);
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final byte[] NOTHING_BEFORE = new byte[32];

  private static final String TURN = "select pg_try_advisory_xact_lock(7305804403) as mine";

  private static final String STANDING =
      """
      select h.seq, h.hash, s.no, s.header, s.seq as sealed, a.hash as sealed_hash
      from audit_head h
      left join lateral (select * from audit_seal order by no desc limit 1) s on true
      left join audit a on a.seq = s.seq
      """;

  private static final String SEAL =
      """
      insert into audit_seal (no, seq, header, signature, kid, at)
      values ($1, $2, $3, $4, $5, $6)
      """;

  /** Not by {@code merchant_event}: the seal is told byte for byte as it was signed. */
  private static final String TELL =
      """
      insert into outbox (kind, merchant, subject, at, body)
      select 'audit.sealed', -id, $1::bigint, $2::timestamptz, $3::text
      from org where parent is null
      """;

  /**
   * The key that signs receipts.
   *
   * @param algorithm as headers name it
   */
  public record Signer(String kid, String algorithm, UnaryOperator<byte[]> sign) {}

  /** What was sealed is not there any more. */
  public static final class Rewritten extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public Rewritten() {
      super("the audit was rewritten");
    }
  }

  private final Pool pool;
  private final Supplier<Signer> signers;
  private final Clock clock;
  private final AtomicInteger broken;
  private volatile long knownNo;
  private volatile byte @Nullable [] knownHeader;

  /**
   * @param signers the key of the moment
   */
  public AuditSeals(Pool pool, Supplier<Signer> signers, Clock clock, MeterRegistry registry) {
    this.pool = pool;
    this.signers = signers;
    this.clock = clock;
    this.broken = new AtomicInteger();
    Gauge.builder("ecard.audit.broken", broken, AtomicInteger::get)
        .description("1: what was sealed of the audit is not there any more")
        .register(registry);
  }

  /** From now on every minute, and once now. */
  public void start(Vertx vertx) {
    long unused = vertx.setPeriodic(0, EVERY_MS, due -> run().onFailure(AuditSeals::failed));
  }

  /** Whether what was sealed is still there, as far as this node has looked. */
  public boolean isWhole() {
    return broken.get() == 0;
  }

  private static void failed(Throwable failure) {
    LOG.warn("the audit could not be sealed: {}", String.valueOf(failure.getMessage()));
  }

  /** One round; whether it sealed. */
  public Future<Boolean> run() {
    return StoreFailure.told(
        pool.withTransaction(
            connection ->
                connection
                    .query(TURN)
                    .execute()
                    .compose(
                        rows ->
                            rows.iterator().next().getBoolean("mine")
                                ? look(connection)
                                : Future.succeededFuture(false))));
  }

  private Future<Boolean> look(SqlConnection connection) {
    return connection
        .query(STANDING)
        .execute()
        .compose(
            rows -> {
              Row row = rows.iterator().next();
              String wrong = wrong(row);
              if (wrong != null) {
                broken.set(1);
                LOG.error("THE AUDIT WAS REWRITTEN: {}; nothing is sealed any more", wrong);
                return Future.succeededFuture(false);
              }
              broken.set(0);
              remember(row);
              Long upTo = row.getLong("sealed");
              return row.getLong("seq") > (upTo == null ? 0 : upTo)
                  ? seal(connection, row)
                  : Future.succeededFuture(false);
            });
  }

  private void remember(Row row) {
    if (row.getLong("no") != null) {
      knownNo = row.getLong("no");
      knownHeader = row.getBuffer("header").getBytes();
    }
  }

  private @Nullable String wrong(Row row) {
    long no = row.getLong("no") == null ? 0 : row.getLong("no");
    if (no < knownNo) {
      return "seal " + knownNo + " is gone";
    }
    if (no == 0) {
      return null;
    }
    byte[] header = row.getBuffer("header").getBytes();
    if (no == knownNo && !Arrays.equals(header, knownHeader)) {
      return "seal " + no + " is another";
    }
    String told = new JsonObject(new String(header, StandardCharsets.UTF_8)).getString("hash");
    boolean there =
        row.getBuffer("sealed_hash") != null
            && told.equals(BASE64URL.encodeToString(row.getBuffer("sealed_hash").getBytes()));
    return there ? null : "row " + row.getLong("sealed") + " is not as seal " + no + " has it";
  }

  private Future<Boolean> seal(SqlConnection connection, Row row) {
    long no = row.getLong("no") == null ? 1 : row.getLong("no") + 1;
    byte[] prev = no == 1 ? NOTHING_BEFORE : Sha256.of(row.getBuffer("header").getBytes());
    Signer signer = signers.get();
    byte[] header = header(signer, no, row.getLong("seq"), row.getBuffer("hash").getBytes(), prev);
    byte[] signature = signer.sign().apply(header);
    var at = clock.instant().atOffset(ZoneOffset.UTC);
    JsonObject told =
        new JsonObject()
            .put("seal", new JsonObject(new String(header, StandardCharsets.UTF_8)))
            .put("signature", BASE64URL.encodeToString(signature));
    return connection
        .preparedQuery(SEAL)
        .execute(
            Tuple.of(
                no,
                row.getLong("seq"),
                Buffer.buffer(header),
                Buffer.buffer(signature),
                signer.kid(),
                at))
        .compose(written -> tell(connection, no, at, told))
        .map(all -> true);
  }

  private static Future<RowSet<Row>> tell(
      SqlConnection connection, long no, OffsetDateTime at, JsonObject told) {
    return connection.preparedQuery(TELL).execute(Tuple.of(no, at, told.encode()));
  }

  /** RFC 8785: members in order, no blanks; nothing in it has to be escaped. */
  private byte[] header(Signer signer, long no, long seq, byte[] hash, byte[] prev) {
    JsonObject header =
        new JsonObject()
            .put("alg", signer.algorithm())
            .put("at", clock.millis())
            .put("hash", BASE64URL.encodeToString(hash))
            .put("kid", signer.kid())
            .put("no", no)
            .put("prev", BASE64URL.encodeToString(prev))
            .put("seq", seq)
            .put("type", "audit-seal");
    return header.encode().getBytes(StandardCharsets.UTF_8);
  }
}
