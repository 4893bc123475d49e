package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * One connection of the terminal and the one to the gateway behind it, cut into frames. What goes
 * to the terminal goes in the order it was given, however long it takes.
 */
final class BenchLine {
  static final int LENGTH_BYTES = 2;
  private static final int FRAME_BYTES_MAX = 0xffff;

  /** Between two bytes of a split frame, so that a reader has a chance to see each alone. */
  private static final long PIECE_MS = 2;

  private final Vertx vertx;
  private final NetSocket terminal;
  private final NetSocket gateway;
  private final BiConsumer<BenchLine, byte[]> asked;
  private final BiConsumer<BenchLine, byte[]> answered;

  private Future<Void> written = Future.succeededFuture();

  /**
   * @param terminal paused
   * @param asked takes frames of the terminal, length first
   * @param answered takes frames of the gateway, length first
   */
  BenchLine(
      Vertx vertx,
      NetSocket terminal,
      NetSocket gateway,
      BiConsumer<BenchLine, byte[]> asked,
      BiConsumer<BenchLine, byte[]> answered) {
    this.vertx = vertx;
    this.terminal = terminal;
    this.gateway = gateway;
    this.asked = asked;
    this.answered = answered;
  }

  /**
   * Lets the terminal speak.
   *
   * @param ended called when it has hung up, or was cut off
   */
  void begin(Runnable ended) {
    read(terminal, asked);
    read(gateway, answered);
    terminal.closeHandler(
        closed -> {
          ended.run();
          cut();
        });
    gateway.closeHandler(closed -> cut());
    NetSocket resumed = terminal.resume();
  }

  private void read(NetSocket from, BiConsumer<BenchLine, byte[]> frames) {
    FrameReader reader =
        new FrameReader(
            FRAME_BYTES_MAX,
            (frame, begin, end) -> {
              byte[] octets = new byte[LENGTH_BYTES + end - begin];
              octets[0] = (byte) ((end - begin) >>> 8);
              octets[1] = (byte) (end - begin);
              frame.getBytes(begin, octets, LENGTH_BYTES, end - begin);
              frames.accept(this, octets);
            });
    from.handler(
        arrived -> {
          try {
            reader.feed(arrived);
          } catch (FormatError e) {
            cut();
          }
        });
    from.exceptionHandler(e -> cut());
  }

  void toGateway(byte[] frame) {
    Future<Void> unused = gateway.write(Buffer.buffer(frame));
  }

  /** In one packet, if it is not too long for one. */
  void toTerminal(byte[] octets) {
    written = written.compose(before -> terminal.write(Buffer.buffer(octets))).otherwiseEmpty();
  }

  /**
   * A packet for each byte: the next is written when the one before has left, and a little later.
   */
  void toTerminalInBytes(byte[] frame) {
    for (byte each : frame) {
      toTerminal(new byte[] {each});
      written = written.compose(before -> vertx.timer(PIECE_MS, TimeUnit.MILLISECONDS)).mapEmpty();
    }
  }

  /** Hangs up when everything has been written. */
  void cutAfterwards() {
    written = written.onComplete(over -> cut());
  }

  void cut() {
    Future<Void> here = terminal.close();
    Future<Void> there = gateway.close();
  }
}
