package cn.unionecard.gateway.runtime.admission;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One open connection's place in the house, from its accepting to its end. */
public final class Place {
  private static final long LINGER_MS = 5_000;

  private final Admission admission;
  private final Channel channel;
  private final Address address;
  private volatile boolean proved;
  private volatile boolean heard;
  private long unsentBytes;
  private boolean gone;

  Place(Admission admission, Channel channel, Address address) {
    this.admission = admission;
    this.channel = channel;
    this.address = address;
  }

  /** What the connections of one address have in common; kept while one is open. */
  static final class Address {
    final String origin;
    final Arrivals unproved = new Arrivals();
    final AtomicLong unsentBytes = new AtomicLong();
    int open;

    Address(String origin) {
      this.origin = origin;
    }
  }

  Channel channel() {
    return channel;
  }

  Address address() {
    return address;
  }

  /** Whom its failures are counted for. */
  public String origin() {
    return address.origin;
  }

  /** A whole request came of it, whatever became of that. */
  public void heard() {
    heard = true;
  }

  /** Whoever uses it has proved who he is: it is never closed to make room any more. */
  public void prove() {
    if (!proved) {
      proved = true;
      heard = true;
      admission.proved(this);
    }
  }

  public boolean isProved() {
    return proved;
  }

  /** Whether nothing more will be answered on it than what is in flight. */
  public boolean isEnding() {
    return admission.isEnding();
  }

  /**
   * Closes it at once. To close a connection of Vert.x is to wait until all that was written is
   * gone, which of one that does not read is never.
   */
  public void hangUp() {
    ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first == null) {
      channel.close();
    } else {
      first.close();
    }
  }

  /** Closes it when it has had a moment to read what was written. */
  public void hangUpSoon() {
    if (channel.isOpen()) {
      var unused = channel.eventLoop().schedule(this::hangUp, LINGER_MS, TimeUnit.MILLISECONDS);
    }
  }

  boolean isUnused() {
    return !heard;
  }

  /** True once. Under the lock of the house. */
  boolean leaves() {
    boolean first = !gone;
    gone = true;
    return first;
  }

  /** Bytes of answers were handed over. On its event loop. */
  public void sends(int bytes) {
    unsentBytes += bytes;
    address.unsentBytes.addAndGet(bytes);
  }

  /** So many of them are gone, one way or the other. On its event loop. */
  public void sent(int bytes) {
    unsentBytes -= bytes;
    address.unsentBytes.addAndGet(-bytes);
  }

  /** Whether it has not read what it asked for. On its event loop. */
  public boolean isChoked() {
    return unsentBytes > admission.limits().unsentBytesMax();
  }

  /** Whether its address has not, and nobody here is proved. */
  public boolean isCrowded() {
    return !proved && address.unsentBytes.get() > admission.limits().unsentBytesPerAddressMax();
  }
}
