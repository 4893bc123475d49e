package cn.unionecard.gateway.runtime.keys;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.gm.GMNamedCurves;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;
import org.jspecify.annotations.Nullable;

/**
 * A secret before it is wrapped.
 *
 * @param algorithm name in the keyring: {@code SM2}, {@code Ed25519}, {@code FF1-HMAC-SM3}, {@code
 *     SM4-HMAC-SM3}
 * @param secret SM2: the number d, 32 bytes big-endian; Ed25519: the seed of RFC 8032; else random
 *     bytes
 * @param publicKey SubjectPublicKeyInfo (DER) of the key pairs, else null
 */
public record KeyMaterial(String algorithm, byte[] secret, byte @Nullable [] publicKey) {
  private static final int SEED_BYTES = 32;
  private static final int CODE_BYTES = 64;
  private static final int VAULT_BYTES = 48;

  /** A new key pair for SM2 signatures; GB/T 32918.1 section 6.1: d in 1 … n − 2. */
  public static KeyMaterial sm2(SecureRandom random) {
    ASN1ObjectIdentifier oid = GMObjectIdentifiers.sm2p256v1;
    ECNamedDomainParameters curve = new ECNamedDomainParameters(oid, GMNamedCurves.getByOID(oid));
    BigInteger max = curve.getN().subtract(BigInteger.TWO);
    BigInteger d = BigIntegers.createRandomInRange(BigInteger.ONE, max, random);
    return sm2(BigIntegers.asUnsignedByteArray(SEED_BYTES, d));
  }

  private static KeyMaterial sm2(byte[] secret) {
    ASN1ObjectIdentifier oid = GMObjectIdentifiers.sm2p256v1;
    ECNamedDomainParameters curve = new ECNamedDomainParameters(oid, GMNamedCurves.getByOID(oid));
    BigInteger d = new BigInteger(1, secret);
    if (d.signum() == 0 || d.compareTo(curve.getN().subtract(BigInteger.TWO)) > 0) {
      throw new IllegalArgumentException("an SM2 secret is in 1 … n - 2");
    }
    var point = new FixedPointCombMultiplier().multiply(curve.getG(), d);
    return new KeyMaterial("SM2", secret, encode(new ECPublicKeyParameters(point, curve)));
  }

  /**
   * What an opened secret is.
   *
   * @throws IllegalArgumentException if it is none of that algorithm
   */
  static KeyMaterial of(String algorithm, byte[] secret) {
    int bytes =
        switch (algorithm) {
          case "SM2", "Ed25519" -> SEED_BYTES;
          case "FF1-HMAC-SM3" -> CODE_BYTES;
          case "SM4-HMAC-SM3" -> VAULT_BYTES;
          default ->
              throw new IllegalArgumentException("key algorithm " + algorithm + " is unknown");
        };
    if (secret.length != bytes) {
      throw new IllegalArgumentException("a key of " + algorithm + " has " + bytes + " bytes");
    }
    return switch (algorithm) {
      case "SM2" -> sm2(secret);
      case "Ed25519" -> ed25519(secret);
      default -> new KeyMaterial(algorithm, secret, null);
    };
  }

  /** A new key pair for Ed25519 signatures. */
  public static KeyMaterial ed25519(SecureRandom random) {
    return ed25519(bytes(random, SEED_BYTES));
  }

  private static KeyMaterial ed25519(byte[] seed) {
    return new KeyMaterial(
        "Ed25519", seed, encode(new Ed25519PrivateKeyParameters(seed).generatePublicKey()));
  }

  /** Keys of the member codes: alias key 32 ‖ master key 32. */
  public static KeyMaterial codes(SecureRandom random) {
    return new KeyMaterial("FF1-HMAC-SM3", bytes(random, CODE_BYTES), null);
  }

  /** Keys of the member vault: SM4 key 16 ‖ HMAC key 32. */
  public static KeyMaterial vault(SecureRandom random) {
    return new KeyMaterial("SM4-HMAC-SM3", bytes(random, VAULT_BYTES), null);
  }

  private static byte[] bytes(SecureRandom random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] encode(AsymmetricKeyParameter key) {
    try {
      return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return "KeyMaterial[" + algorithm + ", …]";
  }
}
