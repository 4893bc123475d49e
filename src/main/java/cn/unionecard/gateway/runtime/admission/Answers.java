package cn.unionecard.gateway.runtime.admission;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Deadlines;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Writes answers as their connection takes them: a long one piece by piece, each when the one
 * before has gone into the socket. Until an answer is written whole no further request of an HTTP/1
 * connection is begun, so what lies unsent of one is a piece; a connection that does not take a
 * piece in its time is closed.
 *
 * <p>Belongs to one event loop.
 */
public final class Answers {
  private static final int PIECE_BYTES = 32_768;

  private final Vertx vertx;
  private final Deadlines patience;

  /**
   * @param unsentMs the time that each piece has
   */
  public Answers(Vertx vertx, int unsentMs) {
    this.vertx = vertx;
    this.patience = new Deadlines(vertx, unsentMs);
  }

  /** Ends the response with that body. */
  public Future<Void> end(
      HttpServerRequest request, HttpServerResponse response, Place place, Buffer body) {
    if (request.method() == HttpMethod.HEAD) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
      return response.end();
    }
    if (body.length() <= PIECE_BYTES) {
      return counted(place, body.length(), response.end(body));
    }
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    Sending sending = new Sending(response, place, body);
    sending.next();
    return sending.done.future();
  }

  /** A long answer on its way. */
  private final class Sending {
    private final HttpServerResponse response;
    private final Place place;
    private final Buffer body;
    private final Promise<Void> done = Promise.promise();
    private int from;

    Sending(HttpServerResponse response, Place place, Buffer body) {
      this.response = response;
      this.place = place;
      this.body = body;
    }

    void next() {
      int to = Math.min(body.length(), from + PIECE_BYTES);
      Buffer piece = body.slice(from, to);
      boolean last = to == body.length();
      Future<Void> written =
          counted(place, to - from, last ? response.end(piece) : response.write(piece));
      from = to;
      patience
          .watch(written, () -> new Fault.Unknown("the answer is not read"))
          .onSuccess(taken -> taken(last))
          .onFailure(this::unread);
    }

    /** The next piece from a task of its own: HTTP/2 forgets what is written while it flushes. */
    private void taken(boolean last) {
      if (last) {
        done.complete();
      } else {
        vertx.runOnContext(task -> next());
      }
    }

    private void unread(Throwable failure) {
      place.hangUp();
      done.fail(failure);
    }
  }

  private static Future<Void> counted(Place place, int bytes, Future<Void> written) {
    place.sends(bytes);
    return written.onComplete(gone -> place.sent(bytes));
  }

  /**
   * Lets no more bytes pile up behind TLS than a channel holds before it says that it is full:
   * Vert.x flushes only when it has worked through all that it has read, and until then a channel
   * under TLS does not know how much it holds.
   */
  public static void flushEarly(HttpConnection connection) {
    Channel channel = ((HttpServerConnection) connection).channelHandlerContext().channel();
    ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
    if (tls == null) {
      channel.pipeline().addFirst(new EarlyFlush());
    } else {
      channel.pipeline().addAfter(tls.name(), null, new EarlyFlush());
    }
  }

  private static final class EarlyFlush extends ChannelOutboundHandlerAdapter {
    private int bytes;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      int length = message instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
      ctx.write(message, promise);
      bytes += length;
      if (bytes >= PIECE_BYTES) {
        flush(ctx);
      }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
      bytes = 0;
      ctx.flush();
    }
  }
}
