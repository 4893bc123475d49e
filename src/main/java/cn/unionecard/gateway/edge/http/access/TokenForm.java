package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.json.StrictJson;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gate before the verifier: the one form in which a token of a kind comes (RFC 8725: kinds
 * exclude each other, and the rule fixes what the token may not choose). vertx-auth-jwt by itself
 * takes two segments where it has no key, tries every key where none is named, does not look at
 * {@code typ} and {@code crit}, reads base64 and JSON leniently, and takes a P-256 signature as
 * ASN.1 or cut short.
 *
 * <p>Of the header only {@code alg}, {@code typ}, {@code kid} and {@code crit} are ever looked at,
 * here and there: {@code jwk}, {@code jku}, {@code x5u} and {@code x5c} cannot bring a key.
 *
 * @param kind the header's {@code typ}, letter by letter
 * @param alg the header's {@code alg}, letter by letter
 * @param ours whether we sign them: then the key is named; and {@code typ} may be what the library
 *     always writes, {@code JWT}, and the kind a claim, for that is ours as well
 */
public record TokenForm(String kind, String alg, boolean ours) {
  /** Ours have about 400 characters. */
  static final int LENGTH_MAX = 4096;

  /** The claim that names the kind of a token whose {@code typ} is {@link #OF_THE_LIBRARY}. */
  static final String KIND = "kind";

  /** Access tokens of terminals and staff, issued by us. */
  public static final TokenForm ACCESS = new TokenForm("ecard-access+jwt", TokenKeys.EDDSA, true);

  /** Assertions by which a terminal shows that it holds its device key. */
  static final TokenForm ASSERTION = new TokenForm("ecard-assertion+jwt", TokenKeys.ES256, false);

  private static final String OF_THE_LIBRARY = "JWT";

  /** Of both algorithms. */
  private static final int SIGNATURE_BYTES = 64;

  private static final StrictJson JSON =
      new StrictJson(
          StreamReadConstraints.builder()
              .maxNestingDepth(8)
              .maxNumberLength(32)
              .maxStringLength(LENGTH_MAX)
              .build());

  /**
   * Takes a token of this kind apart.
   *
   * @throws Fault.Unauthenticated if it is none
   */
  public Jwt read(String compact) {
    if (compact.length() > LENGTH_MAX) {
      throw tooLong();
    }
    int first = compact.indexOf('.');
    int second = compact.indexOf('.', first + 1);
    if (first < 0 || second < 0 || compact.indexOf('.', second + 1) >= 0) {
      throw new Fault.Unauthenticated("token has not three parts");
    }
    Map<String, Object> header = object(bytes(compact.substring(0, first)));
    Map<String, Object> claims = object(bytes(compact.substring(first + 1, second)));
    byte[] signature = bytes(compact.substring(second + 1));
    checkHeader(header, claims);
    if (signature.length != SIGNATURE_BYTES) {
      throw wronglySigned();
    }
    return new Jwt(text(header, "kid"), claims);
  }

  static Fault.Unauthenticated tooLong() {
    return new Fault.Unauthenticated("token is longer than " + LENGTH_MAX + " characters");
  }

  static Fault.Unauthenticated wronglySigned() {
    return new Fault.Unauthenticated("token's signature does not hold");
  }

  static Fault.Unauthenticated wronglyNamed() {
    return new Fault.Unauthenticated("token's kid names no key of ours");
  }

  private void checkHeader(Map<String, Object> header, Map<String, Object> claims) {
    if (!alg.equals(header.get("alg"))) {
      throw new Fault.Unauthenticated("token's alg is not " + alg);
    }
    Object typ = header.get("typ");
    boolean told = ours && OF_THE_LIBRARY.equals(typ);
    if (!kind.equals(told ? claims.get(KIND) : typ)) {
      throw new Fault.Unauthenticated("token's typ is not " + kind);
    }
    if (header.containsKey("crit")) {
      throw new Fault.Unauthenticated("token's crit is not understood");
    }
    if (ours && text(header, "kid") == null) {
      throw wronglyNamed();
    }
  }

  private static @Nullable String text(Map<String, Object> header, String name) {
    return header.get(name) instanceof String text ? text : null;
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
      Map<String, Object> object = JSON.object(StrictJson.utf8(json));
      if (object != null) {
        return object;
      }
    } catch (CharacterCodingException | JsonProcessingException e) {
      throw new Fault.Unauthenticated("token holds no valid JSON");
    }
    throw new Fault.Unauthenticated("token holds no JSON object");
  }
}
