package cn.unionecard.gateway.member;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.function.UnaryOperator;

/** A phone with a key of its own, which writes assertions as the contract wants them. */
public final class TestPhone {
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private final KeyPair keys;
  private final SecureRandom random = new SecureRandom();

  public TestPhone() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    keys = generator.generateKeyPair();
  }

  /** SubjectPublicKeyInfo in Base64. */
  public String publicKey() {
    return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
  }

  /** An assertion of now, never the same twice. */
  public String assertion(String cardNo, long nowSeconds) throws GeneralSecurityException {
    return assertion(cardNo, nowSeconds, claims -> claims);
  }

  /** The same with other claims. */
  public String assertion(String cardNo, long nowSeconds, UnaryOperator<JsonObject> changed)
      throws GeneralSecurityException {
    JsonObject claims =
        new JsonObject()
            .put("iss", cardNo)
            .put("sub", cardNo)
            .put("aud", "urn:ecard:gateway")
            .put("iat", nowSeconds)
            .put("exp", nowSeconds + 120)
            .put("jti", Long.toUnsignedString(random.nextLong(), 36));
    return signed(changed.apply(claims), keys.getPrivate());
  }

  private static String signed(JsonObject claims, PrivateKey key) throws GeneralSecurityException {
    JsonObject header = new JsonObject().put("alg", "ES256").put("typ", "ecard-assertion+jwt");
    String told = encoded(header) + "." + encoded(claims);
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(key);
    signature.update(told.getBytes(StandardCharsets.US_ASCII));
    return told + "." + BASE64URL.encodeToString(signature.sign());
  }

  private static String encoded(JsonObject part) {
    return BASE64URL.encodeToString(part.encode().getBytes(StandardCharsets.UTF_8));
  }
}
