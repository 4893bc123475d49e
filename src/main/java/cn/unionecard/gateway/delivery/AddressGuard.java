package cn.unionecard.gateway.delivery;

import cn.unionecard.gateway.model.Fault;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps webhooks out of our own networks: says which URLs may be subscribed, and to which addresses
 * a request may go. The address is looked at after the name was resolved, and that very address is
 * connected to, so that a name which changes its mind gains nothing.
 */
final class AddressGuard {
  private static final int URL_CHARS_MAX = 1_000;
  private static final int IPV4_BYTES = 4;
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;
  private static final Pattern QUAD = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  /**
   * What is nobody's on the Internet: the special-purpose registries of IANA (RFC 6890), multicast
   * and what is reserved, and all of IPv6 that carries an IPv4 address within.
   */
  private static final List<Network> INTERNAL =
      List.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/4",
              "240.0.0.0/4")
          .stream()
          .map(Network::parse)
          .toList();

  /** All of IPv6 that is given out to be reached; the rest is refused. */
  private static final Network GLOBAL_IPV6 = Network.parse("2000::/3");

  /** Within it: special purposes (RFC 2928), documentation, 6to4, documentation once more. */
  private static final List<Network> SPECIAL_IPV6 =
      List.of("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20").stream()
          .map(Network::parse)
          .toList();

  private final Set<String> schemes;
  private final Set<Integer> ports;
  private final List<Network> allowed;

  /**
   * @param schemes, ports, networks as in {@link
   *     cn.unionecard.gateway.runtime.config.Config.Stream}
   */
  AddressGuard(String schemes, String ports, String networks) {
    this.schemes = Set.of(schemes.split(","));
    this.ports =
        Arrays.stream(ports.split(","))
            .map(Integer::valueOf)
            .collect(Collectors.toUnmodifiableSet());
    this.allowed = Network.all(networks);
  }

  /** Whether a request may go there. */
  boolean permits(InetAddress address) {
    byte[] bytes = address.getAddress();
    return isPublic(bytes) || allowed.stream().anyMatch(network -> network.holds(bytes));
  }

  private static boolean isPublic(byte[] bytes) {
    return bytes.length == IPV4_BYTES
        ? INTERNAL.stream().noneMatch(network -> network.holds(bytes))
        : GLOBAL_IPV6.holds(bytes) && SPECIAL_IPV6.stream().noneMatch(n -> n.holds(bytes));
  }

  /**
   * The URL of a webhook, as far as it can be judged by its text.
   *
   * @throws Fault.Malformed saying what about it is not allowed
   */
  URI url(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new Fault.Malformed("url", "url is no URL");
    }
    String scheme = lower(uri.getScheme());
    require(text.length() <= URL_CHARS_MAX, "is longer than " + URL_CHARS_MAX + " characters");
    require(text.chars().allMatch(c -> c > ' ' && c < 0x7F), "is not ASCII");
    require(schemes.contains(scheme), "does not begin with " + String.join(" or ", schemes));
    require(uri.getHost() != null && !uri.getHost().isEmpty(), "names no host");
    require(uri.getRawUserInfo() == null, "names a user; give that by a path of your own");
    require(uri.getRawFragment() == null, "has a fragment");
    require(ports.contains(port(uri)), "has a port that is none of " + ports);
    require(!isLiteral(uri.getHost()) || permits(literal(uri.getHost())), "is an internal address");
    return uri;
  }

  private static boolean isLiteral(String host) {
    return host.startsWith("[") || QUAD.matcher(host).matches();
  }

  /** An address that is written as such; no name server is asked. */
  private static InetAddress literal(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new Fault.Malformed("url", "url names no address");
    }
  }

  static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return lower(uri.getScheme()).equals("http") ? HTTP_PORT : HTTPS_PORT;
  }

  private static String lower(@Nullable String text) {
    return text == null ? "" : text.toLowerCase(Locale.ROOT);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new Fault.Malformed("url", "url " + otherwise);
    }
  }
}
