package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Expiring;
import cn.unionecard.gateway.runtime.config.Config.Iso8583.SignOnCertificate;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of terminals: signing on hands out working keys, which come into force when the
 * terminal first uses them; every message's MAC is checked with the keys in force or on offer.
 *
 * <p>A sign-on proves nothing, so it ends nothing: until the new keys are used the old ones live,
 * and whoever asks again is given the same new ones.
 *
 * <p>The state is a row that all nodes share. An event loop keeps what it read for {@value
 * #FRESH_MS} ms at most, and only while it would hear of a change (a device given up, another
 * master key); a MAC that does not hold is checked again with the row itself, so new keys bind at
 * once. A suspended terminal cannot sign on but keeps its session: what it may still ask is the
 * line's to say, which reads its state with every block. Belongs to one event loop.
 */
public final class TerminalSessions {
  static final int FRESH_MS = 1_000;
  private static final int SESSIONS_MAX = 65_536;

  /**
   * A terminal as it was read.
   *
   * @param found its rows, or null if there is no such terminal
   * @param reply {@code Held} or {@code Refused}
   * @param offered the keys on offer, one for each way to ask for them
   */
  private record Known(
      TerminalId terminal,
      SessionRecords.@Nullable Found found,
      SessionReply reply,
      byte @Nullable [] offer,
      List<TerminalSession> offered) {}

  private final SessionRecords records;
  private final TerminalSecrets secrets;
  private final SignOnCertificate rule;
  private final BooleanSupplier hears;
  private final SecureRandom random;
  private final Clock clock;
  private final Expiring<Known> fresh = new Expiring<>(SESSIONS_MAX);
  private final Expiring<Boolean> used = new Expiring<>(SESSIONS_MAX); // once used, used for ever

  /**
   * @param rule who must show a certificate to sign on
   * @param hears whether {@link #forget} would be called now, if something changed
   * @param random makes working keys
   */
  public TerminalSessions(
      SessionRecords records,
      TerminalSecrets secrets,
      SignOnCertificate rule,
      BooleanSupplier hears,
      SecureRandom random,
      Clock clock) {
    this.records = records;
    this.secrets = secrets;
    this.rule = rule;
    this.hears = hears;
    this.random = random;
    this.clock = clock;
  }

  /** Something about that terminal has changed; all of them may have if it is empty. */
  public void forget(String terminal) {
    if (terminal.isEmpty()) {
      fresh.clear();
    } else {
      fresh.forget(terminal);
    }
  }

  // ---- sign on, sign off

  /**
   * What a sign-on brings along.
   *
   * @param batch the terminal's last batch as far as it remembers, or 0
   * @param certified whether the terminal's client certificate stands behind it
   */
  public record Wish(KeySet keys, int batch, boolean certified) {}

  /**
   * Gives out new working keys. They are in force with their first use, not before; asked again
   * until then, the same are given out.
   */
  public Future<SessionReply> signOn(TerminalId terminal, Wish wish) {
    return StoreFailure.told(known(terminal).compose(known -> signOn(known, wish)));
  }

  private Future<SessionReply> signOn(Known known, Wish wish) {
    SessionReply refusal = refusal(known, wish);
    if (refusal != null) {
      return Future.succeededFuture(refusal);
    }
    return known.offer() == null || isStale(known)
        ? offer(known).compose(offering -> signedOn(offering, wish))
        : signedOn(known, wish);
  }

  private @Nullable SessionReply refusal(Known known, Wish wish) {
    SessionRecords.Found found = known.found();
    if (found == null || found.master() == null || found.master().givenUp()) {
      return new SessionReply.Refused(Refusal.TERMINAL_UNKNOWN);
    }
    if (!found.active()) {
      return new SessionReply.Refused(Refusal.TERMINAL_SUSPENDED);
    }
    if (!wish.certified() && mustBeCertified(found)) {
      return new SessionReply.Uncertified();
    }
    return wish.keys().fits(found.master().algorithm(), found.master().macMode())
        ? null
        : new SessionReply.Refused(Refusal.TYPE_NOT_SUPPORTED);
  }

  private boolean mustBeCertified(SessionRecords.Found found) {
    boolean shown = found.session() != null && found.session().certified();
    return switch (rule) {
      case ACTIVATED -> shown || found.device() != null;
      case SHOWN -> shown;
      case NEVER -> false;
    };
  }

  private boolean isStale(Known known) {
    SessionRecords.Session session = known.found() == null ? null : known.found().session();
    SessionRecords.Offer offer = session == null ? null : session.offer();
    return offer == null
        || !offer.at().plus(SessionRecords.OFFER_LIFETIME).isAfter(clock.instant());
  }

  /** Puts new keys on offer; of several at once the first stay. */
  private Future<Known> offer(Known known) {
    SessionRecords.Found found = known.found();
    SessionRecords.Master master = found == null ? null : found.master();
    if (found == null || master == null) {
      throw new IllegalStateException("looked at before");
    }
    byte[] wrapped = secrets.wrapWorking(known.terminal(), newKeys(master));
    return records
        .offer(found.id(), wrapped, clock.instant(), master.checkValue())
        .compose(offered -> read(known.terminal()))
        .map(
            again -> {
              if (again.offer() == null) {
                throw new Fault.Busy("the master key is just being replaced, nothing happened");
              }
              return again;
            });
  }

  /** One key for each purpose and length that a terminal may ask for. */
  private byte[] newKeys(SessionRecords.Master master) {
    ByteArrayOutputStream keys = new ByteArrayOutputStream();
    for (int bytes : KeySet.offered(master.algorithm(), master.macMode())) {
      keys.writeBytes(EcbCipher.newKey(master.algorithm(), bytes, random));
    }
    return keys.toByteArray();
  }

  private Future<SessionReply> signedOn(Known known, Wish wish) {
    return batch(known, wish.batch()).map(batch -> signedOn(known, wish.keys(), batch));
  }

  private SessionReply signedOn(Known known, KeySet wanted, BatchNo batch) {
    SessionRecords.Found found = known.found();
    SessionRecords.Master master = found == null ? null : found.master();
    if (found == null || master == null || known.offer() == null) {
      throw new Fault.Busy("the master key is just being replaced, nothing happened");
    }
    TerminalSession session =
        TerminalSession.of(
            known.terminal(),
            version(found) + 1,
            master.algorithm(),
            master.macMode(),
            wanted.of(secrets.unwrapWorking(known.terminal(), known.offer())));
    byte[] tmk = secrets.unwrapMaster(known.terminal(), master.wrapped());
    byte[] track = session.trackKey();
    return new SessionReply.SignedOn(
        session,
        sealed(session, tmk, session.pinKey()),
        sealed(session, tmk, session.macKey()),
        track == null ? null : sealed(session, tmk, track),
        batch,
        clock.instant());
  }

  private static SessionReply.SealedKey sealed(TerminalSession session, byte[] tmk, byte[] key) {
    return new SessionReply.SealedKey(
        EcbCipher.encrypt(session.algorithm(), tmk, key),
        EcbCipher.checkValue(session.algorithm(), key));
  }

  private static long version(SessionRecords.Found found) {
    return found.session() == null ? 0 : found.session().version();
  }

  /**
   * The batch that the terminal goes on in: the current one, or, for a terminal that does not know
   * its traces, the one after, where every trace is free. That one begins with its first message.
   */
  private Future<BatchNo> batch(Known known, int said) {
    SessionRecords.Found found = known.found();
    BatchNo current = new BatchNo(found == null ? 1 : found.batch());
    if (found == null || (said != 0 && said != current.next().value())) {
      return Future.succeededFuture(current);
    }
    return isUsed(known.terminal(), found).map(isUsed -> isUsed ? current.next() : current);
  }

  private Future<Boolean> isUsed(TerminalId terminal, SessionRecords.Found found) {
    String key = terminal.value() + '/' + found.batch();
    if (used.get(key, clock.millis()) != null) {
      return Future.succeededFuture(true);
    }
    return records
        .used(found.id(), found.batch())
        .onSuccess(
            isUsed -> {
              if (isUsed) {
                used.put(key, true, clock.millis() + FRESH_MS);
              }
            });
  }

  /** Ends the session; ending none is no error. */
  public Future<SessionReply> signOff(TerminalId terminal) {
    return StoreFailure.told(
        records
            .find(terminal.value())
            .compose(
                found -> {
                  if (found == null) {
                    return Future.succeededFuture(
                        new SessionReply.Refused(Refusal.TERMINAL_UNKNOWN));
                  }
                  return records
                      .end(found.id())
                      .map(
                          ended -> {
                            fresh.forget(terminal.value());
                            return new SessionReply.SignedOff();
                          });
                }));
  }

  // ---- between

  /** The session of a terminal: {@code Held} or {@code Refused}. */
  public Future<SessionReply> session(TerminalId terminal) {
    return StoreFailure.toldOfReading(known(terminal).map(Known::reply));
  }

  /**
   * Whether a key is the one that the terminal's device showed when it was activated; or that of
   * any device, while the terminal has none.
   *
   * @param device SHA-256 of the SubjectPublicKeyInfo, hex
   */
  public Future<Boolean> isOf(TerminalId terminal, String device) {
    return StoreFailure.toldOfReading(
        known(terminal)
            .map(
                known ->
                    known.found() == null
                        || known.found().device() == null
                        || known.found().device().equals(device)));
  }

  /**
   * Checks the MAC of a message.
   *
   * @param holds whether it holds under a session's key; may be asked several times
   * @param certified whether the terminal's client certificate stands behind the message
   * @return {@code Held}, with the keys for the reply's MAC, or {@code Refused}
   */
  public Future<SessionReply> check(
      TerminalId terminal, boolean certified, Predicate<TerminalSession> holds) {
    return StoreFailure.toldOfReading(
        known(terminal)
            .compose(known -> holding(known, certified, holds))
            .compose(
                held ->
                    held != null
                        ? Future.succeededFuture(held)
                        : read(terminal).compose(again -> checkAgain(again, certified, holds))));
  }

  private Future<SessionReply> checkAgain(
      Known known, boolean certified, Predicate<TerminalSession> holds) {
    return holding(known, certified, holds)
        .map(
            held -> {
              if (held != null) {
                return held;
              }
              return known.reply() instanceof SessionReply.Held || !known.offered().isEmpty()
                  ? new SessionReply.Refused(Refusal.MAC_WRONG)
                  : known.reply();
            });
  }

  /** The session under which the message holds, or null. */
  private Future<@Nullable SessionReply> holding(
      Known known, boolean certified, Predicate<TerminalSession> holds) {
    if (known.reply() instanceof SessionReply.Held held && holds.test(held.session())) {
      return Future.succeededFuture(held);
    }
    for (TerminalSession offered : known.offered()) {
      if (holds.test(offered)) {
        return confirm(known, offered, certified);
      }
    }
    return Future.succeededFuture(null);
  }

  /** The terminal has used the new keys: from now on they are in force, and no others. */
  private Future<@Nullable SessionReply> confirm(
      Known known, TerminalSession first, boolean certified) {
    SessionRecords.Found found = known.found();
    byte[] offer = known.offer();
    if (found == null || offer == null) {
      throw new IllegalStateException("keys of nobody");
    }
    return records
        .confirm(
            found.id(),
            offer,
            secrets.wrapWorking(known.terminal(), first.keys()),
            clock.instant(),
            certified)
        .map(
            confirmed -> {
              fresh.forget(known.terminal().value());
              return confirmed ? new SessionReply.Held(first, merchant(found), true) : null;
            });
  }

  private Future<Known> known(TerminalId terminal) {
    Known known = hears.getAsBoolean() ? fresh.get(terminal.value(), clock.millis()) : null;
    return known == null ? read(terminal) : Future.succeededFuture(known);
  }

  private Future<Known> read(TerminalId terminal) {
    return records
        .find(terminal.value())
        .map(found -> known(terminal, found))
        .onSuccess(
            known -> {
              if (known.reply() instanceof SessionReply.Held || known.offer() != null) {
                fresh.put(terminal.value(), known, clock.millis() + FRESH_MS);
              } else {
                fresh.forget(terminal.value());
              }
            });
  }

  private Known known(TerminalId terminal, SessionRecords.@Nullable Found found) {
    if (found == null) {
      return new Known(
          terminal, null, new SessionReply.Refused(Refusal.TERMINAL_UNKNOWN), null, List.of());
    }
    SessionRecords.Master master = found.master();
    SessionRecords.Session session = found.session();
    if (master == null || session == null) {
      return new Known(terminal, found, notSignedOn(found), null, List.of());
    }
    byte[] wrapped = session.wrapped();
    SessionReply reply =
        wrapped == null
            ? notSignedOn(found)
            : new SessionReply.Held(
                session(
                    terminal, master, session.version(), secrets.unwrapWorking(terminal, wrapped)),
                merchant(found),
                false);
    SessionRecords.Offer offer = session.offer();
    if (offer == null || master.givenUp()) {
      return new Known(terminal, found, reply, null, List.of());
    }
    byte[] keys = secrets.unwrapWorking(terminal, offer.wrapped());
    List<TerminalSession> offered =
        KeySet.in(keys).stream()
            .map(set -> session(terminal, master, session.version() + 1, set.of(keys)))
            .toList();
    return new Known(terminal, found, reply, offer.wrapped(), offered);
  }

  private static TerminalSession session(
      TerminalId terminal, SessionRecords.Master master, long version, byte[] keys) {
    return TerminalSession.of(terminal, version, master.algorithm(), master.macMode(), keys);
  }

  private static @Nullable String merchant(SessionRecords.Found found) {
    return found.active() ? found.merchant() : null;
  }

  private static SessionReply notSignedOn(SessionRecords.Found found) {
    return new SessionReply.Refused(
        found.active() ? Refusal.TERMINAL_NOT_SIGNED_ON : Refusal.TERMINAL_SUSPENDED);
  }
}
