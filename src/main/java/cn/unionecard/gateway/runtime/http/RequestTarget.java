package cn.unionecard.gateway.runtime.http;

import cn.unionecard.gateway.model.Fault;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request says properly what it is for: one host (RFC 9112, 3.2; RFC 9113, 8.3.1), a
 * target that is well-formed, and the path in its one spelling. Looked at before any route.
 *
 * <p>Other spellings of a path (an empty or a dot segment, a slash at the end, what need not be
 * encoded encoded) are no aliases: a proxy in front that forbids one would let the other pass.
 */
public final class RequestTarget {
  private static final String UNRESERVED = "-._~";
  private static final String IN_SEGMENTS = "-._~!$&'()*+,;=:@";
  private static final String IN_QUERIES = IN_SEGMENTS + "/?[]{}|\\^`<>\"";
  private static final int PORT_MAX = 65_535;
  private static final int ADDRESS_LENGTH_MAX = 45;

  private RequestTarget() {}

  /**
   * Passes a request that may be routed.
   *
   * @throws Fault.Malformed if host or target are not well-formed
   * @throws Fault.NotFound if the path is spelt in another way than ours are
   */
  public static void check(HttpServerRequest request) {
    host(request);
    coding(request);
    String uri = request.uri();
    String path = path(uri);
    int question = uri.indexOf('?');
    if (path == null || !wellFormed(path, IN_SEGMENTS + "/")) {
      throw new Fault.Malformed("", "the request target is no well-formed path");
    }
    if (question >= 0 && !wellFormed(uri.substring(question + 1), IN_QUERIES)) {
      throw new Fault.Malformed("", "the query is not well-formed");
    }
    if (!canonical(path)) {
      throw new Fault.NotFound("no such address; a path has one spelling here");
    }
  }

  private static void host(HttpServerRequest request) {
    List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
    boolean mayBeAbsent = request.version() == HttpVersion.HTTP_1_0;
    if (request.version() == HttpVersion.HTTP_2) {
      HostAndPort authority = request.authority(true);
      mayBeAbsent = authority != null;
      if (authority != null && !isHost(authority.toString())) {
        throw new Fault.Malformed(":authority", ":authority is no host with an optional port");
      }
      if (authority != null && hosts.size() == 1 && !sameHost(authority, hosts.get(0))) {
        throw new Fault.Malformed("Host", "header Host differs from :authority");
      }
    }
    if (hosts.size() > 1 || (hosts.isEmpty() && !mayBeAbsent)) {
      String what = hosts.isEmpty() ? " is missing" : " stands more than once";
      throw new Fault.Malformed("Host", "header Host" + what);
    }
    if (!hosts.isEmpty() && !isHost(hosts.get(0))) {
      throw new Fault.Malformed("Host", "header Host is no host with an optional port");
    }
  }

  private static boolean sameHost(HostAndPort authority, String host) {
    return authority.equals(HostAndPort.parseAuthority(host, -1));
  }

  private static void coding(HttpServerRequest request) {
    List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
    boolean chunked = codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked");
    if (!codings.isEmpty() && !chunked) {
      throw new Fault.Malformed("Transfer-Encoding", "no Transfer-Encoding but chunked is known");
    }
  }

  private static boolean isHost(String text) {
    int nameEnd = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
    String name = nameEnd < 0 ? text : text.substring(0, nameEnd);
    String port = text.substring(name.length());
    return isName(name) && (port.isEmpty() || (port.startsWith(":") && isPort(port.substring(1))));
  }

  private static boolean isName(String name) {
    if (name.startsWith("[")) {
      return name.length() <= ADDRESS_LENGTH_MAX + 2
          && name.substring(1, name.length() - 1).chars().allMatch(RequestTarget::isOfAddress);
    }
    return !name.isEmpty() && wellFormed(name, "-._~!$&'()*+,;=");
  }

  private static boolean isOfAddress(int c) {
    return c == ':' || c == '.' || (c < 128 && Character.digit(c, 16) >= 0);
  }

  private static boolean isPort(String digits) {
    return digits.length() <= 5
        && digits.chars().allMatch(c -> c >= '0' && c <= '9')
        && (digits.isEmpty() || Integer.parseInt(digits) <= PORT_MAX);
  }

  /** The path of a target in origin or absolute form; null if it is in another. */
  private static @Nullable String path(String uri) {
    int question = uri.indexOf('?');
    String before = question < 0 ? uri : uri.substring(0, question);
    if (before.startsWith("/")) {
      return before;
    }
    for (String scheme : List.of("https://", "http://")) {
      if (before.regionMatches(true, 0, scheme, 0, scheme.length())) {
        int slash = before.indexOf('/', scheme.length());
        String host = before.substring(scheme.length(), slash < 0 ? before.length() : slash);
        return isHost(host) ? (slash < 0 ? "/" : before.substring(slash)) : null;
      }
    }
    return null;
  }

  /** Letters, digits, these signs, and percent with two hexadecimal digits. */
  private static boolean wellFormed(String text, String signs) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (octet(text, i) < 0) {
          return false;
        }
        i += 2;
      } else if (!isLetterOrDigit(c) && signs.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean canonical(String path) {
    return !path.contains("//")
        && (path.length() == 1 || !path.endsWith("/"))
        && !hasDotSegment(path)
        && !encodesWhatNeedNotBe(path);
  }

  private static boolean hasDotSegment(String path) {
    return path.contains("/./")
        || path.contains("/../")
        || path.endsWith("/.")
        || path.endsWith("/..");
  }

  private static boolean encodesWhatNeedNotBe(String path) {
    for (int at = path.indexOf('%'); at >= 0; at = path.indexOf('%', at + 1)) {
      int octet = octet(path, at);
      boolean slash = octet == '/' || octet == '\\' || octet == 0;
      if (slash || isLetterOrDigit((char) octet) || UNRESERVED.indexOf(octet) >= 0) {
        return true;
      }
    }
    return false;
  }

  private static int octet(String text, int percent) {
    if (percent + 2 >= text.length()) {
      return -1;
    }
    char high = text.charAt(percent + 1);
    char low = text.charAt(percent + 2);
    boolean hex = high < 128 && low < 128;
    int a = hex ? Character.digit(high, 16) : -1;
    int b = hex ? Character.digit(low, 16) : -1;
    return a < 0 || b < 0 ? -1 : a << 4 | b;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }
}
