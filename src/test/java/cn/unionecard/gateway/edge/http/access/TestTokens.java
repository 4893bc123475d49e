package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed448PrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** Makes tokens good and bad, part by part. */
public final class TestTokens {
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final ECNamedDomainParameters P256 =
      new ECNamedDomainParameters(
          SECObjectIdentifiers.secp256r1,
          ECNamedCurveTable.getByOID(SECObjectIdentifiers.secp256r1));

  static final byte[] P256_ORDER = fixed(P256.getN());

  /** Signs the text before the second dot. */
  interface Signer {
    byte[] sign(byte[] data);
  }

  private TestTokens() {}

  static String base64(byte[] bytes) {
    return BASE64URL.encodeToString(bytes);
  }

  static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  static String compact(String header, String claims, Signer signer) {
    String signed = base64(header) + "." + base64(claims);
    return signed + "." + base64(signer.sign(signed.getBytes(StandardCharsets.US_ASCII)));
  }

  public static String compact(Map<String, ?> header, Map<String, ?> claims, Signer signer) {
    return compact(json(header), json(claims), signer);
  }

  static String json(Map<String, ?> members) {
    JsonObject json = new JsonObject();
    members.forEach(json::put);
    return json.encode();
  }

  public static Ed25519PrivateKeyParameters ed25519() {
    return new Ed25519PrivateKeyParameters(new SecureRandom());
  }

  static byte[] ed448Spki() {
    return spki(new Ed448PrivateKeyParameters(new SecureRandom()).generatePublicKey());
  }

  static Signer eddsa(Ed25519PrivateKeyParameters key) {
    return data -> {
      Ed25519Signer signer = new Ed25519Signer();
      signer.init(true, key);
      signer.update(data, 0, data.length);
      return signer.generateSignature();
    };
  }

  /** (R, S + L): the same equation holds, and RFC 8032 forbids it. */
  static byte[] plusOrder(byte[] signature) {
    BigInteger order =
        BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    BigInteger s = new BigInteger(1, reversed(Arrays.copyOfRange(signature, 32, 64))).add(order);
    byte[] out = new byte[32];
    put(s, out, 32);
    byte[] changed = Arrays.copyOf(signature, 64);
    System.arraycopy(reversed(out), 0, changed, 32, 32);
    return changed;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] out = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      out[i] = bytes[bytes.length - 1 - i];
    }
    return out;
  }

  public static AsymmetricCipherKeyPair p256() {
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(new ECKeyGenerationParameters(P256, new SecureRandom()));
    return generator.generateKeyPair();
  }

  public static Signer es256(AsymmetricCipherKeyPair key) {
    return data -> {
      BigInteger[] rs = sign(key, data);
      return join(rs[0], rs[1]);
    };
  }

  /** The other valid signature of the same text: (r, n − s). */
  static Signer mirroredEs256(AsymmetricCipherKeyPair key) {
    return data -> {
      BigInteger[] rs = sign(key, data);
      return join(rs[0], P256.getN().subtract(rs[1]));
    };
  }

  /** The same signature in the ASN.1 form that JOSE does not know. */
  static Signer derEs256(AsymmetricCipherKeyPair key) {
    return data -> {
      try {
        BigInteger[] rs = sign(key, data);
        return org.bouncycastle.crypto.signers.StandardDSAEncoding.INSTANCE.encode(
            P256.getN(), rs[0], rs[1]);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    };
  }

  private static BigInteger[] sign(AsymmetricCipherKeyPair key, byte[] data) {
    ECDSASigner signer = new ECDSASigner();
    signer.init(true, (ECPrivateKeyParameters) key.getPrivate());
    return signer.generateSignature(Sha256.of(data));
  }

  private static byte[] join(BigInteger r, BigInteger s) {
    byte[] out = new byte[64];
    put(r, out, 32);
    put(s, out, 64);
    return out;
  }

  private static byte[] fixed(BigInteger value) {
    byte[] out = new byte[32];
    put(value, out, 32);
    return out;
  }

  private static void put(BigInteger value, byte[] out, int end) {
    byte[] bytes = value.toByteArray();
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, out, end - length, length);
  }

  static byte[] p384Spki() {
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    ECNamedDomainParameters p384 =
        new ECNamedDomainParameters(
            SECObjectIdentifiers.secp384r1,
            ECNamedCurveTable.getByOID(SECObjectIdentifiers.secp384r1));
    generator.init(new ECKeyGenerationParameters(p384, new SecureRandom()));
    return spki(generator.generateKeyPair().getPublic());
  }

  /** A P-256 key with its point in short form (SEC 1, 2.3.3). */
  static byte[] compressedSpki(AsymmetricKeyParameter key) {
    try {
      byte[] point = ((ECPublicKeyParameters) key).getQ().getEncoded(true);
      AlgorithmIdentifier p256 =
          new AlgorithmIdentifier(
              X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);
      return new SubjectPublicKeyInfo(p256, point).getEncoded();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public static byte[] spki(AsymmetricKeyParameter key) {
    try {
      return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
