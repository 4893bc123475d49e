package cn.unionecard.gateway.runtime.admission;

import cn.unionecard.gateway.runtime.config.Config;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.transport.Transport;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the connections of a node, those of all listeners together and those of each address, from
 * the moment they are accepted: before TLS, before a byte is read.
 *
 * <p>A full house lets the next one in all the same and closes the connection that has gone longest
 * without proving who uses it; only where all have proved it is the next one refused. So strangers
 * take places from each other, never from a till that is signed on, and one that comes anew is let
 * in.
 */
public final class Admission {
  private static final AttributeKey<Place> PLACE = AttributeKey.valueOf(Admission.class, "place");

  /** How long one waits to be listened to from whose address too much has failed. */
  private static final long SLOWED_MS = 1_000;

  private final Config.Admission limits;
  private final Budgets budgets;
  private final Map<String, Place.Address> addresses = new HashMap<>();
  private final Arrivals unproved = new Arrivals();
  private final Map<Turned, Counter> turned = new EnumMap<>(Turned.class);
  private int open;
  private volatile boolean ending;

  /** What became of a connection that was not simply let in; the values of a metric's label. */
  private enum Turned {
    /** Its address has as many as it may have, all proved. */
    ADDRESS_FULL,
    /** The node has as many as it may have, all proved. */
    NODE_FULL,
    /** Closed to make room for another of its address. */
    GAVE_WAY_TO_NEIGHBOUR,
    /** Closed to make room for another. */
    GAVE_WAY,
    /** Listened to later: too much from its address has failed. */
    SLOWED
  }

  public Admission(Config.Admission limits, Budgets budgets, MeterRegistry registry) {
    this.limits = limits;
    this.budgets = budgets;
    for (Turned how : Turned.values()) {
      turned.put(
          how,
          Counter.builder("ecard.connections.turned")
              .description("connections that were refused, slowed or closed to make room, by how")
              .tag("how", how.name())
              .register(registry));
    }
    gauge(registry, "proved", false);
    gauge(registry, "unproved", true);
  }

  private void gauge(MeterRegistry registry, String who, boolean strangers) {
    Gauge.builder("ecard.connections.open", this, admission -> admission.open(strangers))
        .description("open connections of all listeners, by whether their user is proved")
        .tag("who", who)
        .register(registry);
  }

  private synchronized int open(boolean strangers) {
    return strangers ? unproved.size() : open - unproved.size();
  }

  Config.Admission limits() {
    return limits;
  }

  public Budgets budgets() {
    return budgets;
  }

  /** The node stops: each connection ends with what is in flight on it. */
  public void end() {
    ending = true;
  }

  boolean isEnding() {
    return ending;
  }

  /** What writes answers on one event loop. */
  public Answers answers(Vertx vertx) {
    return new Answers(vertx, limits.unsentMs());
  }

  /** What a Vert.x is to be built on so that all its listeners ask here. */
  public Transport transport(boolean nativeWherePossible) {
    return AdmittedTransport.of(this, nativeWherePossible);
  }

  /** The place of an accepted connection; null if there is none for it, then it is to be closed. */
  public @Nullable Place admit(Channel channel) {
    Place known = channel.attr(PLACE).get();
    if (known != null) {
      return known;
    }
    Place place = take(channel);
    if (place != null) {
      channel.attr(PLACE).set(place);
      channel.closeFuture().addListener(closed -> left(place));
    }
    return place;
  }

  public @Nullable Place admit(HttpConnection connection) {
    return admit(channel(connection));
  }

  /** Hears what asks over a connection that was let in; any other is being closed. */
  public Handler<HttpServerRequest> letIn(Handler<HttpServerRequest> handler) {
    return request -> {
      if (channel(request.connection()).attr(PLACE).get() != null) {
        handler.handle(request);
      }
    };
  }

  private static Channel channel(HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext().channel();
  }

  /** The place that was given to a connection when it came. */
  public Place place(HttpConnection connection) {
    Place place = admit(connection);
    if (place == null) {
      throw new IllegalStateException("a request of a connection that was not let in");
    }
    return place;
  }

  public @Nullable Place admit(NetSocket socket) {
    return admit(((NetSocketInternal) socket).channelHandlerContext().channel());
  }

  /** Milliseconds for which a connection just let in is not listened to; mostly 0. */
  long slowedMs(Place place) {
    if (!budgets.isSpent(place.origin())) {
      return 0;
    }
    count(Turned.SLOWED);
    return SLOWED_MS;
  }

  private @Nullable Place take(Channel channel) {
    String origin = Origin.of(channel.remoteAddress());
    Place neighbour = null;
    Place stranger = null;
    Place place;
    synchronized (this) {
      Place.Address address = addresses.computeIfAbsent(origin, Place.Address::new);
      if (address.open >= limits.connectionsPerAddressMax()) {
        neighbour = address.unproved.oldest();
        if (neighbour == null) {
          count(Turned.ADDRESS_FULL);
          return null;
        }
        leave(neighbour);
      }
      if (open >= limits.connectionsMax()) {
        stranger = unproved.oldest();
        if (stranger == null) {
          forgetEmpty(address);
          count(Turned.NODE_FULL);
          return null;
        }
        leave(stranger);
      }
      place = new Place(this, channel, enter(origin));
      place.address().unproved.add(place);
      unproved.add(place);
    }
    giveWay(neighbour, Turned.GAVE_WAY_TO_NEIGHBOUR);
    giveWay(stranger, Turned.GAVE_WAY);
    return place;
  }

  private Place.Address enter(String origin) {
    Place.Address address = addresses.computeIfAbsent(origin, Place.Address::new);
    address.open++;
    open++;
    return address;
  }

  private void giveWay(@Nullable Place place, Turned how) {
    if (place != null) {
      count(how);
      place.hangUp();
    }
  }

  synchronized void proved(Place place) {
    place.address().unproved.remove(place);
    unproved.remove(place);
  }

  private void left(Place place) {
    if (place.isUnused()) {
      boolean unused = budgets.failed(place.origin());
    }
    leave(place);
  }

  /** Twice for one that gave way: when it was told to go, and when it is gone. */
  private synchronized void leave(Place place) {
    if (!place.leaves()) {
      return;
    }
    place.address().unproved.remove(place);
    unproved.remove(place);
    place.address().open--;
    open--;
    forgetEmpty(place.address());
  }

  private void forgetEmpty(Place.Address address) {
    if (address.open == 0) {
      addresses.remove(address.origin, address);
    }
  }

  private void count(Turned how) {
    Counter counter = turned.get(how);
    if (counter != null) {
      counter.increment();
    }
  }
}
