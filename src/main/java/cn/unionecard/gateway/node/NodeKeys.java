package cn.unionecard.gateway.node;

import cn.unionecard.gateway.archive.ReceiptCheck;
import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.desk.FileSigner;
import cn.unionecard.gateway.edge.http.access.AccessTokens;
import cn.unionecard.gateway.edge.http.access.Assertions;
import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.edge.http.access.VerifiedTokens;
import cn.unionecard.gateway.model.Unreadable;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.privacy.VaultKey;
import cn.unionecard.gateway.receipt.PublicKey;
import cn.unionecard.gateway.receipt.ReceiptAlgorithm;
import cn.unionecard.gateway.receipt.ReceiptVerifier;
import cn.unionecard.gateway.receipt.SigningKey;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.keys.Keyring.Purpose;
import cn.unionecard.gateway.shop.Customers;
import cn.unionecard.gateway.terminal.StoredOneTime;
import cn.unionecard.gateway.union.AuditSeals;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The keyring's keys as the rooms take them: each room asks again whenever it needs one, and is
 * given the same object while nothing has changed. {@link KeyWatch} brings what has.
 */
final class NodeKeys {
  private final Kek kek;
  private final String receiptAlgorithm;
  private final Vertx vertx;
  private final Clock clock;
  private final SecureRandom random;
  private final VerifiedTokens verified = new VerifiedTokens();
  private volatile Keyring keyring;
  private volatile InForce inForce;

  /**
   * What the rooms use.
   *
   * @param names of all keys that are in it, in order: other names, other keys
   */
  private record InForce(
      List<String> names,
      SigningKey signing,
      List<CodeKey> codes,
      TokenIssuer.Key issuing,
      List<AccessTokens.Key> tokens,
      ReceiptVerifier receipts,
      List<VaultKey> vault) {}

  NodeKeys(Machine machine, Kek kek, Keyring keyring) {
    this.kek = kek;
    this.receiptAlgorithm = machine.config().keys().receiptAlgorithm();
    this.vertx = machine.vertx();
    this.clock = machine.clock();
    this.random = machine.random();
    this.keyring = keyring;
    this.inForce = inForce(keyring, clock.instant());
  }

  /** The key-encryption key, whose file is looked at again. */
  Kek kek() {
    return kek;
  }

  Keyring keyring() {
    return keyring;
  }

  /** The names of those that are taken: what other nodes may make with, and this one knows. */
  String[] taken() {
    Instant now = clock.instant();
    return keyring.keys().stream()
        .filter(key -> key.isTakenAt(now))
        .map(Keyring.Key::kid)
        .sorted()
        .toArray(String[]::new);
  }

  /**
   * Puts a ring in place of the one before; keys that ended meanwhile go, too.
   *
   * @throws CannotStart if it lacks what a node needs; everything stays as it was
   */
  void take(Keyring ring) {
    List<String> names = names(ring, clock.instant());
    if (!names.equals(inForce.names)) {
      inForce = inForce(ring, clock.instant());
    }
    keyring = ring;
  }

  private static List<String> names(Keyring ring, Instant now) {
    return ring.keys().stream()
        .filter(key -> key.isTakenAt(now))
        .map(key -> key.kid() + (key.isForNew() ? "" : "-"))
        .toList();
  }

  private InForce inForce(Keyring ring, Instant now) {
    Keyring.Key issuing = ring.current(Purpose.TOKEN);
    return new InForce(
        names(ring, now),
        signing(ring),
        codes(ring, now),
        new TokenIssuer.Key(issuing.kid(), issuing.secret()),
        ring.takenAt(Purpose.TOKEN, now).stream()
            .map(key -> new AccessTokens.Key(key.kid(), Objects.requireNonNull(key.publicKey())))
            .toList(),
        receipts(ring),
        vault(ring, now));
  }

  private static List<VaultKey> vault(Keyring ring, Instant now) {
    return inForceFirst(ring, Purpose.VAULT, now)
        .filter(key -> key.place() != 0)
        .map(key -> new VaultKey(key.place(), key.secret()))
        .toList();
  }

  private static Stream<Keyring.Key> inForceFirst(Keyring ring, Purpose purpose, Instant now) {
    Keyring.Key making = ring.current(purpose);
    return Stream.concat(
        Stream.of(making), ring.takenAt(purpose, now).stream().filter(key -> !key.equals(making)));
  }

  private SigningKey signing(Keyring ring) {
    Keyring.Key key =
        ring.keys(Purpose.RECEIPT).stream()
            .filter(one -> one.isForNew() && one.algorithm().equals(receiptAlgorithm))
            .findFirst()
            .orElseThrow(
                () ->
                    new CannotStart(
                        "the keyring holds no " + receiptAlgorithm + " receipt key: migrate"));
    return SigningKey.of(key.kid(), ReceiptAlgorithm.ofKey(receiptAlgorithm), key.secret(), random);
  }

  private static List<CodeKey> codes(Keyring ring, Instant now) {
    return inForceFirst(ring, Purpose.CODE, now)
        .map(
            key ->
                new CodeKey(
                    key.kid(),
                    Arrays.copyOf(key.secret(), CodeKey.KEY_BYTES),
                    Arrays.copyOfRange(key.secret(), CodeKey.KEY_BYTES, 2 * CodeKey.KEY_BYTES)))
        .toList();
  }

  private static ReceiptVerifier receipts(Keyring ring) {
    return new ReceiptVerifier(
        ring.keys(Purpose.RECEIPT).stream()
            .map(
                key ->
                    PublicKey.of(
                        key.kid(),
                        ReceiptAlgorithm.ofKey(key.algorithm()),
                        Objects.requireNonNull(key.publicKey())))
            .toList());
  }

  /** What signs receipts now. */
  SigningKey signingKey() {
    return inForce.signing;
  }

  /** The same, as the audit is sealed. */
  AuditSeals.Signer sealing() {
    SigningKey key = inForce.signing;
    return new AuditSeals.Signer(key.kid(), key.algorithm().header, key::sign);
  }

  /** The same, as files are signed. */
  FileSigner statements() {
    SigningKey key = inForce.signing;
    return new FileSigner(key.kid(), key.algorithm().header, key::sign);
  }

  /** Newest first, those that are announced last. */
  List<CodeKey> codeKeys() {
    return inForce.codes;
  }

  /** A vault of one's own; it goes by the keys of the moment. */
  MemberVault memberVault() {
    return new MemberVault(() -> inForce.vault, kek, random);
  }

  /** What merchants call their customers by, of one's own. */
  Customers customers() {
    MemberVault vault = memberVault();
    return (merchant, member, wrapped) -> {
      try {
        return vault.open(member, wrapped).pseudonym(merchant);
      } catch (IllegalArgumentException unreadable) {
        return null;
      }
    };
  }

  /** Takes what devices prove their keys by, each once over all nodes. */
  static Assertions assertions(Vertx vertx, Pool pool, Clock clock) {
    return new Assertions(vertx, new StoredOneTime(pool, clock), clock);
  }

  /** Tells whether receipts are genuine, those of retired keys too. */
  ReceiptCheck receiptCheck() {
    return document -> {
      var verdict = inForce.receipts.verify(document);
      return new ReceiptCheck.Finding(verdict.isValid(), verdict.reason().name());
    };
  }

  /** A verifier of access tokens for one event loop. */
  AccessTokens accessTokens() {
    return new AccessTokens(vertx, () -> inForce.tokens, verified, clock);
  }

  /** Signs access tokens. */
  TokenIssuer tokenIssuer() {
    return new TokenIssuer(vertx, () -> inForce.issuing, clock, random);
  }

  /** The keys that cannot be understood, and so are switched off. */
  List<Unreadable> unreadable() {
    return keyring.unreadable();
  }
}
