package cn.unionecard.gateway.merchant;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.Visit;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import cn.unionecard.gateway.runtime.tls.Certificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One-time codes, and the certificate for whoever brings one with a request signed by the device
 * key (PKCS#10). Wrong, late and used codes give the same answer. A wrong one costs the right one
 * nothing: of 30^16 codes nobody hits one within its day, and whoever knows a terminal's number
 * must not be able to keep it from being activated.
 */
final class Activation {
  private static final String ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int CODE_LENGTH = 16;

  private static final String ISSUE =
      """
      insert into terminal_activation (terminal, code_hash, issued_at, expires_at, staff)
      values ($1, $2, $3, $4, $5)
      """;

  /** Of the newest code only; locks it, so that of two at once the second finds it used. */
  private static final String ATTEMPT =
      """
      select a.id, a.code_hash, a.expires_at, a.used_at, t.id as terminal, t.status,
        t.merchant, m.status as state, m.authorising_org, m.signing_org
      from terminal_activation a
      join terminal t on t.id = a.terminal
      join merchant m on m.id = t.merchant
      where t.terminal_no = $1
        and a.id = (select max(id) from terminal_activation where terminal = t.id)
      for update of a
      """;

  private static final String KEY_OF_ANOTHER =
      "select from terminal where device_key = $1 and id <> $2";

  private static final String ACTIVATE =
      "update terminal set device_key = $2, status = 'ACTIVE' where id = $1";

  private static final String USE = "update terminal_activation set used_at = $2 where id = $1";
  private static final String EVENT = "select merchant_event($1, 'terminal.activated', $2, $3, $4)";
  private static final String NOTE =
      """
      insert into audit (at, actor, orgs, action, subject, outcome, detail)
      values ($1, 'gateway', $2, 'terminal.activated', $3, 'DONE', $4)
      """;

  private final Vertx vertx;
  private final Pool pool;
  private final Certificates certificates;
  private final Certificates.@Nullable Identity authority;
  private final Config.Desk limits;
  private final Clock clock;
  private final SecureRandom random;

  /**
   * @param authority signs the certificates, or null if this node has no such key
   */
  Activation(
      Vertx vertx,
      Pool pool,
      Certificates certificates,
      Certificates.@Nullable Identity authority,
      Config.Desk limits,
      Clock clock,
      SecureRandom random) {
    this.vertx = vertx;
    this.pool = pool;
    this.certificates = certificates;
    this.authority = authority;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
  }

  /** A new code, shown this once; older ones are no longer taken. */
  Future<DeskReply> issue(Visit visit, String terminalNo) {
    String code = code();
    OffsetDateTime until = visit.at().plus(Duration.ofMillis(limits.activationMs()));
    return Premises.lockTerminal(visit, terminalNo)
        .compose(
            bound -> {
              MerchantRow merchant = bound.merchant().require(Side.SIGNING);
              if (!bound.status().equals("REGISTERED")) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW, "terminal is " + bound.status()));
              }
              return visit
                  .ask(ISSUE, bound.id(), hash(code), visit.at(), until, visit.actor().id())
                  .compose(
                      issued ->
                          visit.note(
                              "terminal.activation-code",
                              terminalNo,
                              merchant.orgs(),
                              new JsonObject()))
                  .map(
                      noted ->
                          DeskReply.made(
                              new JsonObject()
                                  .put("terminal", terminalNo)
                                  .put("code", code)
                                  .put("expiresAt", until.toString()),
                              "/v1/merchants/" + merchant.no()));
            });
  }

  private String code() {
    StringBuilder code = new StringBuilder();
    for (int i = 0; i < CODE_LENGTH; i++) {
      code.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return code.toString();
  }

  private static Buffer hash(String code) {
    return Buffer.buffer(Sha256.of(code.toUpperCase(Locale.ROOT)));
  }

  /** What a device asks for. */
  record Wish(TerminalId terminal, String code, String csr) {}

  /** The certificate for a good code and a request signed with the key it names. */
  Future<DeskReply> activate(Wish wish) {
    Certificates.Identity ca = authority;
    if (ca == null) {
      return Future.succeededFuture(
          DeskReply.refused(
              DeskRefusal.ISSUING_NOT_SET_UP, "desk.terminalCaKey is not set on this node"));
    }
    return vertx
        .executeBlocking(() -> certificate(ca, wish), false)
        .compose(
            issued ->
                StoreFailure.told(
                    pool.withTransaction(connection -> activate(connection, wish, ca, issued))));
  }

  private Certificates.Issued certificate(Certificates.Identity ca, Wish wish) {
    try {
      return certificates.issueFromCsr(
          ca, wish.terminal(), wish.csr(), Certificates.TERMINAL_LIFETIME);
    } catch (CannotStart broken) {
      throw new Fault.Malformed("csr", String.valueOf(broken.getMessage()));
    }
  }

  private Future<DeskReply> activate(
      SqlConnection connection, Wish wish, Certificates.Identity ca, Certificates.Issued issued) {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    Buffer key = Buffer.buffer(issued.spki());
    return connection
        .preparedQuery(ATTEMPT)
        .execute(Tuple.of(wish.terminal().value()))
        .compose(
            rows -> {
              Row row = rows.size() == 0 ? null : rows.iterator().next();
              if (row == null || !isGood(row, hash(wish.code()), now)) {
                return Future.succeededFuture(DeskReply.refused(DeskRefusal.ACTIVATION_REFUSED));
              }
              return connection
                  .preparedQuery(KEY_OF_ANOTHER)
                  .execute(Tuple.of(key, row.getInteger("terminal")))
                  .compose(
                      others ->
                          others.size() > 0
                              ? Future.succeededFuture(
                                  DeskReply.refused(DeskRefusal.DEVICE_KEY_TAKEN))
                              : record(connection, wish, row, key, now)
                                  .map(done -> reply(wish, ca, issued)));
            });
  }

  private boolean isGood(Row row, Buffer given, OffsetDateTime now) {
    boolean matches =
        MessageDigest.isEqual(row.getBuffer("code_hash").getBytes(), given.getBytes());
    return matches
        && row.getOffsetDateTime("used_at") == null
        && now.isBefore(row.getOffsetDateTime("expires_at"))
        && row.getString("status").equals("REGISTERED")
        && !row.getString("state").equals(State.TERMINATED.name());
  }

  private static Future<?> record(
      SqlConnection connection, Wish wish, Row row, Buffer key, OffsetDateTime now) {
    int terminal = row.getInteger("terminal");
    JsonObject told = new JsonObject().put("terminal", wish.terminal().value());
    Integer[] orgs = {row.getInteger("authorising_org"), row.getInteger("signing_org")};
    return connection
        .preparedQuery(ACTIVATE)
        .execute(Tuple.of(terminal, key))
        .compose(done -> connection.preparedQuery(USE).execute(Tuple.of(row.getLong("id"), now)))
        .compose(
            done ->
                connection
                    .preparedQuery(EVENT)
                    .execute(Tuple.of(row.getInteger("merchant"), (long) terminal, now, told)))
        .compose(
            done ->
                connection
                    .preparedQuery(NOTE)
                    .execute(Tuple.of(now, orgs, wish.terminal().value(), new JsonObject())));
  }

  private static DeskReply reply(Wish wish, Certificates.Identity ca, Certificates.Issued issued) {
    return DeskReply.ok(
        new JsonObject()
            .put("terminal", wish.terminal().value())
            .put("certificate", issued.certificate())
            .put("authority", ca.certificate()));
  }
}
