package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.model.Fen;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One sale: a 0200 is read, its 0210 is built. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SaleBenchmark {
  private static final byte[] KEY =
      HexFormat.of().parseHex("0123456789ABCDEFFEDCBA9876543210");
  private static final FrameHead HEAD = new FrameHead(3, 0, 0x603100310000L);

  private final IsoMessage request = new IsoMessage();
  private final IsoMessage reply = new IsoMessage();
  private final ByteBuf frame = Unpooled.buffer(1024);
  private final ByteBuf out = Unpooled.buffer(1024);
  private final Mac tripleDes = Mac.Algorithm.XOR_3DES.under(KEY);
  private final Mac sm4 = Mac.Algorithm.XOR_SM4.under(KEY);

  /** The request as it comes. */
  @Setup
  public void sale() {
    request.begin(0x0200);
    request.set(3, 0);
    request.set(4, 12800);
    request.set(11, 7);
    request.set(22, 30);
    request.set(25, 0);
    request.set(41, "T0000001");
    request.set(42, "898410800000001");
    request.set(49, "156");
    new Field59Tags(Map.of(Field59Tags.CODE, "84446669133388330784")).write(request);
    new Field60Batch(22, 1, 0).write(request);
    new Field63Slip("001", "").write(request);
    HEAD.writeFrame(frame, request, tripleDes);
    frame.skipBytes(2);
    unpack();
  }

  /** Where every field stands, all of them checked. */
  @Benchmark
  public long unpack() {
    int from = frame.readerIndex();
    FrameHead head = FrameHead.read(frame, from, frame.writerIndex());
    request.read(frame, from + FrameHead.BYTES, frame.writerIndex());
    return head.source() + request.number(4) + request.number(11);
  }

  /** The answer to the request last read. */
  @Benchmark
  public int build() {
    build(null);
    return out.writerIndex();
  }

  private void build(Mac mac) {
    reply.begin(0x0210);
    reply.copy(3, request);
    reply.copy(4, request);
    reply.copy(11, request);
    reply.set(12, 101112);
    reply.set(13, 1124);
    reply.set(15, 1125);
    reply.copy(25, request);
    reply.set(37, "A1B2C3D4E5F6");
    reply.set(39, "00");
    reply.copy(41, request);
    reply.copy(42, request);
    reply.copy(49, request);
    reply.copy(60, request);
    out.clear();
    HEAD.reply(FrameHead.NOTHING).writeFrame(out, reply, mac);
  }

  /** Both: the budget's one message. */
  @Benchmark
  public long unpackAndBuild() {
    long read = unpack();
    build(null);
    return read + out.writerIndex();
  }

  /** Both, with the parts a sale is made of as values: code, batch; amounts, id and slip. */
  @Benchmark
  public long unpackAndBuildWithValues() {
    unpack();
    String code = Field59Tags.read(request).get(Field59Tags.CODE);
    Field60Batch batch = Field60Batch.read(request);
    reply.begin(0x0210);
    reply.copy(3, request);
    reply.copy(4, request);
    reply.copy(11, request);
    reply.set(12, 101112);
    reply.set(13, 1124);
    reply.set(15, 1125);
    reply.copy(25, request);
    reply.set(37, "A1B2C3D4E5F6");
    reply.set(39, "00");
    reply.copy(41, request);
    reply.copy(42, request);
    reply.copy(49, request);
    new Field54Amounts(Fen.of(5000), Fen.of(7800)).write(reply);
    new Field59Tags(Map.of(Field59Tags.TRANSACTION_ID, "A1B2C3D4E5F6")).write(reply);
    reply.copy(60, request);
    new Field63Slip("001", "工会补贴50.00元").write(reply);
    out.clear();
    HEAD.reply(FrameHead.NOTHING).writeFrame(out, reply, null);
    return out.writerIndex() + code.length() + batch.batch();
  }

  /** Both, the request's MAC checked and the reply's made; 3DES. */
  @Benchmark
  public boolean withTripleDes() {
    return withMac(tripleDes);
  }

  /** The same with SM4. */
  @Benchmark
  public boolean withSm4() {
    return withMac(sm4);
  }

  private boolean withMac(Mac mac) {
    unpack();
    boolean proved = request.isProvedBy(mac);
    build(mac);
    return proved;
  }
}
