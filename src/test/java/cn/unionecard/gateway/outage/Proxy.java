package cn.unionecard.gateway.outage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The network between a gateway and one of its stores: passes messages on, and is cut, falls silent
 * or takes its time where its rule says so. Whatever it does, one direction of a connection keeps
 * its order.
 */
public final class Proxy implements AutoCloseable {

  /** How the line is. */
  public enum State {
    OPEN,
    /** Every connection is closed, new ones at once. */
    CLOSED,
    /** Connections are accepted and kept, but nothing passes any more; an end neither. */
    SILENT,
    /** What the server says takes its time. */
    SLOW
  }

  /** Reads the next message; null at the end. */
  interface Framing {
    byte @Nullable [] next(InputStream in, boolean isFirst) throws IOException;
  }

  /** What becomes of a message. */
  interface Rule {
    Fate judge(Object link, boolean isFromClient, byte[] message);
  }

  /**
   * So many bytes pass, and then?
   *
   * @param then OPEN to go on, SLOW to pass late, CLOSED or SILENT to end the connection that way
   */
  record Fate(int bytes, State then) {
    static Fate pass(byte[] message) {
      return new Fate(message.length, State.OPEN);
    }
  }

  /** Whatever comes is a message. */
  static final Framing CHUNKS =
      (in, isFirst) -> {
        byte[] buffer = new byte[8192];
        int length = in.read(buffer);
        return length < 0 ? null : Arrays.copyOf(buffer, length);
      };

  private final int target;
  private final IntSupplier slowMs;
  private final Framing framing;
  private final Rule rule;
  private final ServerSocket listener;
  private final List<Link> links = new CopyOnWriteArrayList<>();
  private final ExecutorService pumps = Executors.newCachedThreadPool();
  private final ScheduledExecutorService later =
      new ScheduledThreadPoolExecutor(1, new ThreadPoolExecutor.DiscardPolicy());
  private final AtomicInteger late = new AtomicInteger();
  private volatile State state = State.OPEN;

  /** One that passes everything on, until it is changed. */
  public static Proxy to(int target) throws IOException {
    return new Proxy(target, () -> 0, CHUNKS, (link, isFromClient, message) -> Fate.pass(message));
  }

  /**
   * @param target the server's port on this machine
   * @param slowMs how long a message takes that is slow, asked for each
   */
  Proxy(int target, IntSupplier slowMs, Framing framing, Rule rule) throws IOException {
    this.target = target;
    this.slowMs = slowMs;
    this.framing = framing;
    this.rule = rule;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    pumps.execute(this::accept);
  }

  /** Where the gateway reaches it. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Changes the line. Connections that fell silent stay so. */
  public void become(State next) {
    state = next;
    if (next == State.CLOSED) {
      links.forEach(Link::cut);
    } else if (next == State.SILENT) {
      links.forEach(link -> link.silent = true);
    }
  }

  /** Whether something is on its way that takes its time. */
  boolean isLate() {
    return late.get() > 0;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        if (state == State.CLOSED) {
          client.close();
          continue;
        }
        Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), target));
        link.silent = state == State.SILENT;
        links.add(link);
        pumps.execute(() -> link.pump(true));
        pumps.execute(() -> link.pump(false));
      }
    } catch (IOException e) {
      // closed
    }
  }

  /** One connection through the proxy. */
  private final class Link {
    private final Socket client;
    private final Socket server;
    private final Way toServer;
    private final Way toClient;
    private volatile boolean silent;

    Link(Socket client, Socket server) throws IOException {
      this.client = client;
      this.server = server;
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      toServer = new Way(this, server.getOutputStream());
      toClient = new Way(this, client.getOutputStream());
    }

    void pump(boolean isFromClient) {
      Way way = isFromClient ? toServer : toClient;
      try {
        InputStream in = (isFromClient ? client : server).getInputStream();
        byte[] message = framing.next(in, true);
        while (message != null) {
          if (!silent) {
            pass(isFromClient, message, way);
          }
          message = framing.next(in, false);
        }
      } catch (IOException e) {
        // it ended
      }
      if (!silent) {
        way.send(0, () -> end(isFromClient));
      }
    }

    private void pass(boolean isFromClient, byte[] message, Way way) {
      Fate fate = rule.judge(this, isFromClient, message);
      boolean isSlow = fate.then() == State.SLOW || state == State.SLOW && !isFromClient;
      if (fate.then() == State.SILENT) {
        silent = true;
      }
      way.send(isSlow ? slowMs.getAsInt() : 0, () -> way.out.write(message, 0, fate.bytes()));
      if (fate.then() == State.CLOSED) {
        way.send(0, this::cut);
      }
    }

    private void end(boolean isFromClient) {
      cut();
      if (!isFromClient) {
        closeQuietly(server);
      }
    }

    /** The client is cut off; the server gets what was passed on, and then an end. */
    void cut() {
      closeQuietly(client);
      try {
        server.shutdownOutput();
      } catch (IOException e) {
        closeQuietly(server);
      }
    }
  }

  /** What is done with a message, or with an end. */
  private interface Step {
    void take() throws IOException;
  }

  /** One direction of a connection: what comes after something slow waits behind it. */
  private final class Way {
    private final Link link;
    private final OutputStream out;
    private final Deque<Step> waiting = new ArrayDeque<>();
    private long lastDueNs;

    Way(Link link, OutputStream out) {
      this.link = link;
      this.out = out;
    }

    synchronized void send(int ms, Step step) {
      if (ms == 0 && waiting.isEmpty()) {
        take(step);
        return;
      }
      long now = System.nanoTime();
      long dueNs = now + TimeUnit.MILLISECONDS.toNanos(ms);
      lastDueNs = waiting.isEmpty() ? dueNs : Math.max(lastDueNs, dueNs);
      waiting.add(step);
      late.incrementAndGet();
      var unused = later.schedule(this::takeNext, lastDueNs - now, TimeUnit.NANOSECONDS);
    }

    private synchronized void takeNext() {
      Step step = waiting.remove();
      if (!link.silent) {
        take(step);
      }
      late.decrementAndGet();
    }

    private void take(Step step) {
      try {
        step.take();
      } catch (IOException e) {
        link.cut();
      }
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // then it is closed
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Link link : links) {
      closeQuietly(link.client);
      closeQuietly(link.server);
    }
    pumps.shutdown();
    later.shutdownNow();
  }
}
