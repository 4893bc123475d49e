package cn.unionecard.workbench.pos;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.FrameReader;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a gateway, for one or many terminals. Replies may come in any order; they are
 * matched by message type, terminal (field 41), trace number (field 11). Belongs to the event loop
 * it was opened on.
 */
public final class PosLine {
  private static final int FRAME_BYTES_MAX = 0xffff;
  private static final int FRAME_BYTES = 256;
  private static final int REPLY = 0x0010;

  /** TPDU to network 3 from address 7; header of a banking application, version 31. */
  private static final FrameHead HEAD = new FrameHead(3, 7, 0x6031_0031_0000L);

  /** The line ended, or said what cannot be read, before a reply came: nobody knows the answer. */
  public static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Lost(String why) {
      super(why, null, false, false);
    }
  }

  /** Who waits for what. */
  private record Waiting(int mti, String terminal, long trace) {}

  private final NetSocket socket;
  private final Map<Waiting, Promise<PosReply>> waiting = new LinkedHashMap<>();
  private final Promise<Void> ended = Promise.promise();
  private boolean open = true;

  private PosLine(NetSocket socket) {
    this.socket = socket;
    FrameReader reader = new FrameReader(FRAME_BYTES_MAX, this::hear);
    socket.handler(
        arrived -> {
          try {
            reader.feed(arrived);
          } catch (FormatError e) {
            end("unreadable: " + e.getMessage());
          }
        });
    socket.exceptionHandler(e -> end(String.valueOf(e.getMessage())));
    socket.closeHandler(closed -> end("the gateway hung up"));
  }

  /** Opens a line; the client says whether with TLS. */
  public static Future<PosLine> open(NetClient client, int port, String host) {
    return client.connect(port, host).map(PosLine::new);
  }

  /**
   * Sends a request.
   *
   * @param mac proves it, or null if the terminal has no working key
   * @return the reply; fails with {@link Lost} when the line ends first
   */
  public Future<PosReply> ask(IsoMessage request, @Nullable Mac mac) {
    if (!open) {
      return Future.failedFuture(new Lost("the line is down"));
    }
    Promise<PosReply> reply = Promise.promise();
    Promise<PosReply> earlier =
        waiting.put(
            new Waiting(request.mti() + REPLY, request.text(41), request.number(11)), reply);
    if (earlier != null) {
      earlier.tryFail(new Lost("sent again before the reply came"));
    }
    return send(request, mac).compose(sent -> reply.future(), e -> reply.future());
  }

  /** Sends a frame for whose reply nobody waits. */
  public Future<Void> send(IsoMessage request, @Nullable Mac mac) {
    return socket.write(Buffer.buffer(ByteBufUtil.getBytes(frame(request, mac))));
  }

  /** Sends bytes as they are. */
  Future<Void> send(byte[] bytes) {
    return socket.write(Buffer.buffer(bytes));
  }

  /** A request as it goes over the line, length first. */
  public static ByteBuf frame(IsoMessage request, @Nullable Mac mac) {
    ByteBuf frame = Unpooled.buffer(FRAME_BYTES);
    HEAD.writeFrame(frame, request, mac);
    return frame;
  }

  private void hear(ByteBuf frame, int from, int to) {
    FrameHead head = FrameHead.read(frame, from, to);
    IsoMessage message = new IsoMessage();
    message.read(frame, from + FrameHead.BYTES, to);
    Promise<PosReply> reply =
        waiting.remove(new Waiting(message.mti(), message.text(41), message.number(11)));
    if (reply != null) {
      reply.tryComplete(new PosReply(head, message));
    }
  }

  public boolean isOpen() {
    return open;
  }

  /** Completes when the line has ended, whoever ended it. */
  Future<Void> ended() {
    return ended.future();
  }

  /** Hangs up. */
  public Future<Void> close() {
    end("closed");
    return socket.close().otherwiseEmpty();
  }

  private void end(String why) {
    if (!open) {
      return;
    }
    open = false;
    List<Promise<PosReply>> left = new ArrayList<>(waiting.values());
    waiting.clear();
    left.forEach(each -> each.tryFail(new Lost(why)));
    ended.tryComplete();
    socket.close();
  }
}
