package cn.unionecard.gateway.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A TCP port of this machine that nobody listened on a moment ago. */
public final class FreePort {
  private FreePort() {}

  /** The wanted port itself, or a free one when 0 is wanted. */
  public static int orAny(int wanted) throws IOException {
    if (wanted != 0) {
      return wanted;
    }
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }
}
