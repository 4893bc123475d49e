package cn.unionecard.workbench.pos;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who works one terminal step by step and waits for each reply: the blocking face of a
 * terminal and its line, for scripts. Terminal and line live on one event loop.
 */
public final class Cashier implements AutoCloseable {
  private static final long SECONDS = 30;

  private final Context context;
  private final NetClient client;
  private final String host;
  private final int port;
  public final PosTerminal terminal;
  private @Nullable PosLine line;

  public Cashier(Vertx vertx, PosTestbed testbed, PosTerminal terminal, boolean tls) {
    this.context = vertx.getOrCreateContext();
    this.client = testbed.client(vertx, tls);
    this.host = testbed.host();
    this.port = testbed.port(tls);
    this.terminal = terminal;
  }

  /** Dials, if the line is down. */
  void dial() {
    line = on(() -> PosLine.open(client, port, host));
  }

  /**
   * Asks and waits.
   *
   * @throws PosLine.Lost when the line ends before the reply, or none comes in time
   */
  public PosReply ask(PosRequest request) {
    PosLine open = open();
    return on(() -> terminal.ask(open, request));
  }

  /** Sends a request and hangs up before a reply can be read. */
  void askAndHangUp(PosRequest request) {
    PosLine open = open();
    Void sent =
        on(() -> open.send(request.message(), terminal.mac()).compose(written -> open.close()));
  }

  void hangUp() {
    PosLine open = open();
    Void closed = on(open::close);
  }

  private PosLine open() {
    if (line == null) {
      dial();
    }
    PosLine open = line;
    if (open == null) {
      throw new PosLine.Lost("no line");
    }
    return open;
  }

  private <T> T on(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(ignored -> work.get().onComplete(done));
    try {
      return done.future().toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new PosLine.Lost(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      throw new PosLine.Lost("no reply within " + SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosLine.Lost("interrupted");
    }
  }

  @Override
  public void close() {
    Void closed = on(client::close);
  }
}
