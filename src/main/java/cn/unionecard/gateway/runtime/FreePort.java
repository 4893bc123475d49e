package cn.unionecard.gateway.runtime;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP port of this machine that nobody listened on a moment ago, on any of its addresses. It lies
 * below the ports that systems give to connections going out (RFC 6335: 49152 and above; Linux:
 * 32768 and above), so that none of those takes it before its listener does, and one process never
 * gives the same port twice.
 */
public final class FreePort {
  private static final int LOWEST = 20_000;
  private static final int ABOVE = 32_768;
  private static final int TRIES = 1_000;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePort() {}

  /**
   * The wanted port itself, or a free one when 0 is wanted.
   *
   * @throws IOException if no free one was found in 1,000 tries
   */
  public static int orAny(int wanted) throws IOException {
    return wanted == 0 ? any() : wanted;
  }

  private static int any() throws IOException {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, ABOVE);
      if (GIVEN.add(port) && isFree(port)) {
        return port;
      }
    }
    throw new IOException("no free port from %d to %d".formatted(LOWEST, ABOVE - 1));
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1)) {
      return probe.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
