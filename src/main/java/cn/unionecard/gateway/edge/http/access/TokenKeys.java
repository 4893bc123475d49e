package cn.unionecard.gateway.edge.http.access;

import io.vertx.core.Vertx;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * The keys of tokens as vertx-auth-jwt takes them. PEM, for a key that it cannot read stops it then
 * (of an unknown JWK it only warns), and each of the one kind that is meant: by itself it would
 * take Ed448 for Ed25519, and any curve for P-256.
 */
final class TokenKeys {
  static final String EDDSA = "EdDSA";
  static final String ES256 = "ES256";

  /** RFC 8410, section 7: what stands before the 32 bytes of the private key. */
  private static final String PKCS8 = "302e020100300506032b657004220420";

  private static final byte[] NOBODYS = generator();

  static {
    EdDsaProvider.install();
  }

  private TokenKeys() {}

  /**
   * An Ed25519 key to verify with.
   *
   * @param spki SubjectPublicKeyInfo (DER)
   * @throws IllegalArgumentException if it is no such key
   */
  static PubSecKeyOptions verifying(String kid, byte[] spki) {
    if (key(spki) instanceof Ed25519PublicKeyParameters key) {
      return options(EDDSA, publicPem(key)).setId(kid);
    }
    throw new IllegalArgumentException("not an Ed25519 public key");
  }

  /**
   * An Ed25519 key to sign with.
   *
   * @param seed the private key as RFC 8032 has it, 32 bytes
   * @throws IllegalArgumentException if the seed has another length
   */
  static PubSecKeyOptions signing(String kid, byte[] seed) {
    if (seed.length != Ed25519PrivateKeyParameters.KEY_SIZE) {
      throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, not " + seed.length);
    }
    byte[] pkcs8 = HexFormat.of().parseHex(PKCS8 + HexFormat.of().formatHex(seed));
    return options(EDDSA, pem("PRIVATE KEY", pkcs8)).setId(kid);
  }

  /**
   * A device's P-256 key. Without a name, for a terminal has one alone.
   *
   * @param spki SubjectPublicKeyInfo (DER); its point may be compressed, which only Bouncy Castle
   *     reads
   * @throws IllegalArgumentException if it is no such key
   */
  static PubSecKeyOptions device(byte[] spki) {
    SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(spki);
    boolean named =
        X9ObjectIdentifiers.id_ecPublicKey.equals(info.getAlgorithm().getAlgorithm())
            && SECObjectIdentifiers.secp256r1.equals(info.getAlgorithm().getParameters());
    if (named && key(spki) instanceof ECPublicKeyParameters key) {
      return options(ES256, publicPem(key));
    }
    throw new IllegalArgumentException("not a P-256 public key");
  }

  /**
   * A P-256 key that is nobody's, for whom nothing is known: what is held against it takes the same
   * work, and is refused whatever comes of it.
   */
  static byte[] nobodys() {
    return NOBODYS.clone();
  }

  private static byte[] generator() {
    ECNamedDomainParameters curve = ECNamedDomainParameters.lookup(SECObjectIdentifiers.secp256r1);
    try {
      return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
              new ECPublicKeyParameters(curve.getG(), curve))
          .getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("no P-256", e);
    }
  }

  /**
   * Verifies signatures with those keys, and looks at nothing else: times are {@link TokenRules}'.
   *
   * @throws IllegalArgumentException if there is no key, for then it would take what is not signed
   */
  static JWTAuth verifier(Vertx vertx, List<PubSecKeyOptions> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no key to verify tokens with");
    }
    return JWTAuth.create(
        vertx,
        new JWTAuthOptions()
            .setPubSecKeys(keys)
            .setJWTOptions(new JWTOptions().setIgnoreExpiration(true)));
  }

  private static AsymmetricKeyParameter key(byte[] spki) {
    try {
      return PublicKeyFactory.createKey(spki);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a public key", e);
    }
  }

  private static String publicPem(AsymmetricKeyParameter key) {
    try {
      byte[] spki = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded();
      return pem("PUBLIC KEY", spki);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a public key", e);
    }
  }

  private static String pem(String kind, byte[] der) {
    String body = Base64.getEncoder().encodeToString(der);
    return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
  }

  private static PubSecKeyOptions options(String algorithm, String pem) {
    return new PubSecKeyOptions().setAlgorithm(algorithm).setBuffer(pem);
  }
}
