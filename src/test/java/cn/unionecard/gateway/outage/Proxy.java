package cn.unionecard.gateway.outage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The network between a gateway and one of its stores: passes messages on, and is cut or falls
 * silent where its rule says so.
 */
final class Proxy implements AutoCloseable {

  /** How the line is. */
  enum State {
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
   * @param then OPEN to go on, CLOSED or SILENT to end the connection that way
   */
  record Fate(int bytes, State then) {
    static Fate pass(byte[] message) {
      return new Fate(message.length, State.OPEN);
    }
  }

  private final int target;
  private final int slowMs;
  private final Framing framing;
  private final Rule rule;
  private final ServerSocket listener;
  private final List<Link> links = new CopyOnWriteArrayList<>();
  private final ExecutorService pumps = Executors.newCachedThreadPool();
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private volatile State state = State.OPEN;

  /**
   * @param target the server's port on this machine
   * @param slowMs how long an answer takes on a slow line
   */
  Proxy(int target, int slowMs, Framing framing, Rule rule) throws IOException {
    this.target = target;
    this.slowMs = slowMs;
    this.framing = framing;
    this.rule = rule;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    pumps.execute(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Changes the line. Connections that fell silent stay so. */
  void become(State next) {
    state = next;
    if (next == State.CLOSED) {
      links.forEach(Link::cut);
    } else if (next == State.SILENT) {
      links.forEach(link -> link.silent = true);
    }
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
    private volatile boolean silent;

    Link(Socket client, Socket server) throws IOException {
      this.client = client;
      this.server = server;
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    }

    void pump(boolean isFromClient) {
      try {
        InputStream in = (isFromClient ? client : server).getInputStream();
        OutputStream out = (isFromClient ? server : client).getOutputStream();
        byte[] message = framing.next(in, true);
        while (message != null) {
          if (!silent) {
            pass(isFromClient, message, out);
          }
          message = framing.next(in, false);
        }
      } catch (IOException e) {
        // it ended
      }
      if (!silent) {
        cut();
        if (!isFromClient) {
          closeQuietly(server);
        }
      }
    }

    private void pass(boolean isFromClient, byte[] message, OutputStream out) throws IOException {
      Fate fate = rule.judge(this, isFromClient, message);
      if (state == State.SLOW && !isFromClient) {
        later.schedule(() -> write(out, message), slowMs, TimeUnit.MILLISECONDS);
        return;
      }
      if (fate.then() == State.SILENT) {
        silent = true;
      }
      out.write(message, 0, fate.bytes());
      if (fate.then() == State.CLOSED) {
        cut();
      }
    }

    private void write(OutputStream out, byte[] message) {
      try {
        out.write(message);
      } catch (IOException e) {
        cut();
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
