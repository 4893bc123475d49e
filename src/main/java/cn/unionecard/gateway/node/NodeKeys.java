package cn.unionecard.gateway.node;

import cn.unionecard.gateway.archive.ReceiptCheck;
import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.edge.http.access.AccessTokens;
import cn.unionecard.gateway.edge.http.access.Assertions;
import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.model.Unreadable;
import cn.unionecard.gateway.privacy.MemberVault;
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
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The keyring's keys as the rooms take them. */
final class NodeKeys {
  private final Keyring keyring;
  private final Kek kek;
  private final String receiptAlgorithm;
  private final Vertx vertx;
  private final Clock clock;
  private final SecureRandom random;

  NodeKeys(Machine machine, Keyring keyring) {
    this.keyring = keyring;
    this.kek = Kek.of(machine.config().keys());
    this.receiptAlgorithm = machine.config().keys().receiptAlgorithm();
    this.vertx = machine.vertx();
    this.clock = machine.clock();
    this.random = machine.random();
  }

  /**
   * A signer of receipts of one's own.
   *
   * @throws CannotStart if the keyring holds no key for them
   */
  SigningKey signingKey() {
    Keyring.Key key =
        keyring.keys(Purpose.RECEIPT).stream()
            .filter(one -> !one.retired() && one.algorithm().equals(receiptAlgorithm))
            .findFirst()
            .orElseThrow(
                () ->
                    new CannotStart(
                        "the keyring holds no " + receiptAlgorithm + " receipt key: migrate"));
    return SigningKey.of(key.kid(), ReceiptAlgorithm.ofKey(receiptAlgorithm), key.secret(), random);
  }

  /** Newest first. */
  List<CodeKey> codeKeys() {
    return keyring.keys(Purpose.CODE).stream()
        .filter(key -> !key.retired())
        .map(
            key ->
                new CodeKey(
                    key.kid(),
                    Arrays.copyOf(key.secret(), CodeKey.KEY_BYTES),
                    Arrays.copyOfRange(key.secret(), CodeKey.KEY_BYTES, 2 * CodeKey.KEY_BYTES)))
        .toList();
  }

  /**
   * A vault of one's own.
   *
   * @throws CannotStart if the keyring holds no key for it
   */
  MemberVault memberVault() {
    return new MemberVault(keyring.current(Purpose.VAULT).secret(), kek, random);
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
    ReceiptVerifier verifier =
        new ReceiptVerifier(
            keyring.keys(Purpose.RECEIPT).stream()
                .map(
                    key ->
                        PublicKey.of(
                            key.kid(),
                            ReceiptAlgorithm.ofKey(key.algorithm()),
                            Objects.requireNonNull(key.publicKey())))
                .toList());
    return document -> {
      var verdict = verifier.verify(document);
      return new ReceiptCheck.Finding(verdict.isValid(), verdict.reason().name());
    };
  }

  /** A verifier of access tokens for one event loop. */
  AccessTokens accessTokens() {
    return new AccessTokens(
        vertx,
        keyring.keys(Purpose.TOKEN).stream()
            .map(key -> new AccessTokens.Key(key.kid(), Objects.requireNonNull(key.publicKey())))
            .toList(),
        clock);
  }

  /** Signs access tokens. */
  TokenIssuer tokenIssuer() {
    Keyring.Key key = keyring.current(Purpose.TOKEN);
    return new TokenIssuer(vertx, key.kid(), key.secret(), clock, random);
  }

  /** The keys that cannot be understood, and so are switched off. */
  List<Unreadable> unreadable() {
    return keyring.unreadable();
  }
}
