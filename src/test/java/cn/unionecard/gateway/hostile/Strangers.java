package cn.unionecard.gateway.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Visits at the doors of a node by those who have no business there, each made of the seed and its
 * number: what is said, from which address, and whether its sender hears the end of it, hangs up or
 * stays. Some show the certificate of a terminal, and talk no better.
 */
final class Strangers implements AutoCloseable {
  /** A listener; whether it speaks TLS. */
  enum Door {
    HTTPS(true),
    PAGES(true),
    MANAGEMENT(false),
    POS(false),
    POS_TLS(true);

    private final boolean secure;

    boolean speaksHttp() {
      return this == HTTPS || this == PAGES;
    }

    Door(boolean secure) {
      this.secure = secure;
    }
  }

  private static final int AT_ONCE = 8;
  private static final int STAYING_MAX = 150;
  private static final int ADDRESSES = 200;
  private static final int HEARD_BYTES_MAX = 1 << 20;
  private static final int PATIENCE_MS = 60_000;
  private static final Pattern FAILURE = Pattern.compile("HTTP/1\\.[01] (5[0-9]{2})");

  private final long seed;
  private final Map<Door, Integer> ports;
  private final SSLContext tls;
  private final SSLContext faulty;
  private final List<String> terminals;
  private final Deque<Socket> staying = new ArrayDeque<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();

  /**
   * @param tls whom to trust
   * @param faulty the same with the certificate of a terminal that has lost its wits
   * @param terminals that work here
   */
  Strangers(
      long seed,
      Map<Door, Integer> ports,
      SSLContext tls,
      SSLContext faulty,
      List<String> terminals) {
    this.seed = seed;
    this.ports = ports;
    this.tls = tls;
    this.faulty = faulty;
    this.terminals = terminals;
  }

  // ---- silence

  /** So many connections at each door that say nothing, of one address per door, and stay. */
  void stand(int each) throws IOException {
    for (Door door : Door.values()) {
      for (int i = 0; i < each; i++) {
        Socket silent = socket(door, "127.0.2." + (1 + door.ordinal()));
        synchronized (staying) {
          staying.add(silent);
        }
      }
    }
  }

  /** All that stay go. */
  void leave() throws IOException {
    synchronized (staying) {
      for (Socket socket : staying) {
        socket.close();
      }
      staying.clear();
    }
  }

  // ---- visits

  /** So many of them. */
  void visit(int visits) throws Exception {
    ExecutorService strangers = Executors.newFixedThreadPool(AT_ONCE);
    AtomicInteger next = new AtomicInteger();
    Callable<Void> stranger =
        () -> {
          for (int i = next.getAndIncrement(); i < visits; i = next.getAndIncrement()) {
            visit(i, new Random(seed * 1_000_003 + i));
          }
          return null;
        };
    try {
      for (Future<Void> done : strangers.invokeAll(Collections.nCopies(AT_ONCE, stranger))) {
        done.get();
      }
    } finally {
      strangers.shutdownNow();
    }
  }

  private void visit(int number, Random random) {
    Door door = Door.values()[random.nextInt(Door.values().length)];
    boolean through = door.secure && random.nextInt(3) > 0;
    boolean second = through && door.speaksHttp() && random.nextInt(3) == 0;
    boolean known = through && !second && random.nextInt(4) == 0;
    // the tills' own address is one of a crowd behind one router; others have budgets of their own
    boolean neighbour = random.nextInt(4) == 0;
    String address = neighbour ? "127.0.0.1" : "127.0.1." + (1 + random.nextInt(ADDRESSES));
    String what = "visit " + number + " of seed " + seed + " at " + door + " from " + address;
    try {
      Socket socket = socket(door, address);
      boolean stays = false;
      try {
        byte[] words =
            known && door.speaksHttp() && random.nextBoolean()
                ? new HttpJunk(random).socket()
                : words(door, through, second, random);
        Socket line = through ? secured(socket, door, second, known ? faulty : tls) : socket;
        line.getOutputStream().write(words);
        line.getOutputStream().flush();
        int end = random.nextInt(neighbour ? 2 : 4);
        stays = end == 0;
        if (end > 1) {
          socket.shutdownOutput();
          judge(what, words, heard(line));
        }
      } finally {
        end(socket, stays);
      }
    } catch (SocketTimeoutException neither) {
      wrong.add(what + ": neither answered nor closed");
    } catch (IOException closed) {
      refused.incrementAndGet();
    }
  }

  /** Whoever stays takes the place of the one who has stayed longest. */
  private void end(Socket socket, boolean stays) throws IOException {
    @Nullable Socket goes = socket;
    if (stays) {
      synchronized (staying) {
        staying.add(socket);
        goes = staying.size() > STAYING_MAX ? staying.remove() : null;
      }
    }
    if (goes != null) {
      goes.close();
    }
  }

  private byte[] words(Door door, boolean through, boolean second, Random random)
      throws SSLException {
    HttpJunk http = new HttpJunk(random);
    if (door.secure && !through) {
      return switch (random.nextInt(5)) {
        case 0 -> http.http1();
        case 1 -> new PosJunk(random, terminals).next();
        case 2 -> http.octets(1 + random.nextInt(500));
        case 3 -> HttpJunk.joined(hello(), http.octets(random.nextInt(500)));
        default -> http.changed(hello());
      };
    }
    boolean mistaken = random.nextInt(10) == 0;
    if (door == Door.POS || door == Door.POS_TLS) {
      return mistaken ? http.http1() : new PosJunk(random, terminals).next();
    }
    return mistaken ? new PosJunk(random, terminals).next() : second ? http.http2() : http.http1();
  }

  /** What a client says first; how it goes on is another matter. */
  private byte[] hello() throws SSLException {
    SSLEngine engine = tls.createSSLEngine("localhost", 1);
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    byte[] octets = new byte[hello.flip().remaining()];
    hello.get(octets);
    return octets;
  }

  // ---- lines

  private Socket socket(Door door, String from) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(from, 0));
    socket.setSoTimeout(PATIENCE_MS);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress("127.0.0.1", ports.get(door)), PATIENCE_MS);
    return socket;
  }

  private SSLSocket secured(Socket socket, Door door, boolean second, SSLContext shown)
      throws IOException {
    SSLSocket secured =
        (SSLSocket)
            shown.getSocketFactory().createSocket(socket, "localhost", ports.get(door), true);
    if (second) {
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      secured.setSSLParameters(parameters);
    }
    secured.startHandshake();
    return secured;
  }

  private static String heard(Socket line) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    InputStream in = line.getInputStream();
    byte[] buffer = new byte[8_192];
    try {
      for (int n = in.read(buffer); n >= 0 && all.size() < HEARD_BYTES_MAX; n = in.read(buffer)) {
        all.write(buffer, 0, n);
      }
    } catch (SocketTimeoutException silent) {
      throw silent;
    } catch (IOException reset) {
      // an end like another
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  private void judge(String what, byte[] words, String heard) {
    answered.addAndGet(heard.isEmpty() ? 0 : 1);
    Matcher failure = FAILURE.matcher(heard);
    while (failure.find()) {
      if (!failure.group(1).equals("503")) {
        String said = new String(words, StandardCharsets.ISO_8859_1);
        String shown = said.substring(0, Math.min(300, said.length()));
        wrong.add(what + ": " + failure.group() + " to " + shown);
      }
    }
  }

  /** What they heard that nobody should hear. */
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  @Override
  public String toString() {
    return answered + " answered, " + refused + " cut off";
  }

  @Override
  public void close() throws IOException {
    leave();
  }
}
