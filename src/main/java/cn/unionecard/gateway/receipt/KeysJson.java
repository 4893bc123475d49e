package cn.unionecard.gateway.receipt;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.json.StrictJson;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reader of the published list of public keys: {@code
 * {"keys":[{"kid":"…","algorithm":"SM2-SM3","publicKey":"-----BEGIN PUBLIC KEY-----…"}]}}. Further
 * members are ignored.
 */
public final class KeysJson {
  private static final StrictJson JSON = new StrictJson(StreamReadConstraints.defaults());
  private static final Pattern PEM =
      Pattern.compile(
          "\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");

  private KeysJson() {}

  /**
   * @throws Fault.Malformed if it is no such list, or a key is not of its algorithm
   */
  public static List<PublicKey> read(byte[] json) {
    JsonNode list = parse(json).path("keys");
    if (!list.isArray()) {
      throw new Fault.Malformed("keys", "not an array");
    }
    List<PublicKey> keys = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      keys.add(key("keys[" + i + "]", list.get(i)));
    }
    return keys;
  }

  private static JsonNode parse(byte[] json) {
    try {
      return JSON.tree(StrictJson.utf8(json));
    } catch (CharacterCodingException | JsonProcessingException e) {
      throw new Fault.Malformed("", "not JSON");
    }
  }

  private static PublicKey key(String field, JsonNode key) {
    try {
      return PublicKey.of(
          text(key, "kid"), ReceiptAlgorithm.named(text(key, "algorithm")), der(key));
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed(field, String.valueOf(e.getMessage()));
    }
  }

  private static String text(JsonNode key, String name) {
    JsonNode value = key.path(name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(name + " is not a string");
    }
    return value.textValue();
  }

  private static byte[] der(JsonNode key) {
    Matcher pem = PEM.matcher(text(key, "publicKey"));
    if (!pem.matches()) {
      throw new IllegalArgumentException("publicKey is not PEM of a public key");
    }
    return Base64.getMimeDecoder().decode(pem.group(1));
  }
}
