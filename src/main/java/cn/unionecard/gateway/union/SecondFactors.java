package cn.unionecard.gateway.union;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.keys.Kek;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.bouncycastle.util.encoders.Base32;

/**
 * Second factors of accounts: a secret that an authenticator has too, and recovery codes for the
 * day it is lost. A code is used up by a row that changes, so it never holds twice, whichever nodes
 * it is shown to.
 */
final class SecondFactors {
  /** How long an offered secret waits for its first code. */
  static final Duration OFFER_LASTS = Duration.ofMinutes(10);

  static final int RECOVERY_CODES = 10;
  private static final int RECOVERY_BYTES = 10;
  private static final int RECOVERY_GROUP = 4;
  private static final String ISSUER = "union-ecard";
  private static final Pattern BY_TIME = Pattern.compile("[0-9]{6}");
  private static final Pattern RECOVERY = Pattern.compile("[A-Z2-7]{16}");

  /** The step that was used last stays: else a code would hold a second time. */
  private static final String USE_STEP =
      "update second_factor set last_step = $2 where staff = $1 and last_step < $2";

  private static final String USE_RECOVERY =
      "delete from recovery_code where staff = $1 and hash = $2";

  private static final String OFFER =
      """
      insert into second_factor_offer (staff, wrapped, until) values ($1, $2, $3)
      on conflict (staff) do update set wrapped = $2, until = $3
      """;

  private static final String OFFERED =
      "select wrapped from second_factor_offer where staff = $1 and until > $2 for update";

  /** Also ends all tokens of the account. */
  private static final String TAKE =
      """
      with offer as (delete from second_factor_offer where staff = $1),
      former as (delete from recovery_code where staff = $1),
      factor as (
        insert into second_factor (staff, wrapped, last_step) values ($1, $2, $3)
        on conflict (staff) do update set wrapped = $2, last_step = $3
      )
      update staff set second_factor_at = $4 where id = $1
      """;

  private static final String ADD_RECOVERY =
      "insert into recovery_code (staff, hash) select $1, unnest($2::bytea[])";

  private final Kek kek;
  private final SecureRandom random;
  private final Clock clock;
  private final TimeCodes codes = new TimeCodes();

  SecondFactors(Kek kek, SecureRandom random, Clock clock) {
    this.kek = kek;
    this.random = random;
    this.clock = clock;
  }

  /**
   * The factor of an account, as it was when somebody began to sign in.
   *
   * @param lastStep whose code was used last
   */
  record Factor(byte[] wrapped, long lastStep) {}

  /** What a code turned out to be. */
  enum Kind {
    NONE,
    BY_TIME,
    RECOVERY
  }

  /** What is shown once: the secret as people type it, and as an authenticator scans it. */
  record Offer(String secret, String uri, OffsetDateTime until) {}

  // ---- used

  /** Uses a code up, whichever kind it is. */
  Future<Kind> use(SqlClient client, int staff, Factor factor, String typed) {
    String code = typed.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
    if (BY_TIME.matcher(code).matches()) {
      byte[] secret = kek.unwrap(factor.wrapped(), context(staff));
      long step = codes.step(secret, code, clock.instant(), factor.lastStep());
      return step == 0
          ? Future.succeededFuture(Kind.NONE)
          : once(client, USE_STEP, Tuple.of(staff, step), Kind.BY_TIME);
    }
    return RECOVERY.matcher(code).matches()
        ? once(client, USE_RECOVERY, Tuple.of(staff, Buffer.buffer(Sha256.of(code))), Kind.RECOVERY)
        : Future.succeededFuture(Kind.NONE);
  }

  private static Future<Kind> once(SqlClient client, String sql, Tuple tuple, Kind kind) {
    return client
        .preparedQuery(sql)
        .execute(tuple)
        .map(rows -> rows.rowCount() == 1 ? kind : Kind.NONE);
  }

  // ---- set up

  /** Offers a new secret; what is in force stays until a code of it comes back. */
  Future<Offer> offer(SqlClient client, int staff, String login) {
    byte[] secret = new byte[TimeCodes.SECRET_BYTES];
    random.nextBytes(secret);
    OffsetDateTime until = now().plus(OFFER_LASTS);
    String text = Base32.toBase32String(secret);
    String uri = "otpauth://totp/" + ISSUER + ":" + login + "?secret=" + text + "&issuer=" + ISSUER;
    return client
        .preparedQuery(OFFER)
        .execute(Tuple.of(staff, wrapped(secret, staff), until))
        .map(offered -> new Offer(text, uri, until));
  }

  /**
   * Puts the offered secret in force, where its code proves that an authenticator has it.
   *
   * @return the recovery codes, to be shown once; fails with {@link Fault.Unauthenticated} where
   *     the code is not of it, or too late
   */
  Future<List<String>> take(SqlClient client, int staff, String code) {
    return client
        .preparedQuery(OFFERED)
        .execute(Tuple.of(staff, now()))
        .compose(
            rows -> {
              long step = 0;
              byte[] secret = new byte[0];
              for (Row row : rows) {
                secret = kek.unwrap(row.getBuffer(0).getBytes(), context(staff));
                step = codes.step(secret, code, clock.instant(), 0);
              }
              return step == 0
                  ? Future.failedFuture(
                      new Fault.Unauthenticated("the code is not of the secret last offered"))
                  : taken(client, staff, secret, step);
            });
  }

  private Future<List<String>> taken(SqlClient client, int staff, byte[] secret, long step) {
    List<String> recovery = new ArrayList<>();
    List<Buffer> hashes = new ArrayList<>();
    for (int i = 0; i < RECOVERY_CODES; i++) {
      byte[] bits = new byte[RECOVERY_BYTES];
      random.nextBytes(bits);
      String code = Base32.toBase32String(bits);
      hashes.add(Buffer.buffer(Sha256.of(code)));
      recovery.add(String.join("-", code.split("(?<=\\G.{" + RECOVERY_GROUP + "})")));
    }
    return client
        .preparedQuery(TAKE)
        .execute(Tuple.of(staff, wrapped(secret, staff), step, now()))
        .compose(
            taken ->
                client
                    .preparedQuery(ADD_RECOVERY)
                    .execute(Tuple.of(staff, (Object) hashes.toArray(Buffer[]::new))))
        .map(added -> recovery);
  }

  private Buffer wrapped(byte[] secret, int staff) {
    return Buffer.buffer(kek.wrap(secret, context(staff), random));
  }

  private static String context(int staff) {
    return "second factor of " + staff;
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }
}
