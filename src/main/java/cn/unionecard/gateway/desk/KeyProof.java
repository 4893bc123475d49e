package cn.unionecard.gateway.desk;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** An assertion (JWT, ES256) of good form and time, not believed yet. */
public interface KeyProof {
  /** Who says that it holds a key. */
  String subject();

  /** Fails with Unauthenticated unless that key (SubjectPublicKeyInfo, DER) signed it. */
  Future<Void> signedBy(byte @Nullable [] spki);

  /** Uses it up; fails with Unauthenticated if it was used before. */
  Future<Void> useUp();
}
