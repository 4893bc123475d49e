package cn.unionecard.gateway.runtime.admission;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;
import java.net.SocketAddress;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A transport of Vert.x whose listeners pass each accepted socket through an {@link Admission}
 * before any handler is made for it. (Vert.x tells of a connection only after the handshake.)
 */
final class AdmittedTransport implements Transport {
  private final Transport transport;
  private final Doorkeeper doorkeeper;

  private AdmittedTransport(Transport transport, Admission admission) {
    this.transport = transport;
    this.doorkeeper = new Doorkeeper(admission);
  }

  static io.vertx.core.transport.Transport of(Admission admission, boolean nativeWherePossible) {
    io.vertx.core.transport.Transport best =
        nativeWherePossible ? io.vertx.core.transport.Transport.nativeTransport() : null;
    io.vertx.core.transport.Transport chosen =
        best != null && best.available() ? best : io.vertx.core.transport.Transport.NIO;
    return new Named(chosen, new AdmittedTransport(chosen.implementation(), admission));
  }

  private record Named(io.vertx.core.transport.Transport chosen, Transport implementation)
      implements io.vertx.core.transport.Transport {
    @Override
    public String name() {
      return chosen.name();
    }

    @Override
    public boolean available() {
      return chosen.available();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
      return chosen.unavailabilityCause();
    }
  }

  /** Stands before the acceptor, which begins to read from what it is given. */
  @Sharable
  private static final class Doorkeeper extends ChannelInboundHandlerAdapter {
    private final Admission admission;

    Doorkeeper(Admission admission) {
      this.admission = admission;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
      Channel channel = (Channel) accepted;
      Place place = admission.admit(channel);
      if (place == null) {
        channel.unsafe().closeForcibly();
        return;
      }
      long slowedMs = admission.slowedMs(place);
      if (slowedMs > 0) {
        var unread = channel.config().setAutoRead(false);
        var unused =
            ctx.executor().schedule(() -> listen(channel), slowedMs, TimeUnit.MILLISECONDS);
      }
      var passed = ctx.fireChannelRead(channel);
    }

    private static void listen(Channel channel) {
      if (channel.isActive()) {
        var unused = channel.config().setAutoRead(true);
      }
    }
  }

  @Override
  public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
    transport.configure(options, domainSocket, bootstrap);
    var unused = bootstrap.handler(doorkeeper);
  }

  // ---- all else as it is

  @Override
  public boolean supportsDomainSockets() {
    return transport.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return transport.supportFileRegion();
  }

  @Override
  public boolean isAvailable() {
    return transport.isAvailable();
  }

  @Override
  public @Nullable Throwable unavailabilityCause() {
    return transport.unavailabilityCause();
  }

  @Override
  public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
    return transport.convert(address);
  }

  @Override
  public io.vertx.core.net.@Nullable SocketAddress convert(SocketAddress address) {
    return transport.convert(address);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return transport.ioHandlerFactory();
  }

  @Override
  public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
    return transport.eventLoopGroup(type, threads, factory, ioRatio);
  }

  @Override
  public DatagramChannel datagramChannel() {
    return transport.datagramChannel();
  }

  @Override
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return transport.datagramChannel(family);
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return transport.channelFactory(domainSocket);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return transport.serverChannelFactory(domainSocket);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    transport.configure(channel, options);
  }

  @Override
  public void configure(
      ClientOptionsBase options, int connectTimeout, boolean domainSocket, Bootstrap bootstrap) {
    transport.configure(options, connectTimeout, domainSocket, bootstrap);
  }
}
