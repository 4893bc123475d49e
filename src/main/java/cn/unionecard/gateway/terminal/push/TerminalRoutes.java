package cn.unionecard.gateway.terminal.push;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * {@code GET /v1/terminal}: a WebSocket on which a terminal hears whether it may sell. Expects
 * {@code caller} in the routing context, and under {@code stands} whether that is still proved,
 * which is looked at as long as the socket is open; fails it with {@link Fault}s. One instance per
 * event loop.
 */
public final class TerminalRoutes {
  static final String STOPS = "this node stops, please connect again";

  /** More than one, for a terminal may come back before its old connection is known to be dead. */
  private static final int SOCKETS_OF_ONE_MAX = 2;

  /** How often it is looked whether what proved the terminals still does. */
  private static final long LOOK_MS = 1_000;

  private final Vertx vertx;
  private final TerminalStandings bars;
  private final AtomicInteger open;
  private final BooleanSupplier ending;
  private final Clock clock;
  private final long beatMs;
  private final Map<TerminalId, List<TerminalSocket>> sockets = new HashMap<>();
  private boolean listening;

  /**
   * @param open counts the sockets of all loops
   * @param ending whether all sockets are told to end, also those that open later
   * @param beatMs how often each terminal is asked whether it is still there
   */
  TerminalRoutes(
      Vertx vertx,
      TerminalStandings bars,
      AtomicInteger open,
      BooleanSupplier ending,
      Clock clock,
      long beatMs) {
    this.vertx = vertx;
    this.bars = bars;
    this.open = open;
    this.ending = ending;
    this.clock = clock;
    this.beatMs = beatMs;
  }

  public void mount(Router router) {
    router.get("/v1/terminal").handler(this::connect);
  }

  private void connect(RoutingContext ctx) {
    Caller caller = ctx.get("caller");
    if (!(caller instanceof Caller.Terminal terminal)) {
      throw new Fault.Forbidden("only a terminal may do this");
    }
    HttpServerRequest request = ctx.request();
    if (!request.canUpgradeToWebSocket()) {
      throw new Fault.Malformed("Upgrade", "this address is a WebSocket (RFC 6455, HTTP/1.1)");
    }
    listen();
    BooleanSupplier stands = Objects.requireNonNull(ctx.get("stands"));
    request
        .toWebSocket()
        .onSuccess(
            socket -> {
              TerminalSocket one =
                  new TerminalSocket(socket, bars, terminal.id(), stands, clock, this::forget);
              add(terminal.id(), one);
              one.tell();
              if (ending.getAsBoolean()) {
                one.close(TerminalSocket.GOING_AWAY, STOPS);
              }
            })
        // what could not be upgraded has been answered by Vert.x
        .onFailure(answered -> {});
  }

  private void add(TerminalId terminal, TerminalSocket socket) {
    List<TerminalSocket> own = sockets.computeIfAbsent(terminal, none -> new ArrayList<>());
    own.add(socket);
    open.incrementAndGet();
    if (own.size() > SOCKETS_OF_ONE_MAX) {
      own.get(0).close(TerminalSocket.REPLACED, "connected elsewhere");
    }
  }

  private void forget(TerminalSocket socket) {
    List<TerminalSocket> own = sockets.get(socket.terminal());
    if (own != null && own.remove(socket)) {
      open.decrementAndGet();
      if (own.isEmpty()) {
        sockets.remove(socket.terminal());
      }
    }
  }

  private void listen() {
    if (listening) {
      return;
    }
    listening = true;
    vertx
        .eventBus()
        .<String>localConsumer(TerminalStandings.ADDRESS, message -> tell(message.body()));
    vertx
        .eventBus()
        .<String>localConsumer(
            Push.CLOSING,
            message -> all().forEach(one -> one.close(TerminalSocket.GOING_AWAY, message.body())));
    long beats = vertx.setPeriodic(beatMs, beat -> all().forEach(TerminalSocket::beat));
    long looks = vertx.setPeriodic(LOOK_MS, look -> all().forEach(TerminalSocket::look));
  }

  private void tell(String terminal) {
    if (terminal.equals(TerminalStandings.ALL)) {
      all().forEach(TerminalSocket::tell);
    } else {
      List.copyOf(sockets.getOrDefault(new TerminalId(terminal), List.of()))
          .forEach(TerminalSocket::tell);
    }
  }

  private List<TerminalSocket> all() {
    return sockets.values().stream().flatMap(List::stream).toList();
  }
}
