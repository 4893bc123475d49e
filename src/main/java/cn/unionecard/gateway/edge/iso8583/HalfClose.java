package cn.unionecard.gateway.edge.iso8583;

import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/**
 * Lets a peer close its sending side and still hear: Netty would close the whole channel. There is
 * no option of Vert.x for it, hence its internal socket.
 */
final class HalfClose {
  private HalfClose() {}

  /**
   * @param ended told when the peer has closed its sending side
   */
  static void allow(NetSocket socket, Runnable ended) {
    NetSocketInternal internal = (NetSocketInternal) socket;
    boolean unused =
        internal
            .channelHandlerContext()
            .channel()
            .config()
            .setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    NetSocketInternal same =
        internal.eventHandler(
            event -> {
              if (event instanceof ChannelInputShutdownEvent
                  || event instanceof SslCloseCompletionEvent) {
                ended.run();
              }
            });
  }
}
