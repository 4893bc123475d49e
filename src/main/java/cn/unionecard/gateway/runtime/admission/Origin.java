package cn.unionecard.gateway.runtime.admission;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection comes from, as far as strangers can be told apart: an IPv4 address, or the
 * first 64 bits of an IPv6 address, for whoever has one of those has them all.
 */
final class Origin {
  private static final int NETWORK_BYTES = 8;
  private static final String NOWHERE = "nowhere";

  private Origin() {}

  static String of(@Nullable SocketAddress remote) {
    InetAddress address = remote instanceof InetSocketAddress inet ? inet.getAddress() : null;
    if (address == null) {
      return NOWHERE;
    }
    return address instanceof Inet6Address
        ? HexFormat.of().formatHex(address.getAddress(), 0, NETWORK_BYTES)
        : address.getHostAddress();
  }
}
