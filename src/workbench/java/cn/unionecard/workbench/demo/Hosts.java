package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.runtime.CannotStart;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where a demo listens, and what it is called.
 *
 * @param listen the address of its listeners
 * @param called how those who connect reach it: a name or an address
 * @param names all names and addresses that its certificate holds
 */
public record Hosts(String listen, String called, List<String> names) {
  private static final List<String> THIS_MACHINE =
      List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");

  /** This machine alone. */
  public static final Hosts LOOPBACK = new Hosts("127.0.0.1", "127.0.0.1", THIS_MACHINE);

  public Hosts {
    names = List.copyOf(names);
  }

  /**
   * What was asked for.
   *
   * @param host a name or an address of this machine; 0.0.0.0 or :: for all it has
   * @param further what else it is called, as behind an address translation; may be empty
   * @throws CannotStart when there is no such host, or it is another machine
   */
  public static Hosts of(String host, List<String> further) {
    InetAddress address = resolve(host);
    Set<String> names = new LinkedHashSet<>(THIS_MACHINE);
    String called = host;
    if (address.isAnyLocalAddress()) {
      List<InetAddress> own = own();
      own.forEach(each -> names.add(text(each)));
      called =
          own.stream()
              .filter(Inet4Address.class::isInstance)
              .map(Hosts::text)
              .findFirst()
              .orElse(LOOPBACK.called);
    } else {
      requireOurs(host, address);
      names.add(canonical(host));
      names.add(text(address));
    }
    further.forEach(each -> names.add(canonical(each)));
    return new Hosts(text(address), called, List.copyOf(names));
  }

  /** Whether other machines can connect. */
  public boolean isOpen() {
    return !resolve(listen).isLoopbackAddress();
  }

  /** {@code scheme://host:port}. */
  public static String url(String scheme, String host, int port) {
    return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  private static InetAddress resolve(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new CannotStart("there is no host " + host + "; --host 0.0.0.0 listens everywhere", e);
    }
  }

  private static void requireOurs(String host, InetAddress address) {
    try {
      if (NetworkInterface.getByInetAddress(address) == null) {
        throw new CannotStart(
            host
                + " is no address of this machine; --host 0.0.0.0 --also "
                + host
                + " listens everywhere and is called so");
      }
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What others can reach it by. */
  private static List<InetAddress> own() {
    List<InetAddress> own = new ArrayList<>();
    try {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        if (each.isUp() && !each.isLoopback()) {
          each.inetAddresses().filter(a -> !a.isLinkLocalAddress()).forEach(own::add);
        }
      }
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
    return own;
  }

  /** An address of IPv6 in the one form in which a certificate is read back. */
  private static String canonical(String host) {
    return host.contains(":") ? text(resolve(host)) : host;
  }

  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }
}
