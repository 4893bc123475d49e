package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** A terminal's private key (P-256), which signs assertions (RFC 7523 style) to get tokens. */
public final class DeviceKey {
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
  private static final String HEADER =
      encode("{\"alg\":\"ES256\",\"typ\":\"ecard-assertion+jwt\"}");
  private static final String AUDIENCE = "urn:ecard:gateway";
  private static final int LIFETIME_SECONDS = 60;

  private final PrivateKey key;

  /** A new key, as a device makes it when it is taken out of its box. */
  public static KeyPair newPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param pem PKCS#8
   * @throws IllegalArgumentException if it holds no P-256 key
   */
  DeviceKey(String pem) {
    try {
      byte[] der =
          Base64.getMimeDecoder()
              .decode(pem.replaceAll("-----[A-Z ]+-----", "").getBytes(StandardCharsets.US_ASCII));
      key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a terminal's private key cannot be read", e);
    }
  }

  /** A JWT that proves possession of the key, good for a minute. */
  String assertion(TerminalId id, long nowSeconds, String jti) {
    JsonObject claims =
        new JsonObject()
            .put("iss", id.value())
            .put("sub", id.value())
            .put("aud", AUDIENCE)
            .put("iat", nowSeconds)
            .put("exp", nowSeconds + LIFETIME_SECONDS)
            .put("jti", jti);
    String signed = HEADER + "." + encode(claims.encode());
    return signed + "." + URL.encodeToString(sign(signed.getBytes(StandardCharsets.US_ASCII)));
  }

  private byte[] sign(byte[] text) {
    try {
      Signature es256 = Signature.getInstance("SHA256withECDSAinP1363Format");
      es256.initSign(key);
      es256.update(text);
      return es256.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(String json) {
    return URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
