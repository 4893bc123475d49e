package cn.unionecard.gateway.runtime.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Drops frames of a WebSocket that came right behind the request for one, before anybody agreed
 * (RFC 6455 section 4.1 has the client wait). Vert.x 5.0 gives them to what served the request,
 * which neither reads nor releases them: each is some memory off the heap, lost for good.
 */
public final class EarlyFrames extends ChannelInboundHandlerAdapter {
  private static final String SERVES = "handler";

  private final ChannelHandler requests;

  private EarlyFrames(ChannelHandler requests) {
    this.requests = requests;
  }

  /** Stands before what serves the connection's requests; nothing over HTTP/2. */
  public static void on(HttpConnection connection) {
    ChannelPipeline pipeline =
        ((HttpServerConnection) connection).channelHandlerContext().pipeline();
    ChannelHandler serves = pipeline.get(SERVES);
    if (serves != null && pipeline.get(StrictRequestDecoder.class) != null) {
      pipeline.addBefore(SERVES, "earlyFrames", new EarlyFrames(serves));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof WebSocketFrame frame && ctx.pipeline().get(SERVES) == requests) {
      boolean unused = frame.release();
    } else {
      ctx.fireChannelRead(message);
    }
  }
}
