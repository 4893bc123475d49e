package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Fault;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a token (RFC 7519) of good form says, not yet believed.
 *
 * @param kid the key it names
 * @param claims as strict JSON has them
 */
public record Jwt(@Nullable String kid, Map<String, Object> claims) {
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
