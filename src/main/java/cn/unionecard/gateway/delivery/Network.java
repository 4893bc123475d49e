package cn.unionecard.gateway.delivery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** A network, as {@code 10.1.0.0/16} or {@code fd00::/8}. */
record Network(byte[] address, int bits) {
  Network {
    if (bits < 0 || bits > address.length * Byte.SIZE) {
      throw new IllegalArgumentException("no network has " + bits + " bits");
    }
  }

  /** Reads one; never asks a name server. */
  static Network parse(String text) {
    int slash = text.indexOf('/');
    String address = text.substring(0, slash);
    if (!address.matches("[0-9.]+|[0-9a-fA-F.]*:[0-9a-fA-F:.]*")) {
      throw new IllegalArgumentException(text + " is no network");
    }
    try {
      return new Network(
          InetAddress.getByName(address).getAddress(), Integer.parseInt(text.substring(slash + 1)));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text + " is no network", e);
    }
  }

  /** Networks by commas; none if the text is empty. */
  static List<Network> all(String text) {
    return text.isEmpty() ? List.of() : Arrays.stream(text.split(",")).map(Network::parse).toList();
  }

  boolean holds(byte[] other) {
    if (other.length != address.length) {
      return false;
    }
    int left = bits;
    for (int i = 0; left > 0; i++, left -= Byte.SIZE) {
      int mask = left >= Byte.SIZE ? 0xFF : 0xFF << (Byte.SIZE - left) & 0xFF;
      if (((address[i] ^ other[i]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
