package cn.unionecard.gateway.pages;

import static cn.unionecard.gateway.Loops.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The line between two who talk over TCP: loses answers, or is down. */
final class LossyLine {
  private final AtomicInteger lost = new AtomicInteger();
  private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
  private final NetServer server;
  private volatile String losing = "";
  private volatile boolean down;

  LossyLine(Vertx vertx, int gatewayPort) {
    server =
        await(
            vertx
                .createNetServer()
                .connectHandler(till -> join(vertx, till, gatewayPort))
                .listen(0, "127.0.0.1"));
  }

  int port() {
    return server.actualPort();
  }

  String address(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** The answers to so many requests that begin so are lost, and their connections with them. */
  void lose(String begin, int answers) {
    lost.set(answers);
    losing = begin;
  }

  void down(boolean isDown) {
    down = isDown;
    if (isDown) {
      open.forEach(LossyLine::close);
    }
  }

  private void join(Vertx vertx, NetSocket till, int port) {
    if (down) {
      close(till);
      return;
    }
    till.pause();
    open.add(till);
    vertx
        .createNetClient()
        .connect(port, "127.0.0.1")
        .onFailure(e -> close(till))
        .onSuccess(
            gateway -> {
              boolean[] answerIsLost = {false};
              till.handler(
                  sent -> {
                    String begin = losing;
                    answerIsLost[0] |=
                        !begin.isEmpty()
                            && sent.toString(StandardCharsets.ISO_8859_1).startsWith(begin)
                            && lost.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
                    Future<Void> unused = gateway.write(sent);
                  });
              gateway.handler(
                  answer -> {
                    if (answerIsLost[0]) {
                      close(till);
                    } else {
                      Future<Void> unused = till.write(answer);
                    }
                  });
              till.closeHandler(
                  over -> {
                    open.remove(till);
                    close(gateway);
                  });
              gateway.closeHandler(over -> close(till));
              till.exceptionHandler(e -> {});
              gateway.exceptionHandler(e -> {});
              NetSocket unused = till.resume();
            });
  }

  private static void close(NetSocket socket) {
    Future<Void> unused = socket.close();
  }
}
