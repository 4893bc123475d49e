package cn.unionecard.gateway.outage;

import cn.unionecard.gateway.outage.Proxy.Fate;
import cn.unionecard.gateway.outage.Proxy.State;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Follows a lane's flights in PostgreSQL's protocol (version 3), just far enough to cut the line,
 * or slow it down, at a chosen place of one: a flight begins with {@code BEGIN}, its commit burst
 * with the first statement that writes, and ends with {@code COMMIT}.
 */
final class LedgerLine implements Proxy.Rule {
  private static final Pattern WRITES =
      Pattern.compile("\\s*(INSERT|UPDATE|WITH .*INSERT).*", Pattern.DOTALL);

  /** Where a flight can be cut. */
  enum Place {
    /** Messages of the lane from BEGIN on. */
    PREFETCH,
    /** Messages of the server from the answer to BEGIN on. */
    FACTS,
    /** Messages of the lane from the first that writes to COMMIT. */
    COMMIT,
    /** The server's two messages that say that COMMIT is done. */
    COMMITTED
  }

  /**
   * One cut.
   *
   * @param message place among the messages there, from 0
   * @param bytes how many bytes of that message pass
   * @param how CLOSED, SILENT, or SLOW for a message that passes late
   */
  record Cut(Place place, int message, int bytes, State how) {}

  private final Set<String> writing = new HashSet<>();
  private final List<Integer> prefetch = new ArrayList<>();
  private final List<Integer> commit = new ArrayList<>();
  private final String lane;
  private @Nullable Object laneLink;
  private Place phase = Place.COMMITTED;
  private int facts;
  private int committed;
  private @Nullable Cut armed;

  /**
   * @param lane the application name of the lane's connection; others are left alone
   */
  LedgerLine(String lane) {
    this.lane = lane;
  }

  /**
   * The framing of PostgreSQL: type and length. A client that starts sends no type; a server that
   * is asked for TLS answers N at first, alone.
   */
  static byte @Nullable [] frame(InputStream in, boolean isFirst) throws IOException {
    int type = in.read();
    if (type < 0 || isFirst && type == 'N') {
      return type < 0 ? null : new byte[] {'N'};
    }
    int head = type == 0 ? 4 : 5;
    byte[] header = new byte[head];
    header[0] = (byte) type;
    DataInputStream data = new DataInputStream(in);
    try {
      data.readFully(header, 1, head - 1);
      int length = ByteBuffer.wrap(header).getInt(head - 4);
      byte[] message = Arrays.copyOf(header, head - 4 + length);
      data.readFully(message, head, length - 4);
      return message;
    } catch (EOFException e) {
      return null;
    }
  }

  /** The next flight is cut there. */
  synchronized void arm(Cut cut) {
    armed = cut;
  }

  /** Whether the armed cut has happened. */
  synchronized boolean isCut() {
    return armed == null;
  }

  /** Lengths of the lane's messages up to the last facts, of the last whole flight. */
  synchronized List<Integer> prefetchLengths() {
    return List.copyOf(prefetch);
  }

  /** Lengths of the messages of the last whole commit burst. */
  synchronized List<Integer> commitLengths() {
    return List.copyOf(commit);
  }

  /** Messages with which the server answered the last prefetch. */
  synchronized int factsMessages() {
    return facts;
  }

  @Override
  public synchronized Fate judge(Object link, boolean isFromClient, byte[] message) {
    if (isFromClient && message[0] == 0 && text(message, 8).contains(lane)) {
      laneLink = link;
      writing.clear();
      phase = Place.COMMITTED;
    }
    if (link != laneLink) {
      return Fate.pass(message);
    }
    return isFromClient ? asked(message) : answered(message);
  }

  private Fate asked(byte[] message) {
    boolean isQuery = message[0] == 'Q';
    if (isQuery && text(message, 5).startsWith("BEGIN")) {
      phase = Place.PREFETCH;
      prefetch.clear();
      commit.clear();
      facts = 0;
      committed = 0;
    } else if (phase == Place.PREFETCH && isWriting(message)) {
      phase = Place.COMMIT;
    } else if (phase == Place.COMMITTED) {
      return Fate.pass(message);
    }
    List<Integer> lengths = phase == Place.PREFETCH ? prefetch : commit;
    lengths.add(message.length);
    Fate fate = fate(phase, lengths.size() - 1, message);
    if (isQuery && text(message, 5).startsWith("COMMIT")) {
      phase = Place.COMMITTED;
    }
    return fate;
  }

  private boolean isWriting(byte[] message) {
    if (message[0] == 'P') {
      String[] parts = text(message, 5).split("\0", -1);
      boolean writes = WRITES.matcher(parts[1]).matches();
      if (writes) {
        writing.add(parts[0]);
      }
      return writes;
    }
    return message[0] == 'B' && writing.contains(text(message, 5).split("\0", -1)[1]);
  }

  private Fate answered(byte[] message) {
    if (phase == Place.PREFETCH) {
      return fate(Place.FACTS, facts++, message);
    }
    boolean isDone = message[0] == 'C' && text(message, 5).startsWith("COMMIT");
    if (phase == Place.COMMITTED && (isDone || committed > 0)) {
      return fate(Place.COMMITTED, committed++, message);
    }
    return Fate.pass(message);
  }

  private Fate fate(Place place, int index, byte[] message) {
    Cut cut = armed;
    if (cut == null || cut.place() != place || cut.message() != index) {
      return Fate.pass(message);
    }
    armed = null;
    return new Fate(Math.min(cut.bytes(), message.length), cut.how());
  }

  private static String text(byte[] message, int from) {
    return new String(message, from, message.length - from, StandardCharsets.ISO_8859_1);
  }
}
