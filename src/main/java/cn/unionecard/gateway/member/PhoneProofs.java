package cn.unionecard.gateway.member;

import cn.unionecard.gateway.model.CardNo;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** How phones prove their key, and what they get for it: tokens of the edge. */
public interface PhoneProofs {
  /** An assertion (JWT, ES256) of good form and time, not believed yet. */
  interface Claim {
    /** Who says that it holds a key. */
    String subject();

    /** Fails with Unauthenticated unless that key (SubjectPublicKeyInfo, DER) signed it. */
    Future<Void> signedBy(byte @Nullable [] spki);

    /** Uses it up; fails with Unauthenticated if it was used before. */
    Future<Void> useUp();
  }

  /**
   * Takes an assertion apart.
   *
   * @throws cn.unionecard.gateway.model.Fault.Unauthenticated if form or times do not hold
   */
  Claim claim(String assertion);

  /** A token of the phone that the card is bound to in that epoch. */
  String token(CardNo card, long epoch);

  /** How long a token lasts, s. */
  long lifetimeSeconds();
}
