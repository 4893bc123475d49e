package cn.unionecard.gateway.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.outage.Proxy.Fate;
import cn.unionecard.gateway.outage.Proxy.State;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A slow line delays and does not reorder: nothing overtakes, neither a message nor an end. */
class ProxyTest {
  private static final int SLOW_MS = 100;

  private final AtomicReference<Proxy> proxy = new AtomicReference<>();

  private static byte @Nullable [] octet(InputStream in, boolean isFirst) throws IOException {
    byte[] octet = in.readNBytes(1);
    return octet.length == 0 ? null : octet;
  }

  /** Slow until the server says 2. */
  private Fate slowAtFirst(Object link, boolean isFromClient, byte[] message) {
    if (!isFromClient && message[0] == '2') {
      proxy.get().become(State.OPEN);
    }
    return Fate.pass(message);
  }

  private static Fate oneIsSlow(Object link, boolean isFromClient, byte[] message) {
    return isFromClient && message[0] == '1' ? new Fate(1, State.SLOW) : Fate.pass(message);
  }

  @Test
  void whatWasSlowComesFirstWhenTheLineIsOpenAgain() throws Exception {
    assertEquals("123", echoed(State.SLOW, this::slowAtFirst));
  }

  @Test
  void whatFollowsASlowMessageWaitsBehindIt() throws Exception {
    assertEquals("123", echoed(State.OPEN, ProxyTest::oneIsSlow));
  }

  /** What comes back of 123 from a server that says three octets again, and closes. */
  private String echoed(State state, Proxy.Rule rule) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Proxy line = new Proxy(server.getLocalPort(), () -> SLOW_MS, ProxyTest::octet, rule)) {
      proxy.set(line);
      line.become(state);
      CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(server));
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), line.port())) {
        client.getOutputStream().write("123".getBytes(StandardCharsets.US_ASCII));
        byte[] heard = client.getInputStream().readAllBytes();
        served.get(10, TimeUnit.SECONDS);
        return new String(heard, StandardCharsets.US_ASCII);
      }
    }
  }

  private static void serve(ServerSocket server) {
    try (Socket peer = server.accept()) {
      for (int i = 0; i < 3; i++) {
        peer.getOutputStream().write(peer.getInputStream().read());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
