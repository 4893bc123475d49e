package cn.unionecard.gateway.edge.http.access;

import java.security.Provider;
import java.security.Security;
import org.bouncycastle.jcajce.provider.asymmetric.edec.KeyFactorySpi;
import org.bouncycastle.jcajce.provider.asymmetric.edec.SignatureSpi;

/**
 * Gives vertx-auth-jwt, which asks the JDK for {@code EdDSA}, Bouncy Castle's: that of JDK 17 takes
 * many times as long. It offers that name alone, so nothing else in the process finds another
 * provider than before, certificates of Ed25519 keys included.
 */
final class EdDsaProvider extends Provider {
  private static final long serialVersionUID = 1L;

  private static final String NAME = "ECardEdDSA";

  private EdDsaProvider() {
    super(NAME, "1", "EdDSA of Bouncy Castle");
    put("KeyFactory." + TokenKeys.EDDSA, KeyFactorySpi.EdDSA.class.getName());
    put("Signature." + TokenKeys.EDDSA, SignatureSpi.EdDSA.class.getName());
  }

  /** Before the first key is read. Again it does nothing. */
  static void install() {
    if (Security.getProvider(NAME) == null) {
      int unused = Security.insertProviderAt(new EdDsaProvider(), 1);
    }
  }
}
