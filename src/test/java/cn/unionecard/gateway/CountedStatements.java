package cn.unionecard.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The statements that a Vert.x sends to the database, while somebody wants to know. */
public final class CountedStatements {
  private static final Queue<String> HEARD = new ConcurrentLinkedQueue<>();
  private static volatile boolean wanted;

  private CountedStatements() {}

  /** One that tells them. */
  static Vertx vertx() {
    return Vertx.builder()
        .with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)))
        .withMetrics(options -> new Told())
        .build();
  }

  /** Begins anew. */
  public static void listen() {
    HEARD.clear();
    wanted = true;
  }

  /** Those since then. */
  public static List<String> heard() {
    wanted = false;
    return List.copyOf(HEARD);
  }

  private static final class Told implements VertxMetrics {
    @Override
    public ClientMetrics<?, ?, ?> createClientMetrics(
        SocketAddress remote, String type, String namespace) {
      return new ClientMetrics<Object, Object, Object>() {
        @Override
        public Object requestBegin(String uri, Object request) {
          if (wanted) {
            HEARD.add(String.valueOf(uri));
          }
          return uri;
        }
      };
    }
  }
}
