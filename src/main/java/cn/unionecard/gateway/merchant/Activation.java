package cn.unionecard.gateway.merchant;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.UnionSide;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.tls.Certificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
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
  Future<DeskReply> issue(DeskTransaction tx, String terminalNo) {
    String code = code();
    OffsetDateTime until = tx.at().plus(Duration.ofMillis(limits.activationMs()));
    return Premises.lockTerminal(tx, terminalNo)
        .compose(
            bound -> {
              MerchantRow merchant = bound.merchant().requireOrOwn(UnionSide.SIGNING, tx.actor());
              if (!bound.status().equals("REGISTERED")) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW, "terminal is " + bound.status()));
              }
              return tx.ask(ISSUE, bound.id(), hash(code), tx.at(), until, tx.actor().id())
                  .compose(
                      issued ->
                          tx.note(
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
                                  .put("expiresAt", Spelling.time(until)),
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
                DeskTransaction.run(
                    pool, clock, DeskTransaction.By.GATEWAY, tx -> activate(tx, wish, ca, issued)));
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
      DeskTransaction tx, Wish wish, Certificates.Identity ca, Certificates.Issued issued) {
    Buffer key = Buffer.buffer(issued.spki());
    return tx.first(ATTEMPT, wish.terminal().value())
        .compose(
            row -> {
              if (row == null || !isGood(row, hash(wish.code()), tx.at())) {
                return Future.succeededFuture(DeskReply.refused(DeskRefusal.ACTIVATION_REFUSED));
              }
              return tx.first(KEY_OF_ANOTHER, key, row.getInteger("terminal"))
                  .compose(
                      other ->
                          other != null
                              ? Future.succeededFuture(
                                  DeskReply.refused(DeskRefusal.DEVICE_KEY_TAKEN))
                              : record(tx, wish, row, key).map(done -> reply(wish, ca, issued)));
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

  private static Future<Void> record(DeskTransaction tx, Wish wish, Row row, Buffer key) {
    int terminal = row.getInteger("terminal");
    String no = wish.terminal().value();
    List<Integer> orgs = List.of(row.getInteger("authorising_org"), row.getInteger("signing_org"));
    return tx.ask(ACTIVATE, terminal, key)
        .compose(done -> tx.ask(USE, row.getLong("id"), tx.at()))
        .compose(
            done ->
                tx.tellOf(
                    row.getInteger("merchant"),
                    "terminal.activated",
                    terminal,
                    new JsonObject().put("terminal", no)))
        .compose(done -> tx.note("terminal.activated", no, orgs, new JsonObject()));
  }

  private static DeskReply reply(Wish wish, Certificates.Identity ca, Certificates.Issued issued) {
    return DeskReply.ok(
        new JsonObject()
            .put("terminal", wish.terminal().value())
            .put("certificate", issued.certificate())
            .put("authority", ca.certificate()));
  }
}
