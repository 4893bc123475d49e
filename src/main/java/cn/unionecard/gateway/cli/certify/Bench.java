package cn.unionecard.gateway.cli.certify;

import cn.unionecard.gateway.edge.iso8583.FormatError;
import cn.unionecard.gateway.edge.iso8583.FrameHead;
import cn.unionecard.gateway.edge.iso8583.FrameReader;
import cn.unionecard.gateway.edge.iso8583.IsoMessage;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/** The proxy: one listener for the terminal, one connection to the gateway for each of its own. */
public final class Bench {
  private static final int FRAME_BYTES_MAX = 0xffff;
  private static final int LENGTH_BYTES = 2;

  private final Vertx vertx;
  private final String host;
  private final int port;
  private final Judge judge;
  private final Verdicts verdicts;
  private final NetClient client;
  private @Nullable NetServer server;

  /**
   * @param host of the gateway
   * @param port of the gateway, plain TCP
   */
  public Bench(Vertx vertx, String host, int port, Verdicts verdicts) {
    this.vertx = vertx;
    this.host = host;
    this.port = port;
    this.verdicts = verdicts;
    this.judge = new Judge(verdicts);
    this.client = vertx.createNetClient();
  }

  /**
   * Listens for the terminal.
   *
   * @param address which of this machine's
   * @param listen port, 0 = any free one
   * @return the port
   */
  public Future<Integer> open(String address, int listen) {
    NetServer opened = vertx.createNetServer().connectHandler(this::serve);
    server = opened;
    verdicts.next();
    return opened.listen(listen, address).map(NetServer::actualPort);
  }

  private void serve(NetSocket terminal) {
    terminal.pause();
    client
        .connect(port, host)
        .onFailure(e -> terminal.close())
        .onSuccess(
            gateway -> {
              forward(terminal, gateway, true);
              forward(gateway, terminal, false);
              terminal.resume();
            });
  }

  private void forward(NetSocket from, NetSocket to, boolean asks) {
    FrameReader reader =
        new FrameReader(
            FRAME_BYTES_MAX,
            (frame, begin, end) -> {
              byte[] octets = new byte[LENGTH_BYTES + end - begin];
              octets[0] = (byte) ((end - begin) >>> 8);
              octets[1] = (byte) (end - begin);
              frame.getBytes(begin, octets, LENGTH_BYTES, end - begin);
              pass(octets, fate(frame, begin, end, asks), to);
            });
    from.handler(
        arrived -> {
          try {
            reader.feed(arrived);
          } catch (FormatError e) {
            Future<Void> unused = from.close();
          }
        });
    from.closeHandler(
        closed -> {
          Future<Void> unused = to.close();
        });
  }

  /** What cannot be read is forwarded as it is: the gateway answers it. */
  private Judge.Fate fate(ByteBuf frame, int begin, int end, boolean asks) {
    IsoMessage message = new IsoMessage();
    try {
      message.read(frame, begin + FrameHead.BYTES, end);
      if (asks) {
        judge.asked(message);
        judge.offline(message);
        return Judge.Fate.AS_IT_IS;
      }
      return judge.answered(message);
    } catch (FormatError e) {
      return Judge.Fate.AS_IT_IS;
    }
  }

  private static void pass(byte[] octets, Judge.Fate fate, NetSocket to) {
    switch (fate) {
      case AS_IT_IS -> write(to, octets);
      case LOST -> {
        return;
      }
      case WRONG_MAC -> {
        octets[octets.length - 1] ^= 1;
        write(to, octets);
      }
      case SPLIT -> {
        for (byte each : octets) {
          write(to, new byte[] {each});
        }
      }
    }
  }

  private static void write(NetSocket to, byte[] octets) {
    Future<Void> unused = to.write(Buffer.buffer(octets));
  }

  /** Hangs up on everybody. */
  public Future<Void> close() {
    NetServer open = server;
    Future<Void> closed = open == null ? Future.succeededFuture() : open.close();
    return closed.transform(over -> client.close());
  }
}
