package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.admission.Admission;
import cn.unionecard.gateway.runtime.admission.Place;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * The shell of one event loop's {@link PosHost}: a plain listener and one under TLS, each perhaps
 * switched off; admits connections, closes silent ones, drains.
 */
public final class IsoServer extends VerticleBase {
  private static final int BACKLOG = 4096;

  /** Negative ports are Vert.x's way to share any free one; each stands for another. */
  private static final int ANY_PLAIN = -2;

  private static final int ANY_TLS = -3;
  private static final int SWEEPS_PER_TIMEOUT = 4;

  private final PosHost host;
  private final Config.Iso8583 config;
  private final NetServerOptions secured;
  private final int drainMs;
  private final Admission admission;
  private final IsoMetrics metrics;
  private final Set<IsoConnection> open = new HashSet<>();
  private @Nullable NetServer plain;
  private @Nullable NetServer tls;

  /**
   * @param secured options of a listener under TLS; address and port come from {@code config}
   * @param drainMs time for requests in flight at the end
   */
  public IsoServer(
      PosHost host,
      Config.Iso8583 config,
      NetServerOptions secured,
      int drainMs,
      Admission admission,
      IsoMetrics metrics) {
    this.host = host;
    this.config = config;
    this.secured = secured;
    this.drainMs = drainMs;
    this.admission = admission;
    this.metrics = metrics;
  }

  @Override
  public Future<?> start() {
    List<Future<NetServer>> listening = new ArrayList<>();
    if (config.port() != Config.Iso8583.OFF) {
      plain = vertx.createNetServer(bound(new NetServerOptions(), config.port(), ANY_PLAIN));
      listening.add(listen(plain, config.port()));
    }
    if (config.tlsPort() != Config.Iso8583.OFF) {
      tls = vertx.createNetServer(bound(secured, config.tlsPort(), ANY_TLS));
      listening.add(listen(tls, config.tlsPort()));
    }
    if (!listening.isEmpty()) {
      long sweepMs = config.idleTimeoutMs() / SWEEPS_PER_TIMEOUT;
      long unused = vertx.setPeriodic(sweepMs, tick -> closeIdle()); // ends with the event loop
    }
    return Future.all(listening);
  }

  private Future<NetServer> listen(NetServer server, int port) {
    return server
        .connectHandler(this::admit)
        .listen()
        .recover(
            failure ->
                Future.failedFuture(
                    CannotStart.listening("iso8583", config.host(), port, failure)));
  }

  private NetServerOptions bound(NetServerOptions options, int port, int any) {
    return new NetServerOptions(options)
        .setHost(config.host())
        .setPort(port == 0 ? any : port)
        .setAcceptBacklog(BACKLOG)
        .setTcpKeepAlive(true)
        .setTcpNoDelay(true);
  }

  /** Stops accepting and gives the requests in flight their time. */
  @Override
  public Future<?> stop() {
    admission.end();
    List.copyOf(open).forEach(IsoConnection::drain);
    return Future.join(List.of(shutdown(plain), shutdown(tls)));
  }

  private Future<Void> shutdown(@Nullable NetServer server) {
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(drainMs, TimeUnit.MILLISECONDS);
  }

  /** The bound port of plain TCP; {@link Config.Iso8583#OFF} if there is none. */
  public int port() {
    return port(plain);
  }

  /** The bound port of TLS; {@link Config.Iso8583#OFF} if there is none. */
  public int tlsPort() {
    return port(tls);
  }

  private static int port(@Nullable NetServer server) {
    return server == null ? Config.Iso8583.OFF : server.actualPort();
  }

  /** The listener under TLS, to be given new certificates; null if there is none. */
  public @Nullable NetServer secured() {
    return tls;
  }

  // ---- connections

  private void admit(NetSocket socket) {
    Place place = admission.admit(socket);
    if (place == null || place.isEnding()) { // perhaps its handshake was still going on
      metrics.closed(place == null ? CloseReason.TOO_MANY : CloseReason.SHUTDOWN);
      socket.close().onComplete(closed -> {});
      return;
    }
    Peer.Shown shown = shown(socket);
    if (shown != null) {
      place.prove();
    }
    Admitted admitted = new Admitted();
    IsoConnection connection =
        new IsoConnection(
            socket,
            new Peer(shown, place, admission.budgets(), metrics),
            host,
            config.frameBytesMax(),
            config.inFlightMax(),
            admitted);
    admitted.connection = connection;
    open.add(connection);
    metrics.opened();
    connection.open();
  }

  /** A connection that is open. */
  private final class Admitted implements IsoConnection.Ended {
    private @Nullable IsoConnection connection;

    @Override
    public void answerLost() {
      metrics.answerLost();
    }

    @Override
    public void closed(CloseReason reason) {
      metrics.closed(reason);
      metrics.ended();
      open.remove(connection);
    }
  }

  private static Peer.@Nullable Shown shown(NetSocket socket) {
    if (!socket.isSsl()) {
      return null;
    }
    try {
      return Peer.shown(socket.peerCertificates());
    } catch (SSLPeerUnverifiedException hasNone) {
      return null;
    }
  }

  private void closeIdle() {
    long since = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(config.idleTimeoutMs());
    List.copyOf(open).forEach(connection -> connection.closeIfIdleSince(since));
  }
}
