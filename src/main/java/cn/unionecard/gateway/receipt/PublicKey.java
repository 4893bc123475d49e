package cn.unionecard.gateway.receipt;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** A public key that verifies block headers. Immutable, thread-safe. */
public final class PublicKey {
  private static final int HALF_BYTES = ReceiptAlgorithm.SIGNATURE_BYTES / 2;

  private final String kid;
  private final ReceiptAlgorithm algorithm;
  private final AsymmetricKeyParameter key;

  private PublicKey(String kid, ReceiptAlgorithm algorithm, AsymmetricKeyParameter key) {
    this.kid = kid;
    this.algorithm = algorithm;
    this.key = key;
  }

  /**
   * Reads a SubjectPublicKeyInfo (RFC 5280), DER.
   *
   * @throws IllegalArgumentException if it is not one of that algorithm
   */
  public static PublicKey of(String kid, ReceiptAlgorithm algorithm, byte[] spki) {
    AsymmetricKeyParameter key = read(spki);
    if (!fits(algorithm, key)) {
      throw new IllegalArgumentException("key " + kid + " is not of " + algorithm.header);
    }
    return new PublicKey(kid, algorithm, key);
  }

  static PublicKey of(String kid, ReceiptAlgorithm algorithm, AsymmetricKeyParameter key) {
    return new PublicKey(kid, algorithm, key);
  }

  /** The name in block headers. */
  public String kid() {
    return kid;
  }

  public ReceiptAlgorithm algorithm() {
    return algorithm;
  }

  /** SubjectPublicKeyInfo, DER. */
  public byte[] spki() {
    try {
      return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded("DER");
    } catch (IOException e) {
      throw new IllegalStateException("key " + kid + " has no encoding", e);
    }
  }

  /** Whether the 64 bytes are this key's signature over the message. Never throws. */
  public boolean verify(byte[] message, byte[] signature) {
    if (signature.length != ReceiptAlgorithm.SIGNATURE_BYTES || !inRange(signature)) {
      return false;
    }
    Signer verifier =
        switch (algorithm) {
          case SM2 -> new SM2Signer(PlainDSAEncoding.INSTANCE, new SM3Digest());
          case ED25519 -> new Ed25519Signer();
        };
    verifier.init(false, key);
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signature);
  }

  /** SM2 asks for r and s in 1 … n − 1; Ed25519 checks its own ranges. */
  private boolean inRange(byte[] signature) {
    if (algorithm == ReceiptAlgorithm.ED25519) {
      return true;
    }
    return inRange(new BigInteger(1, Arrays.copyOf(signature, HALF_BYTES)))
        && inRange(new BigInteger(1, Arrays.copyOfRange(signature, HALF_BYTES, signature.length)));
  }

  private static boolean inRange(BigInteger half) {
    return half.signum() > 0 && half.compareTo(ReceiptAlgorithm.SM2_CURVE.getN()) < 0;
  }

  private static AsymmetricKeyParameter read(byte[] spki) {
    try {
      return PublicKeyFactory.createKey(spki);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("not a SubjectPublicKeyInfo", e);
    }
  }

  private static boolean fits(ReceiptAlgorithm algorithm, AsymmetricKeyParameter key) {
    return switch (algorithm) {
      case SM2 ->
          key instanceof ECPublicKeyParameters ec
              && ec.getParameters().equals(ReceiptAlgorithm.SM2_CURVE);
      case ED25519 -> key instanceof Ed25519PublicKeyParameters;
    };
  }
}
