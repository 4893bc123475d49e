package cn.unionecard.gateway.feed;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the request for a stream asks for, read but not yet checked against the caller's rights.
 *
 * @param after the last number the reader has; empty: from now on
 * @param org code of the organisation it wants to see, or null for the caller's own
 * @param merchant number of the only merchant, or null for all
 * @param kinds the only kinds of events, or empty for all
 */
record StreamRequest(
    OptionalLong after, @Nullable String org, @Nullable String merchant, Set<String> kinds) {

  private static final Set<String> PARAMETERS = Set.of("after", "from", "org", "merchant", "type");

  /** As {@code sequence} is written, with or without the zeros in front. */
  private static final Pattern START = Pattern.compile("start");

  private static final int TYPES_MAX = 32;

  /**
   * Reads the query and the header {@code Last-Event-ID}. The header counts more than {@code
   * after}: a browser that connects again repeats the old address and adds the header.
   *
   * @throws Fault.Malformed naming the parameter at fault
   */
  static StreamRequest of(HttpServerRequest request) {
    MultiMap query = request.params();
    for (String name : query.names()) {
      if (!PARAMETERS.contains(name)) {
        throw new Fault.Malformed(name, "unknown parameter");
      }
    }
    return new StreamRequest(
        after(request, query),
        matching(query, "org", Written.ORG),
        matching(query, "merchant", Written.MERCHANT_NO),
        kinds(query.getAll("type")));
  }

  private static OptionalLong after(HttpServerRequest request, MultiMap query) {
    String after = matching(query, "after", Written.FEED_PLACE);
    String from = matching(query, "from", START);
    if (after != null && from != null) {
      throw new Fault.Malformed("from", "cannot stand beside after");
    }
    String last = request.getHeader("Last-Event-ID");
    if (last != null) {
      return place("Last-Event-ID", match("Last-Event-ID", last, Written.FEED_PLACE));
    }
    if (after != null) {
      return place("after", after);
    }
    return from != null ? OptionalLong.of(0) : OptionalLong.empty();
  }

  private static OptionalLong place(String name, String digits) {
    try {
      return OptionalLong.of(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      throw new Fault.Malformed(name, "is beyond any place in the feed");
    }
  }

  private static Set<String> kinds(List<String> types) {
    if (types.size() > TYPES_MAX) {
      throw new Fault.Malformed("type", "given more than " + TYPES_MAX + " times");
    }
    Set<String> kinds = new HashSet<>();
    for (String type : types) {
      kinds.add(EventType.require("type", type).kind);
    }
    return kinds;
  }

  private static @Nullable String matching(MultiMap query, String name, Pattern pattern) {
    List<String> values = query.getAll(name);
    if (values.size() > 1) {
      throw new Fault.Malformed(name, "given more than once");
    }
    return values.isEmpty() ? null : match(name, values.get(0), pattern);
  }

  private static String match(String name, String value, Pattern pattern) {
    if (!pattern.matcher(value).matches()) {
      throw new Fault.Malformed(name, "does not match " + pattern);
    }
    return value;
  }
}
