package cn.unionecard.gateway.edge.iso8583;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.FrameReader;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.edge.iso8583.codec.SampleFrames;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** A small POS terminal: signs on, proves what it sends, checks the proof of what it gets. */
public final class TestPos implements AutoCloseable {
  private static final FrameHead HEAD = new FrameHead(3, 7, 0x6031_0031_0000L);
  private static final int SECONDS = 60;
  private static final int CHECK_BYTES = 4;

  /** A reply with what stood before it. */
  public record Heard(FrameHead head, IsoMessage message) {
    /** Field 39. */
    public String code() {
      return message.text(39);
    }

    int requirement() {
      return head.processingRequirement();
    }
  }

  private final TerminalId terminal;
  private final KeyAlgorithm algorithm;
  private final MacMode mode;
  private final byte[] tmk;
  private final NetClient client;
  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  private final Promise<Void> closed = Promise.promise();
  private final NetSocket socket;
  @Nullable Mac mac;
  int batch = 1;
  int trace;

  /** Field 42. */
  String merchant;

  public TestPos(
      Vertx vertx,
      int port,
      NetClientOptions options,
      TerminalId terminal,
      KeyAlgorithm algorithm,
      MacMode mode,
      byte[] tmk) {
    this.terminal = terminal;
    this.algorithm = algorithm;
    this.mode = mode;
    this.tmk = tmk;
    this.merchant = merchant(terminal);
    client = vertx.createNetClient(options);
    socket = await(client.connect(port, "localhost").map(this::listening));
  }

  /** On its own event loop, before anything can arrive or end. */
  private NetSocket listening(NetSocket connected) {
    FrameReader reader = new FrameReader(65_535, this::hear);
    connected.handler(reader::feed);
    connected.closeHandler(over -> closed.tryComplete());
    return connected;
  }

  private void hear(ByteBuf frame, int from, int to) {
    IsoMessage message = new IsoMessage();
    message.read(frame, from + FrameHead.BYTES, to);
    heard.add(new Heard(FrameHead.read(frame, from, to), message));
  }

  /** A message with the next trace number. */
  IsoMessage message(int mti, @Nullable Integer processing, int condition, int kind) {
    return message(mti, processing, condition, new Field60Batch(kind, batch, 0), ++trace);
  }

  IsoMessage message(
      int mti, @Nullable Integer processing, int condition, Field60Batch f60, int traceNo) {
    IsoMessage message = new IsoMessage();
    message.begin(mti);
    if (processing != null) {
      message.set(3, processing);
      message.set(25, condition);
      message.set(49, "156");
    }
    message.set(11, traceNo);
    message.set(41, terminal.value());
    message.set(42, merchant);
    f60.write(message);
    new Field63Slip("01 ", "").write(message);
    return message;
  }

  /** As the town has them. */
  private static String merchant(TerminalId terminal) {
    return switch (terminal.value()) {
      case "T0000007" -> "841080250000025";
      case "T0000008" -> "841080250000033";
      case "T0000009" -> "841080250000041";
      default -> "841080210000013";
    };
  }

  /** A sale with the next trace number. */
  public IsoMessage sale(String code, long fen) {
    IsoMessage sale = message(0x0200, 0, 0, 22);
    sale.set(4, fen);
    code(sale, code);
    return sale;
  }

  IsoMessage reversal(IsoMessage original) {
    IsoMessage reversal =
        message(
            0x0400,
            0,
            0,
            new Field60Batch(22, Field60Batch.read(original).batch(), 0),
            (int) original.number(11));
    reversal.set(4, original.number(4));
    reversal.set(39, "98");
    return reversal;
  }

  IsoMessage echo() {
    return message(0x0820, null, 0, new Field60Batch(0, batch, 301), ++trace);
  }

  static void code(IsoMessage message, String code) {
    Map<String, String> data = new LinkedHashMap<>();
    data.put(Field59Tags.CODE, code);
    new Field59Tags(data).write(message);
  }

  /** Signs on and takes the keys, checking each. */
  @CanIgnoreReturnValue
  public Heard signOn(int network) {
    mac = null;
    Heard reply = ask(message(0x0800, null, 0, new Field60Batch(0, batch, network), ++trace));
    if (reply.code().equals("00")) {
      byte[] keys = reply.message().octets(62);
      int keyBytes = network == 1 ? 8 : 16;
      int step = keyBytes + CHECK_BYTES;
      assertEquals(network == 4 ? 3 * step : 2 * step, keys.length);
      byte[] mak = Arrays.copyOfRange(keys, step, step + keyBytes);
      mak = EcbCipher.decrypt(algorithm, tmk, mak);
      assertArrayEquals(
          EcbCipher.checkValue(algorithm, mak),
          Arrays.copyOfRange(keys, 2 * step - CHECK_BYTES, 2 * step));
      mac = Mac.Algorithm.of(algorithm, mode).under(mak);
      batch = Field60Batch.read(reply.message()).batch();
    }
    return reply;
  }

  /** Sends a message and waits for the reply, whose MAC must hold. */
  @CanIgnoreReturnValue
  public Heard ask(IsoMessage message) {
    send(frame(message));
    Heard reply = next();
    if (reply.message().has(IsoMessage.MAC_FIELD)) {
      assertTrue(mac != null && reply.message().isProvedBy(mac), "the reply's MAC");
    }
    assertEquals(message.mti() + 0x10, reply.message().mti());
    assertEquals(message.number(11), reply.message().number(11));
    assertEquals(7, reply.head().destination());
    return reply;
  }

  /** The same under keys that are not the terminal's. */
  public Heard askWronglyProved(IsoMessage message) {
    send(frame(message, Mac.Algorithm.of(algorithm, mode).under(new byte[tmk.length])));
    return next();
  }

  byte[] frame(IsoMessage message) {
    return frame(message, mac);
  }

  static byte[] frame(IsoMessage message, @Nullable Mac mac) {
    ByteBuf out = Unpooled.buffer();
    HEAD.writeFrame(out, message, mac);
    return SampleFrames.octets(out);
  }

  void send(byte[] bytes) {
    await(socket.write(Buffer.buffer(bytes)));
  }

  Heard next() {
    try {
      Heard reply = heard.poll(SECONDS, TimeUnit.SECONDS);
      assertTrue(reply != null, "no reply");
      return reply;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What comes next: a reply, or null when the gateway hangs up. */
  @Nullable Heard nextOrEnd() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    try {
      Heard reply = null;
      boolean ended = false;
      while (reply == null && !ended) {
        assertTrue(System.nanoTime() < until, "neither a reply nor an end");
        ended = closed.future().isComplete();
        reply = heard.poll(ended ? 0 : 20, TimeUnit.MILLISECONDS);
      }
      return reply;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whose certificate the gateway showed. */
  List<Certificate> gateway() throws SSLPeerUnverifiedException {
    return socket.peerCertificates();
  }

  void awaitClosed() {
    await(closed.future());
  }

  @Override
  public void close() {
    await(client.close());
  }
}
