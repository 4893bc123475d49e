package cn.unionecard.gateway.edge.iso8583;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.FrameReader;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.edge.iso8583.codec.SampleFrames;
import cn.unionecard.workbench.pos.PosLine;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A vendor's line: dials when it must, takes the reply that belongs to what was asked and ignores
 * every other.
 */
final class VendorLine implements AutoCloseable {
  private static final int SECONDS = 20;
  private static final int HANG_UP_SECONDS = 3;
  private static final int LOOK_MS = 5;
  private static final int MAC = 64;
  private static final String JOINED = "the bench: give a foreign reply and this one in one packet";
  private static final String DELAYED = "the bench: give the reply seconds later";

  /** A reply, or null when the line has ended or makes no sense any more. */
  private record Event(NetSocket from, @Nullable PosReply reply) {}

  private final NetClient client;
  private final int port;
  private final Flaws flaws;
  private final BenchLines lines;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private @Nullable NetSocket socket;
  private String why = "";
  private boolean gaveUp;

  VendorLine(Vertx vertx, NetClientOptions options, int port, Flaws flaws, BenchLines lines) {
    this.client = vertx.createNetClient(options);
    this.port = port;
    this.flaws = flaws;
    this.lines = lines;
  }

  /** Why the last request had no reply, as field 39 of a reversal says it. */
  String why() {
    return why;
  }

  /**
   * Sends a request; gives its reply, or null if the line ended before or the MAC is wrong.
   *
   * @param proof makes the request's MAC
   * @param mac what the reply's must be
   */
  @Nullable PosReply exchange(PosRequest request, @Nullable Mac proof, @Nullable Mac mac) {
    byte[] frame = SampleFrames.octets(PosLine.frame(request.message(), proof));
    return exchange(frame, request, mac);
  }

  /** The same of whatever bytes. */
  @Nullable PosReply exchange(byte[] frame, PosRequest request, @Nullable Mac mac) {
    NetSocket open = socket == null ? dial() : socket;
    why = "98";
    if (open.write(Buffer.buffer(frame)).failed()) {
      socket = null;
      return null;
    }
    while (true) {
      PosReply reply = next(open);
      if (reply == null) {
        socket = null;
        return null;
      }
      if (answers(request, reply)) {
        if (proves(reply, mac)) {
          return reply;
        }
        why = "A0";
        return null;
      }
      if (lines.all().contains(JOINED) && flaws.errs(Flaw.READS_ONE_FRAME_OF_A_PACKET)) {
        hangUp(open);
        socket = null;
        return null;
      }
    }
  }

  private boolean proves(PosReply reply, @Nullable Mac mac) {
    boolean has = reply.message().has(MAC);
    if (!has) {
      return mac == null || !reply.approved() || flaws.has(Flaw.BELIEVES_WITHOUT_A_MAC);
    }
    return mac == null || reply.message().isProvedBy(mac) || flaws.has(Flaw.BELIEVES_A_WRONG_MAC);
  }

  private boolean answers(PosRequest request, PosReply reply) {
    long trace = reply.message().number(11);
    boolean type = reply.message().mti() == request.message().mti() + 0x10;
    if (trace != request.trace()) {
      return type
          && flaws.errs(
              trace < request.trace() ? Flaw.TAKES_A_LATE_REPLY : Flaw.TAKES_ANOTHER_TRACE);
    }
    return type || flaws.errs(Flaw.TAKES_ANOTHER_TYPE);
  }

  /** What comes on this line, or null when it has ended. */
  private @Nullable PosReply next(NetSocket open) {
    try {
      Event event;
      do {
        event = flaws.has(Flaw.GIVES_UP_EARLY) ? soon() : events.poll(SECONDS, TimeUnit.SECONDS);
        if (event == null && gaveUp) {
          hangUp(open);
          return null;
        }
        assertNotNull(event, "no reply");
      } while (event.from != open); // of a line before
      return event.reply;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for no delayed reply: null as soon as the bench says that it holds one back. */
  private @Nullable Event soon() throws InterruptedException {
    Event event;
    do {
      event = events.poll(LOOK_MS, TimeUnit.MILLISECONDS);
      if (event == null && !gaveUp && lines.all().contains(DELAYED)) {
        gaveUp = true;
        return null;
      }
    } while (event == null);
    return event;
  }

  /** Whether another reply to the same request has come. */
  boolean hearsAgain() {
    try {
      return events.poll(SECONDS, TimeUnit.SECONDS) != null;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- the line

  NetSocket dial() {
    NetSocket open = await(client.connect(port, "localhost").map(this::listening));
    socket = open;
    return open;
  }

  /** Dials, and waits until somebody hangs up; not for ever, a hang-up may get lost. */
  void dialInVain() {
    NetSocket open;
    do {
      open = dial();
    } while (!isHungUp(open));
    socket = null;
  }

  private boolean isHungUp(NetSocket open) {
    try {
      Event event;
      do {
        event = events.poll(HANG_UP_SECONDS, TimeUnit.SECONDS);
      } while (event != null && (event.from != open || event.reply != null));
      return event != null;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private NetSocket listening(NetSocket connected) {
    FrameReader reader =
        new FrameReader(
            65_535,
            (frame, begin, end) ->
                hear(connected, Unpooled.copiedBuffer(frame.slice(begin, end - begin))));
    connected.handler(
        chunk -> {
          if (flaws.has(Flaw.READS_PACKETS) && chunk.length() < FrameReader.FRAME_BYTES_MIN) {
            hangUp(connected); // a packet that is no frame
          } else {
            reader.feed(chunk);
          }
        });
    connected.closeHandler(over -> events.add(new Event(connected, null)));
    return connected;
  }

  private void hear(NetSocket from, ByteBuf frame) {
    IsoMessage message = new IsoMessage();
    message.read(frame, FrameHead.BYTES, frame.writerIndex());
    FrameHead head = FrameHead.read(frame, 0, frame.writerIndex());
    events.add(new Event(from, new PosReply(head, message)));
  }

  private static void hangUp(NetSocket line) {
    line.handler(lost -> {});
    line.close();
  }

  @Override
  public void close() {
    await(client.close());
  }
}
