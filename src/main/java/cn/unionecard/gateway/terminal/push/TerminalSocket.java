package cn.unionecard.gateway.terminal.push;

import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One terminal's open socket. What is told is how things stand, not what happened, so nothing has
 * to be kept for a slow one: it is told how they stand by then. Belongs to the event loop of its
 * connection.
 */
final class TerminalSocket {
  static final short GOING_AWAY = 1001;
  static final short REPLACED = 4000;
  private static final short UNSUPPORTED = 1003;
  private static final int FAREWELL_MS = 2_000;
  private static final int SILENT_BEATS_MAX = 2;
  private static final int BEATS_MAX = 240;

  private final ServerWebSocket socket;
  private final TerminalStandings bars;
  private final TerminalId terminal;
  private final BooleanSupplier stands;
  private final Clock clock;
  private final Consumer<TerminalSocket> ended;
  private @Nullable Refusal told;
  private boolean toldOnce;
  private int beats;
  private int silentBeats;

  TerminalSocket(
      ServerWebSocket socket,
      TerminalStandings bars,
      TerminalId terminal,
      BooleanSupplier stands,
      Clock clock,
      Consumer<TerminalSocket> ended) {
    this.socket = socket;
    this.bars = bars;
    this.terminal = terminal;
    this.stands = stands;
    this.clock = clock;
    this.ended = ended;
    socket.closeHandler(closed -> ended.accept(this));
    socket.exceptionHandler(broken -> ended.accept(this));
    socket.drainHandler(drained -> tell());
    socket.pongHandler(alive -> silentBeats = 0);
    socket.handler(said -> close(UNSUPPORTED, "nothing is expected here"));
  }

  TerminalId terminal() {
    return terminal;
  }

  /** Tells how things stand, unless the terminal knows. */
  void tell() {
    Refusal bar = bars.of(terminal);
    if (!bars.isKnown() || (toldOnce && bar == told) || socket.writeQueueFull()) {
      return;
    }
    told = bar;
    toldOnce = true;
    socket.writeTextMessage(message(bar).encode());
  }

  private JsonObject message(@Nullable Refusal bar) {
    JsonObject message =
        new JsonObject()
            .put("type", "standing")
            .put("terminal", terminal.value())
            .put("sells", bar == null)
            .put("at", Clocks.RFC_3339.format(clock.instant()));
    if (bar != null) {
      message
          .put("refusal", bar.name())
          .put("responseCode", bar.responseCode)
          .put("text", bar.chinese)
          .put("textEn", bar.english);
    }
    return message;
  }

  /** Asks whether the terminal is still there; one that does not answer is closed. */
  void beat() {
    beats++;
    if (silentBeats >= SILENT_BEATS_MAX) {
      close(GOING_AWAY, "no answer to pings");
    } else if (beats >= BEATS_MAX) {
      close(GOING_AWAY, "time is up, please connect again");
    } else {
      silentBeats++;
      tell();
      socket.writePing(Buffer.buffer());
    }
  }

  /** Ends the connection when what proved the terminal no longer does. */
  void look() {
    if (!stands.getAsBoolean()) {
      close(GOING_AWAY, "token or certificate has ended, please connect again");
    }
  }

  void close(short code, String why) {
    ended.accept(this);
    if (!socket.isClosed()) {
      socket.shutdown(FAREWELL_MS, TimeUnit.MILLISECONDS, code, why);
    }
  }
}
