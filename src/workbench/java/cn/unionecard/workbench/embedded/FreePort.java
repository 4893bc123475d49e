package cn.unionecard.workbench.embedded;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP port of this machine that nobody listened on a moment ago, on any of its addresses. It lies
 * below the ports that systems give to connections going out (RFC 6335: 49152 and above; Linux:
 * 32768 and above), so that none of those takes it before its listener does. One process never
 * gives the same port twice, and processes begin far from each other.
 */
public final class FreePort {
  private static final int LOWEST = 20_000;
  private static final int ABOVE = 32_768;

  /** Prime, so that processes started one after another begin apart. */
  private static final int APART = 1_009;

  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * APART % (ABOVE - LOWEST)));

  private FreePort() {}

  /**
   * The wanted port itself, or a free one when 0 is wanted.
   *
   * @throws IOException if none is free
   */
  public static int orAny(int wanted) throws IOException {
    return wanted == 0 ? any() : wanted;
  }

  private static int any() throws IOException {
    for (int i = LOWEST; i < ABOVE; i++) {
      int port = LOWEST + NEXT.getAndIncrement() % (ABOVE - LOWEST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IOException("no free port from " + LOWEST + " to " + (ABOVE - 1));
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1)) {
      return probe.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
