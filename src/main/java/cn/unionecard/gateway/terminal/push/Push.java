package cn.unionecard.gateway.terminal.push;

import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The push of one node: an ear for changes, and a route for each event loop. */
public final class Push {
  /** Event bus address, within this process: why all sockets are to be closed. */
  static final String CLOSING = "push.closing";

  /** How often each terminal is asked whether it is still there. */
  private static final long BEAT_MS = 15_000;

  private final Vertx vertx;
  private final TerminalStandings bars;
  private final Clock clock;
  private final long beatMs;
  private final AtomicInteger sockets = new AtomicInteger();
  private final AtomicBoolean ending = new AtomicBoolean();

  /**
   * @param postgres a session of one's own is needed, so no pooler that hands them out by
   *     transaction
   */
  public Push(
      Vertx vertx, PostgresUrl postgres, Limits limits, Clock clock, MeterRegistry registry) {
    this(vertx, postgres, limits, clock, registry, BEAT_MS);
  }

  Push(
      Vertx vertx,
      PostgresUrl postgres,
      Limits limits,
      Clock clock,
      MeterRegistry registry,
      long beatMs) {
    this.vertx = vertx;
    this.clock = clock;
    this.beatMs = beatMs;
    bars =
        new TerminalStandings(
            postgres.connectOptions("ecard-push", limits), limits.statementTimeoutMs());
    Gauge.builder("ecard.push.terminals", sockets, AtomicInteger::get)
        .description("terminals that are told things over a WebSocket of this node")
        .register(registry);
  }

  /** Starts; PostgreSQL need not be there yet. */
  public Future<Void> start() {
    return vertx.deployVerticle(bars).mapEmpty();
  }

  /**
   * Why a terminal may not sell, as far as this node has heard; null: it may, or nothing has been
   * heard yet. From any thread.
   */
  public @Nullable Refusal bar(TerminalId terminal) {
    return bars.of(terminal);
  }

  /**
   * Whether a device's key is one that its terminal has given up, as far as this node has heard.
   * From any thread.
   *
   * @param keyHash SHA-256 of the SubjectPublicKeyInfo, hex
   */
  public boolean isRetired(String keyHash) {
    return bars.isRetired(keyHash);
  }

  /** Whether a change would be heard now. From any thread. */
  public boolean hears() {
    return bars.hears();
  }

  /**
   * Tells of each terminal whose standing or proofs have changed, on the event loop that asks.
   *
   * @param heard is given the terminal's number; the empty text: all may have changed
   */
  public void onChange(Consumer<String> heard) {
    vertx
        .eventBus()
        .<String>localConsumer(TerminalStandings.ADDRESS, message -> heard.accept(message.body()));
  }

  /** The route for one event loop: call it once in each. */
  public TerminalRoutes routes() {
    return new TerminalRoutes(vertx, bars, sockets, ending::get, clock, beatMs);
  }

  /** Closes all sockets, and those that are just being opened, with a word to connect again. */
  public void endSockets() {
    ending.set(true);
    vertx
        .eventBus()
        .publish(CLOSING, TerminalRoutes.STOPS, new DeliveryOptions().setLocalOnly(true));
  }

  /** Closes all sockets, and hears of no more changes. */
  public Future<Void> stop() {
    endSockets();
    return vertx.undeploy(bars.deploymentID());
  }
}
