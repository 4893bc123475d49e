package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.runtime.Sha256;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.PublicKeyFactory;

/** The two signature checks of JSON web tokens. No state, no locks. */
final class Signatures {
  private static final int LENGTH = 64;
  private static final int HALF = 32;

  private Signatures() {}

  /**
   * An Ed25519 key from its SubjectPublicKeyInfo.
   *
   * @throws IllegalArgumentException if it is no such key
   */
  static Ed25519PublicKeyParameters ed25519Key(byte[] spki) {
    if (key(spki) instanceof Ed25519PublicKeyParameters key) {
      return key;
    }
    throw new IllegalArgumentException("not an Ed25519 public key");
  }

  /**
   * A P-256 key from its SubjectPublicKeyInfo.
   *
   * @throws IllegalArgumentException if it is no such key
   */
  static ECPublicKeyParameters p256Key(byte[] spki) {
    SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(spki);
    boolean named =
        X9ObjectIdentifiers.id_ecPublicKey.equals(info.getAlgorithm().getAlgorithm())
            && SECObjectIdentifiers.secp256r1.equals(info.getAlgorithm().getParameters());
    if (named && key(spki) instanceof ECPublicKeyParameters key) {
      return key;
    }
    throw new IllegalArgumentException("not a P-256 public key");
  }

  private static AsymmetricKeyParameter key(byte[] spki) {
    try {
      return PublicKeyFactory.createKey(spki);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a public key", e);
    }
  }

  /** RFC 8037 EdDSA with Ed25519. */
  static boolean ed25519(Ed25519PublicKeyParameters key, byte[] signed, byte[] signature) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(false, key);
    signer.update(signed, 0, signed.length);
    return signature.length == LENGTH && signer.verifySignature(signature);
  }

  /**
   * RFC 7518 ES256: 64 bytes r‖s and no other form. (r, n−s) is valid too, so a token's text is
   * never taken for its identity; {@code jti} is.
   */
  static boolean es256(ECPublicKeyParameters key, byte[] signed, byte[] signature) {
    if (signature.length != LENGTH) {
      return false;
    }
    ECDSASigner signer = new ECDSASigner();
    signer.init(false, key);
    BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 0, HALF));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, HALF, LENGTH));
    return signer.verifySignature(Sha256.of(signed), r, s);
  }
}
