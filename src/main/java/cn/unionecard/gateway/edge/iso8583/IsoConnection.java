package cn.unionecard.gateway.edge.iso8583;

import io.netty.buffer.ByteBuf;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: cuts its stream into frames, works on a bounded number of them at once, writes
 * the replies as they come. Reads no further while too many are in flight or the terminal does not
 * take what it is sent.
 */
final class IsoConnection {
  private static final Logger LOG = LoggerFactory.getLogger(IsoConnection.class);

  private final NetSocket socket;
  private final Peer peer;
  private final IsoDesk desk;
  private final int inFlightMax;
  private final FrameReader reader;
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
  private final Consumer<CloseReason> ended;
  private long lastFrameNanos = System.nanoTime();
  private int inFlight;
  private boolean pumping;
  private boolean draining;
  private boolean over;
  private @Nullable CloseReason reason;

  /**
   * @param ended told once, when the connection is gone
   */
  IsoConnection(
      NetSocket socket,
      Peer peer,
      IsoDesk desk,
      int frameBytesMax,
      int inFlightMax,
      Consumer<CloseReason> ended) {
    this.socket = socket;
    this.peer = peer;
    this.desk = desk;
    this.inFlightMax = inFlightMax;
    this.reader = new FrameReader(frameBytesMax, this::frame);
    this.ended = ended;
  }

  void open() {
    socket.exceptionHandler(failure -> because(CloseReason.BROKEN));
    socket.closeHandler(closed -> gone());
    socket.handler(this::arrived);
  }

  private void arrived(Buffer bytes) {
    try {
      reader.feed(bytes);
    } catch (FormatError e) {
      peer.failed();
      close(CloseReason.of(e));
    }
    pump();
  }

  private void frame(ByteBuf buffer, int from, int to) {
    lastFrameNanos = System.nanoTime();
    waiting.add(buffer.slice(from, to - from));
  }

  /** Begins what may begin, and reads on if there is room for more. */
  private void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    while (inFlight < inFlightMax && reason == null && !waiting.isEmpty()) {
      inFlight++;
      desk.answer(waiting.remove(), peer).onComplete(this::answered);
    }
    pumping = false;
    if (draining && inFlight == 0) {
      close(CloseReason.SHUTDOWN);
    } else {
      flow();
    }
  }

  private void answered(AsyncResult<Buffer> reply) {
    inFlight--;
    if (reply.succeeded()) {
      socket.write(reply.result()).onFailure(failure -> because(CloseReason.BROKEN));
    } else if (reply.cause() instanceof FormatError unanswerable) {
      peer.failed();
      close(CloseReason.of(unanswerable));
    } else {
      LOG.error("no reply could be made", reply.cause());
      close(CloseReason.BROKEN);
    }
    pump();
  }

  private void flow() {
    if (socket.writeQueueFull()) {
      socket.pause();
      socket.drainHandler(drained -> flow());
    } else if (draining || !waiting.isEmpty() || inFlight >= inFlightMax) {
      socket.pause();
    } else {
      socket.resume();
    }
  }

  /** Closes it if it has sent no whole frame since then. */
  void closeIfIdleSince(long nanos) {
    if (inFlight == 0 && lastFrameNanos - nanos < 0) {
      close(CloseReason.IDLE);
    }
  }

  /** Takes no more; ends when what was taken is answered. */
  void drain() {
    draining = true;
    pump();
  }

  private void because(CloseReason why) {
    if (reason == null) {
      reason = why;
    }
  }

  private void close(CloseReason why) {
    because(why);
    reader.stop();
    end();
    socket.close().onComplete(closed -> {});
    peer.place().hangUpSoon();
  }

  private void gone() {
    try {
      reader.end();
      because(CloseReason.PEER);
    } catch (FormatError e) {
      because(CloseReason.of(e));
    }
    end();
  }

  private void end() {
    waiting.clear();
    CloseReason why = reason;
    if (!over && why != null) {
      over = true;
      ended.accept(why);
    }
  }
}
