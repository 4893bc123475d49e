package cn.unionecard.gateway.checkout;

import cn.unionecard.gateway.ledger.SessionRecords;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.EcbCipher;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of terminals: signing on hands out working keys, every message's MAC is checked with
 * them, three wrong ones in a row end the session.
 *
 * <p>The state is a row that all nodes share. An event loop keeps what it read for {@value
 * #FRESH_MS} ms, so a sign-off or a lock elsewhere binds here within that time; a MAC that does not
 * hold is checked again with the row itself before it counts, so new keys bind at once. A suspended
 * terminal cannot sign on but keeps its session: what it may still ask is the line's to say, which
 * reads its state with every block. Belongs to one event loop.
 */
public final class TerminalSessions {
  static final int FRESH_MS = 1_000;
  private static final int SESSIONS_MAX = 65_536;

  private record Known(int terminal, int macFailures, SessionReply reply) {}

  private final SessionRecords records;
  private final TerminalSecrets secrets;
  private final SecureRandom random;
  private final Clock clock;
  private final Expiring<Known> fresh = new Expiring<>(SESSIONS_MAX);

  /**
   * @param random makes working keys
   */
  public TerminalSessions(
      SessionRecords records, TerminalSecrets secrets, SecureRandom random, Clock clock) {
    this.records = records;
    this.secrets = secrets;
    this.random = random;
    this.clock = clock;
  }

  // ---- sign on, sign off

  /**
   * Makes new working keys and puts them in force. Of several sign-ons at once the last one
   * committed wins; whoever got the keys of another one signs on again.
   */
  public Future<SessionReply> signOn(TerminalId terminal, KeySet wanted) {
    return StoreFailure.told(
        records.find(terminal.value()).compose(found -> signOn(terminal, wanted, found)));
  }

  private Future<SessionReply> signOn(
      TerminalId terminal, KeySet wanted, SessionRecords.@Nullable Found found) {
    if (found == null || found.master() == null) {
      return refused(Refusal.TERMINAL_UNKNOWN);
    }
    if (!found.active()) {
      return refused(Refusal.TERMINAL_SUSPENDED);
    }
    SessionRecords.Master master = found.master();
    if (!wanted.fits(master.algorithm(), master.macMode())) {
      return refused(Refusal.TYPE_NOT_SUPPORTED);
    }
    byte[] keys = newKeys(master.algorithm(), wanted);
    byte[] wrapped = secrets.wrapWorking(terminal, keys);
    Instant now = clock.instant();
    return records
        .begin(found.id(), wrapped, now, master.checkValue())
        .map(begun -> signedOn(terminal, master, keys, begun, now));
  }

  private byte[] newKeys(KeyAlgorithm algorithm, KeySet wanted) {
    ByteArrayOutputStream keys = new ByteArrayOutputStream(wanted.bytes());
    while (keys.size() < wanted.bytes()) {
      keys.writeBytes(EcbCipher.newKey(algorithm, wanted.keyBytes, random));
    }
    return keys.toByteArray();
  }

  private SessionReply signedOn(
      TerminalId terminal,
      SessionRecords.Master master,
      byte[] keys,
      SessionRecords.@Nullable Begun begun,
      Instant now) {
    if (begun == null) {
      throw new Fault.Busy("the master key is just being replaced, nothing happened");
    }
    fresh.forget(terminal.value());
    TerminalSession session =
        TerminalSession.of(terminal, begun.version(), master.algorithm(), master.macMode(), keys);
    byte[] tmk = secrets.unwrapMaster(terminal, master.wrapped());
    byte[] track = session.trackKey();
    return new SessionReply.SignedOn(
        session,
        sealed(master.algorithm(), tmk, session.pinKey()),
        sealed(master.algorithm(), tmk, session.macKey()),
        track == null ? null : sealed(master.algorithm(), tmk, track),
        new BatchNo(begun.batch()),
        now);
  }

  private static SessionReply.SealedKey sealed(KeyAlgorithm algorithm, byte[] tmk, byte[] key) {
    return new SessionReply.SealedKey(
        EcbCipher.encrypt(algorithm, tmk, key), EcbCipher.checkValue(algorithm, key));
  }

  /** Ends the session; ending none is no error. */
  public Future<SessionReply> signOff(TerminalId terminal) {
    return StoreFailure.told(
        records
            .find(terminal.value())
            .compose(
                found -> {
                  if (found == null) {
                    return refused(Refusal.TERMINAL_UNKNOWN);
                  }
                  fresh.forget(terminal.value());
                  return records.end(found.id()).map(ended -> new SessionReply.SignedOff());
                }));
  }

  // ---- between

  /** The session of a terminal: {@code Held} or {@code Refused}. */
  public Future<SessionReply> session(TerminalId terminal) {
    return StoreFailure.toldOfReading(known(terminal).map(Known::reply));
  }

  /**
   * Checks the MAC of a message.
   *
   * @param holds whether it holds under a session's key; may be asked twice
   * @return {@code Held}, with the keys for the reply's MAC, or {@code Refused}
   */
  public Future<SessionReply> check(TerminalId terminal, Predicate<TerminalSession> holds) {
    return StoreFailure.toldOfReading(
        known(terminal)
            .compose(
                known ->
                    holdsUnder(known, holds)
                        ? good(known)
                        : read(terminal).compose(again -> checkAgain(again, holds))));
  }

  private static boolean holdsUnder(Known known, Predicate<TerminalSession> holds) {
    return known.reply() instanceof SessionReply.Held held && holds.test(held.session());
  }

  private Future<SessionReply> checkAgain(Known known, Predicate<TerminalSession> holds) {
    if (!(known.reply() instanceof SessionReply.Held held)) {
      return Future.succeededFuture(known.reply());
    }
    if (holds.test(held.session())) {
      return good(known);
    }
    fresh.forget(held.session().terminal().value());
    return records
        .macFailed(known.terminal(), held.session().version())
        .map(counted -> new SessionReply.Refused(Refusal.MAC_WRONG));
  }

  private Future<SessionReply> good(Known known) {
    if (known.macFailures() == 0 || !(known.reply() instanceof SessionReply.Held held)) {
      return Future.succeededFuture(known.reply());
    }
    fresh.forget(held.session().terminal().value());
    return records.macHeld(known.terminal(), held.session().version()).map(reset -> held);
  }

  private Future<Known> known(TerminalId terminal) {
    Known known = fresh.get(terminal.value(), clock.millis());
    return known == null ? read(terminal) : Future.succeededFuture(known);
  }

  private Future<Known> read(TerminalId terminal) {
    return records
        .find(terminal.value())
        .map(found -> known(terminal, found))
        .onSuccess(
            known -> {
              if (known.reply() instanceof SessionReply.Held) {
                fresh.put(terminal.value(), known, clock.millis() + FRESH_MS);
              } else {
                fresh.forget(terminal.value());
              }
            });
  }

  private Known known(TerminalId terminal, SessionRecords.@Nullable Found found) {
    if (found == null) {
      return new Known(0, 0, new SessionReply.Refused(Refusal.TERMINAL_UNKNOWN));
    }
    SessionRecords.Master master = found.master();
    SessionRecords.Session session = found.session();
    if (master == null
        || session == null
        || session.wrapped() == null
        || session.macFailures() >= SessionRecords.MAC_FAILURES_MAX) {
      return new Known(
          found.id(),
          0,
          new SessionReply.Refused(
              found.active() ? Refusal.TERMINAL_NOT_SIGNED_ON : Refusal.TERMINAL_SUSPENDED));
    }
    byte[] keys = secrets.unwrapWorking(terminal, session.wrapped());
    return new Known(
        found.id(),
        session.macFailures(),
        new SessionReply.Held(
            TerminalSession.of(
                terminal, session.version(), master.algorithm(), master.macMode(), keys)));
  }

  private static Future<SessionReply> refused(Refusal refusal) {
    return Future.succeededFuture(new SessionReply.Refused(refusal));
  }
}
