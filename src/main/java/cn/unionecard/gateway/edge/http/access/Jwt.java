package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Fault;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JWT (RFC 7519) in compact form, taken apart and not yet believed.
 *
 * <p>Written here rather than taken from vertx-auth-jwt: that accepts unsigned tokens when it has
 * no key, unknown {@code crit}, tokens without {@code exp}, any {@code typ} and two forms of ES256
 * signatures, and takes a lock per key over all event loops. What is left when only two algorithms
 * and our own rules are wanted is this page, {@link TokenRules} and {@link Signatures}; the
 * cryptography is Bouncy Castle's.
 *
 * <p>Of the header only {@code alg}, {@code typ}, {@code kid} and {@code crit} are ever looked at:
 * {@code jwk}, {@code jku}, {@code x5u} and {@code x5c} cannot bring a key.
 */
public record Jwt(
    Map<String, Object> header, Map<String, Object> claims, byte[] signed, byte[] signature) {
  /** Ours have about 400 characters. */
  static final int LENGTH_MAX = 4096;

  private static final ObjectReader READER =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxNumberLength(32)
                          .maxStringLength(LENGTH_MAX)
                          .build())
                  .build())
          .readerFor(new TypeReference<Map<String, Object>>() {})
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  /**
   * Takes a token apart.
   *
   * @throws Fault.Unauthenticated if it is none
   */
  public static Jwt parse(String compact) {
    if (compact.length() > LENGTH_MAX) {
      throw new Fault.Unauthenticated("token is longer than " + LENGTH_MAX + " characters");
    }
    int first = compact.indexOf('.');
    int second = compact.indexOf('.', first + 1);
    if (first < 0 || second < 0 || compact.indexOf('.', second + 1) >= 0) {
      throw new Fault.Unauthenticated("token has not three parts");
    }
    byte[] header = bytes(compact.substring(0, first));
    byte[] claims = bytes(compact.substring(first + 1, second));
    byte[] signature = bytes(compact.substring(second + 1));
    byte[] signed = compact.substring(0, second).getBytes(StandardCharsets.US_ASCII);
    return new Jwt(object(header), object(claims), signed, signature);
  }

  /** Strict base64url: no padding, no stray bits; one value has one text. */
  private static byte[] bytes(String part) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // falls through: the same answer
    }
    throw new Fault.Unauthenticated("token is not base64url");
  }

  private static Map<String, Object> object(byte[] json) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      Map<String, Object> object = READER.readValue(text);
      if (object != null) {
        return object;
      }
    } catch (CharacterCodingException | JsonProcessingException e) {
      throw new Fault.Unauthenticated("token holds no valid JSON");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new Fault.Unauthenticated("token holds no JSON object");
  }

  /** A text of the header, or null if it is absent. */
  @Nullable String headerText(String name) {
    return header.get(name) instanceof String text ? text : null;
  }

  /**
   * A text among the claims.
   *
   * @throws Fault.Unauthenticated if it is absent, empty or no text
   */
  String text(String claim) {
    if (claims.get(claim) instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw new Fault.Unauthenticated("token has no " + claim);
  }

  /**
   * A time among the claims, s since 1970.
   *
   * @throws Fault.Unauthenticated if it is absent or no integer
   */
  long seconds(String claim) {
    Object value = claims.get(claim);
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw new Fault.Unauthenticated("token has no " + claim);
  }

  /** A list of texts among the claims; anything else in it, or no list, is refused. */
  List<String> texts(String claim) {
    if (claims.get(claim) instanceof List<?> list
        && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw new Fault.Unauthenticated("token has no " + claim);
  }
}
