package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameReader;
import io.netty.buffer.ByteBuf;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: cuts its stream into frames, works on a bounded number of them at once, writes
 * the replies as they come. Reads no further while too many are in flight or the terminal does not
 * take what it is sent.
 *
 * <p>However its stream ends, by a fault in it or because the peer closes its sending side, what
 * stood whole before that is answered first.
 */
final class IsoConnection {
  private static final Logger LOG = LoggerFactory.getLogger(IsoConnection.class);

  private final NetSocket socket;
  private final Peer peer;
  private final PosHost host;
  private final int inFlightMax;
  private final FrameReader reader;
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
  private final Ended ended;
  private long lastFrameNanos = System.nanoTime();
  private int inFlight;
  private boolean pumping;
  private boolean over;

  /** Why no more is taken; it ends when what was taken is answered. */
  private @Nullable CloseReason finishing;

  private @Nullable CloseReason reason;

  /** Who is told of its end. */
  interface Ended {
    /** Once, when it is gone. */
    void closed(CloseReason reason);

    /** An answer could not be delivered, for it was gone before. */
    void answerLost();
  }

  IsoConnection(
      NetSocket socket, Peer peer, PosHost host, int frameBytesMax, int inFlightMax, Ended ended) {
    this.socket = socket;
    this.peer = peer;
    this.host = host;
    this.inFlightMax = inFlightMax;
    this.reader = new FrameReader(frameBytesMax, this::frame);
    this.ended = ended;
  }

  void open() {
    socket.exceptionHandler(failure -> because(CloseReason.BROKEN));
    socket.closeHandler(closed -> gone());
    socket.handler(this::arrived);
    HalfClose.allow(socket, this::endOfInput);
  }

  private void arrived(Buffer bytes) {
    try {
      reader.feed(bytes);
      pump();
    } catch (FormatError e) {
      unanswerable(e);
    }
  }

  private void unanswerable(FormatError error) {
    peer.failed();
    CloseReason why = CloseReason.of(error);
    MessageLine.unanswerable(peer, why);
    finish(why);
  }

  /** The peer has said all it has to say, and may still listen. */
  private void endOfInput() {
    finish(endOfStream());
  }

  private CloseReason endOfStream() {
    try {
      reader.end();
      return CloseReason.PEER;
    } catch (FormatError e) {
      return CloseReason.of(e);
    }
  }

  private void frame(ByteBuf buffer, int from, int to) {
    lastFrameNanos = System.nanoTime();
    waiting.add(buffer.slice(from, to - from));
  }

  /** Takes no more; ends when what was taken is answered. */
  private void finish(CloseReason why) {
    if (finishing == null) {
      finishing = why;
    }
    reader.stop();
    pump();
  }

  /** Begins what may begin, and reads on if there is room for more. */
  private void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    while (inFlight < inFlightMax && reason == null && !waiting.isEmpty()) {
      inFlight++;
      host.answer(waiting.remove(), peer).onComplete(this::answered);
    }
    pumping = false;
    CloseReason last = finishing;
    if (last != null && inFlight == 0 && waiting.isEmpty()) {
      close(last);
    } else {
      flow();
    }
  }

  private void answered(AsyncResult<Buffer> reply) {
    inFlight--;
    if (reply.succeeded()) {
      deliver(reply.result());
    } else if (reply.cause() instanceof FormatError unanswerable) {
      waiting.clear();
      unanswerable(unanswerable);
    } else {
      LOG.error("no reply could be made", reply.cause());
      close(CloseReason.BROKEN);
    }
    pump();
  }

  private void deliver(Buffer reply) {
    if (over) {
      ended.answerLost();
      return;
    }
    socket
        .write(reply)
        .onFailure(
            failure -> {
              ended.answerLost();
              because(CloseReason.BROKEN);
            });
  }

  /**
   * What comes behind the last frame that is taken is read and thrown away: it shall not be in the
   * way.
   */
  private void flow() {
    if (socket.writeQueueFull()) {
      socket.pause();
      socket.drainHandler(drained -> flow());
    } else if (finishing == null && (!waiting.isEmpty() || inFlight >= inFlightMax)) {
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

  /** The gateway stops: takes no more. */
  void drain() {
    finish(CloseReason.SHUTDOWN);
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
    peer.place.hangUpSoon();
  }

  private void gone() {
    because(finishing == null ? endOfStream() : finishing);
    end();
  }

  private void end() {
    waiting.clear();
    CloseReason why = reason;
    if (!over && why != null) {
      over = true;
      ended.closed(why);
    }
  }
}
