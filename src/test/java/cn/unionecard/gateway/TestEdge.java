package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.node.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;

/** An edge on an event loop, begun and ended as a gateway begins and ends its edges. */
public final class TestEdge {
  private static final long PATIENCE_NS = 20_000_000_000L;

  private final EventLoop loop;

  /** Serves. */
  public TestEdge(Vertx vertx, VerticleBase edge) {
    loop = new EventLoop(() -> Future.succeededFuture(List.of(edge)));
    String id = Loops.await(vertx.deployVerticle(loop));
    if (id.isEmpty()) {
      throw new AssertionError("not deployed");
    }
  }

  /**
   * Ends it. Vert.x would end the listeners of an edge that does not, so that is looked at; a
   * listener of NIO is gone a moment after its close.
   */
  public void end(int... ports) {
    Loops.await(loop.close());
    long until = System.nanoTime() + PATIENCE_NS;
    for (int port : ports) {
      while (listens(port)) {
        assertTrue(System.nanoTime() < until, "the edge has ended, and listens");
      }
    }
  }

  private static boolean listens(int port) {
    try (Socket open = new Socket(InetAddress.getByName("localhost"), port)) {
      return open.isConnected();
    } catch (ConnectException refused) {
      return false;
    } catch (IOException cut) {
      return true;
    }
  }
}
