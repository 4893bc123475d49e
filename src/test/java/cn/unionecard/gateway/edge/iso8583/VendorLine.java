package cn.unionecard.gateway.edge.iso8583;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.FrameReader;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.edge.iso8583.codec.SampleFrames;
import cn.unionecard.workbench.certify.Case;
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
 * every other. What it does wrong, if anything, is told by the case that finds it.
 */
final class VendorLine implements AutoCloseable {
  private static final int SECONDS = 60;
  private static final int HANG_UP_SECONDS = 3;
  private static final int MAC = 64;

  /** A reply, or null when the line has ended or makes no sense any more. */
  private record Event(NetSocket from, @Nullable PosReply reply) {}

  private final NetClient client;
  private final int port;
  private final @Nullable Case flaw;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private @Nullable NetSocket socket;

  VendorLine(Vertx vertx, NetClientOptions options, int port, @Nullable Case flaw) {
    this.client = vertx.createNetClient(options);
    this.port = port;
    this.flaw = flaw;
  }

  /** Sends a request; gives its reply, or null if the line ended before or the MAC is wrong. */
  @Nullable PosReply exchange(PosRequest request, @Nullable Mac mac) {
    return exchange(request, mac, mac);
  }

  /**
   * @param proof makes the request's MAC
   * @param mac what the reply's must be
   */
  @Nullable PosReply exchange(PosRequest request, @Nullable Mac proof, @Nullable Mac mac) {
    NetSocket open = socket == null ? dial() : socket;
    ByteBuf frame = PosLine.frame(request.message(), proof);
    if (open.write(Buffer.buffer(SampleFrames.octets(frame))).failed()) {
      socket = null;
      return null;
    }
    while (true) {
      Event event = next();
      if (event.from != open) {
        continue; // of a line before
      }
      PosReply reply = event.reply;
      if (reply == null) {
        socket = null;
        return null;
      }
      if (answers(request, reply)) {
        return flaw == Case.WRONG_MAC || proves(reply, mac) ? reply : null;
      }
      if (flaw == Case.JOINED_REPLIES) {
        hangUp(open); // looks at one frame only
        socket = null;
        return null;
      }
    }
  }

  private static boolean proves(PosReply reply, @Nullable Mac mac) {
    boolean has = reply.message().has(MAC);
    return has && mac != null ? reply.message().isProvedBy(mac) : mac == null || !reply.approved();
  }

  private boolean answers(PosRequest request, PosReply reply) {
    long trace = reply.message().number(11);
    boolean taken =
        trace == request.trace()
            || flaw == Case.LATE_REPLY && trace < request.trace()
            || flaw == Case.OTHER_TRACE && trace > request.trace();
    return taken && reply.message().mti() == request.message().mti() + 0x10;
  }

  private Event next() {
    try {
      Event event = events.poll(SECONDS, TimeUnit.SECONDS);
      assertNotNull(event, "no reply");
      return event;
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
          if (flaw == Case.SPLIT_REPLY && chunk.length() < FrameReader.FRAME_BYTES_MIN) {
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
