package cn.unionecard.gateway.receipt;

import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/**
 * A private key that signs block headers. Immutable; may be shared between lanes, each of which
 * keeps its own {@link #signer}.
 */
public final class SigningKey {
  /** Length of the secret: SM2 the number d big-endian, Ed25519 the seed of RFC 8032. */
  public static final int SECRET_BYTES = 32;

  private final String kid;
  private final ReceiptAlgorithm algorithm;
  private final AsymmetricKeyParameter secret;
  private final PublicKey publicKey;
  private final SecureRandom random;

  private SigningKey(
      String kid,
      ReceiptAlgorithm algorithm,
      AsymmetricKeyParameter secret,
      AsymmetricKeyParameter open,
      SecureRandom random) {
    this.kid = kid;
    this.algorithm = algorithm;
    this.secret = secret;
    this.publicKey = PublicKey.of(kid, algorithm, open);
    this.random = random;
  }

  /**
   * @param secret 32 bytes, see {@link #SECRET_BYTES}
   * @param random for SM2's one-time number k; thread-safe if the key is shared
   * @throws IllegalArgumentException if the secret is out of range
   */
  public static SigningKey of(
      String kid, ReceiptAlgorithm algorithm, byte[] secret, SecureRandom random) {
    if (secret.length != SECRET_BYTES) {
      throw new IllegalArgumentException("secret of " + secret.length + " bytes, not 32");
    }
    return switch (algorithm) {
      case SM2 -> sm2(kid, new BigInteger(1, secret), random);
      case ED25519 -> ed25519(kid, secret, random);
    };
  }

  /** A new key. */
  public static SigningKey generate(String kid, ReceiptAlgorithm algorithm, SecureRandom random) {
    if (algorithm == ReceiptAlgorithm.SM2) {
      BigInteger max = ReceiptAlgorithm.SM2_CURVE.getN().subtract(BigInteger.TWO);
      return sm2(kid, BigIntegers.createRandomInRange(BigInteger.ONE, max, random), random);
    }
    byte[] seed = new byte[SECRET_BYTES];
    random.nextBytes(seed);
    return ed25519(kid, seed, random);
  }

  /** GB/T 32918.1 section 6.1: d in 1 … n − 2. */
  private static SigningKey sm2(String kid, BigInteger d, SecureRandom random) {
    BigInteger max = ReceiptAlgorithm.SM2_CURVE.getN().subtract(BigInteger.TWO);
    if (d.signum() <= 0 || d.compareTo(max) > 0) {
      throw new IllegalArgumentException("SM2 secret is not in 1 … n - 2");
    }
    var point = new FixedPointCombMultiplier().multiply(ReceiptAlgorithm.SM2_CURVE.getG(), d);
    return new SigningKey(
        kid,
        ReceiptAlgorithm.SM2,
        new ECPrivateKeyParameters(d, ReceiptAlgorithm.SM2_CURVE),
        new ECPublicKeyParameters(point, ReceiptAlgorithm.SM2_CURVE),
        random);
  }

  private static SigningKey ed25519(String kid, byte[] seed, SecureRandom random) {
    var secret = new Ed25519PrivateKeyParameters(seed);
    return new SigningKey(
        kid, ReceiptAlgorithm.ED25519, secret, secret.generatePublicKey(), random);
  }

  public String kid() {
    return kid;
  }

  public ReceiptAlgorithm algorithm() {
    return algorithm;
  }

  public PublicKey publicKey() {
    return publicKey;
  }

  /** The secret, to be wrapped before it is stored; 32 bytes. */
  public byte[] secret() {
    return secret instanceof ECPrivateKeyParameters sm2
        ? BigIntegers.asUnsignedByteArray(SECRET_BYTES, sm2.getD())
        : ((Ed25519PrivateKeyParameters) secret).getEncoded();
  }

  /** Signs once; who signs often keeps a {@link #signer}. */
  public byte[] sign(byte[] message) {
    return signer().sign(message);
  }

  /** A signer with this key ready in it. */
  HeaderSigner signer() {
    CipherParameters parameters =
        algorithm == ReceiptAlgorithm.SM2 ? new ParametersWithRandom(secret, random) : secret;
    Signer signer =
        switch (algorithm) {
          case SM2 -> new SM2Signer(PlainDSAEncoding.INSTANCE, new SM3Digest());
          case ED25519 -> new Ed25519Signer();
        };
    signer.init(true, parameters);
    return new HeaderSigner(signer);
  }

  @Override
  public String toString() {
    return "SigningKey[" + kid + ", " + algorithm.header + "]";
  }
}
