package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.iso8583.TestPos.Heard;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.FrameReader;
import cn.unionecard.gateway.edge.iso8583.codec.IsoField;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.IsoSpec;
import cn.unionecard.gateway.edge.iso8583.codec.SampleFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The field is sloppy where it does not matter: what the edge bears without losing an answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SloppyLinesIT {
  private static final byte[] ZERO = {0, 0};
  private static final int TIMEOUT_MS = 60_000;

  private IsoHouse house;
  private TestPos pos;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    house = new IsoHouse(folder);
    pos = house.plain(2);
    pos.signOn(3);
    assertEquals("00", pos.ask(pos.echo()).code());
  }

  @AfterAll
  void stop() throws Exception {
    pos.close();
    house.close();
  }

  private byte[] echo() {
    return pos.frame(pos.echo());
  }

  private IsoMessage sale() {
    return pos.sale(house.freshCode(), 100);
  }

  private Socket line() throws IOException {
    Socket socket = new Socket("localhost", house.server.port());
    socket.setSoTimeout(TIMEOUT_MS);
    return socket;
  }

  private static void send(Socket line, byte[]... parts) throws IOException {
    byte[] all = SampleFrames.octets(Unpooled.wrappedBuffer(parts));
    line.getOutputStream().write(all);
    line.getOutputStream().flush();
  }

  /** All replies until the gateway hangs up. */
  private static List<IsoMessage> untilClosed(Socket line) throws IOException {
    List<IsoMessage> replies = new ArrayList<>();
    FrameReader reader =
        new FrameReader(
            65_535,
            (buffer, from, to) -> {
              IsoMessage message = new IsoMessage();
              message.read(buffer, from + FrameHead.BYTES, to);
              replies.add(message);
            });
    byte[] some = new byte[4_096];
    for (int n = line.getInputStream().read(some); n >= 0; n = line.getInputStream().read(some)) {
      ByteBuf arrived = Unpooled.copiedBuffer(some, 0, n);
      reader.feed(arrived);
    }
    return replies;
  }

  private void approved(IsoMessage reply) {
    assertEquals("00", reply.text(39));
    assertTrue(reply.isProvedBy(Objects.requireNonNull(pos.mac)));
  }

  // ---- frames

  @Test
  void aKeepAliveBetweenTwoFrames() {
    IsoMessage first = pos.echo();
    IsoMessage second = pos.echo();
    pos.send(
        SampleFrames.octets(
            Unpooled.wrappedBuffer(ZERO, pos.frame(first), ZERO, ZERO, pos.frame(second), ZERO)));
    assertEquals("00", pos.next().code());
    assertEquals("00", pos.next().code());
    assertEquals("00", pos.ask(pos.echo()).code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0001",
        "0014",
        "FFFF",
        "0FFF00",
        "0015 6800030000 603100310000 0820 0000000000000000"
      })
  void whatStoodBeforeAFaultIsAnswered(String fault) throws IOException {
    try (Socket line = line()) {
      IsoMessage sale = sale();
      send(line, echo(), pos.frame(sale), echo(), SampleFrames.hex(fault), echo());
      List<IsoMessage> replies = untilClosed(line);
      assertEquals(3, replies.size());
      replies.forEach(this::approved);
    }
  }

  // ---- a peer that has said all it has to say

  @Test
  void whoClosesItsSendingSideIsAnswered() throws IOException {
    try (Socket line = line()) {
      send(line, pos.frame(sale()), pos.frame(sale()), echo());
      line.shutdownOutput();
      List<IsoMessage> replies = untilClosed(line);
      assertEquals(3, replies.size());
      replies.forEach(this::approved);
    }
  }

  @Test
  void alsoWithHalfAFrameBehind() throws IOException {
    try (Socket line = line()) {
      double cut = house.closed(CloseReason.FRAME_CUT);
      send(line, pos.frame(sale()), new byte[] {0, 60, 0x60});
      line.shutdownOutput();
      List<IsoMessage> replies = untilClosed(line);
      assertEquals(1, replies.size());
      replies.forEach(this::approved);
      assertEquals(cut + 1, house.closed(CloseReason.FRAME_CUT));
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.3, false", "TLSv1.2, false"})
  void alsoUnderTls(String protocol, boolean notify) throws Exception {
    try (Socket tcp = new Socket("localhost", house.server.tlsPort());
        SSLSocket line =
            (SSLSocket)
                context().getSocketFactory().createSocket(tcp, "localhost", tcp.getPort(), true)) {
      tcp.setSoTimeout(TIMEOUT_MS);
      line.setEnabledProtocols(new String[] {protocol});
      line.startHandshake();
      send(line, pos.frame(sale()), pos.frame(sale()));
      if (notify) {
        line.shutdownOutput();
      } else {
        tcp.shutdownOutput();
      }
      List<IsoMessage> replies = untilClosed(line);
      assertEquals(2, replies.size());
      replies.forEach(this::approved);
    }
  }

  private SSLContext context() throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry(
        "ca",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(house.authority().getBytes(StandardCharsets.US_ASCII))));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  // ---- fields

  private Heard asked(IsoMessage message, int mti) {
    byte[] frame = pos.frame(retyped(message, mti));
    pos.send(frame);
    Heard reply = pos.next();
    assertEquals(mti + 0x10, reply.message().mti());
    assertEquals(message.number(11), reply.message().number(11));
    return reply;
  }

  private static IsoMessage retyped(IsoMessage from, int mti) {
    IsoMessage message = new IsoMessage();
    message.begin(mti);
    for (IsoField field : IsoSpec.FIELDS) {
      if (from.has(field.number()) && field.number() != IsoMessage.MAC_FIELD) {
        message.copy(field.number(), from);
      }
    }
    return message;
  }

  /** The last digit's 1 says "once more", over all messages. */
  @Test
  void aRepeatByItsTypeIsTheSameMessage() {
    IsoMessage sale = sale();
    Heard first = asked(sale, 0x0200);
    approved(first.message());
    Heard again = asked(sale, 0x0201);
    approved(again.message());
    assertEquals(first.message().text(37), again.message().text(37));
    approved(asked(pos.reversal(sale), 0x0401).message());
    approved(asked(pos.reversal(sale), 0x0400).message());
    assertEquals("00", asked(sale(), 0x0201).code(), "also what never came before");
    assertEquals("00", asked(pos.echo(), 0x0821).code());
    IsoMessage hold = pos.message(0x0100, 30000, 6, 10);
    hold.set(4, 100);
    TestPos.code(hold, house.freshCode());
    String held = asked(hold, 0x0101).message().text(37);
    IsoMessage refund = pos.message(0x0220, 200000, 0, 25);
    refund.set(4, 100);
    refund.set(37, held);
    assertEquals(
        asked(refund, 0x0221).message().text(37), asked(refund, 0x0220).message().text(37));
    assertEquals("A0", unproved(0x0201), "it needs its MAC as well");
  }

  private String unproved(int mti) {
    pos.send(TestPos.frame(retyped(sale(), mti), null));
    return pos.next().code();
  }

  @Test
  void whatNobodyReadsIsSteppedOver() {
    for (String field :
        List.of(
            "22=0021",
            "22=02FF",
            "23=F001",
            "2=136226666666666F",
            "14=AAAA",
            "35=037D1F",
            "32=0508410F",
            "26=FF",
            "53=FFFFFFFFFFFFFFFF",
            "12=FFFFFF",
            "15=9999")) {
      String[] parts = field.split("=");
      IsoMessage sale = sale();
      sale.copy(Integer.parseInt(parts[0]), alone(Integer.parseInt(parts[0]), parts[1]));
      Heard reply = pos.ask(sale);
      assertEquals("00", reply.code(), field);
      approved(reply.message());
    }
  }

  /** A message with nothing but that field, as it stands on the wire. */
  private static IsoMessage alone(int number, String octets) {
    String bitmap = String.format("%016X", 1L << (64 - number));
    return SampleFrames.read(SampleFrames.hex("0200" + bitmap + octets));
  }

  @Test
  void anErrorSaysWhoseItIsAndIsProved() {
    IsoMessage sale = pos.message(0x0200, 0, 0, 22);
    sale.set(4, 100);
    Heard noCode = pos.ask(sale);
    assertEquals("30", noCode.code());
    assertTrue(noCode.message().isProvedBy(Objects.requireNonNull(pos.mac)));
    assertEquals("T0000002", noCode.message().text(41));

    byte[] broken = pos.frame(sale());
    broken[2 + FrameHead.BYTES + 2 + 8 + 3] = (byte) 0xAA; // in F4
    proveAgain(broken);
    pos.send(broken);
    Heard refused = pos.next();
    assertEquals("30", refused.code());
    assertEquals("报文格式错 F4", Field63Slip.read(refused.message()).text());
    assertEquals("T0000002", refused.message().text(41));
    assertEquals(pos.trace, refused.message().number(11));
    assertTrue(refused.message().isProvedBy(Objects.requireNonNull(pos.mac)));
    broken[broken.length - 1] ^= 1;
    pos.send(broken);
    assertFalse(pos.next().message().has(IsoMessage.MAC_FIELD), "nothing was proved");
    assertEquals("40", pos.ask(pos.message(0x0200, 990000, 0, 22)).code());
  }

  private void proveAgain(byte[] frame) {
    ByteBuf bytes = Unpooled.wrappedBuffer(frame);
    int mac = frame.length - 8;
    bytes.setLong(mac, Objects.requireNonNull(pos.mac).over(bytes, 2 + FrameHead.BYTES, mac));
  }

  @Test
  void anotherCurrencyOrMerchantIsRefusedByName() {
    for (Map.Entry<Integer, String> other : Map.of(49, "840", 42, "841080210000012").entrySet()) {
      IsoMessage sale = sale();
      sale.set(other.getKey(), other.getValue());
      Heard refused = pos.ask(sale);
      assertEquals("30", refused.code());
      assertEquals("报文格式错 F" + other.getKey(), Field63Slip.read(refused.message()).text());
      assertTrue(refused.message().isProvedBy(Objects.requireNonNull(pos.mac)));
      IsoMessage reversal = pos.reversal(sale);
      reversal.set(other.getKey(), other.getValue());
      assertEquals("00", pos.ask(reversal).code(), "it undoes, whatever it says besides");
    }
    IsoMessage blank = sale();
    blank.set(42, " ".repeat(15));
    assertEquals("00", pos.ask(blank).code());
  }

  // ---- codes

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0002%s\u0003",
        "]C1\u001D%s",
        "】Q3%s",
        "\uFEFF%s",
        "%s\r\n",
        "［Q3%s",
        "]Q2\\000026%s",
        "“%s”",
      })
  void aCodeIsReadWhateverSurroundsIt(String noise) {
    String code = house.freshCode();
    IsoMessage sale = pos.sale(noise.formatted(code), 100);
    Heard first = pos.ask(sale);
    assertEquals("00", first.code());
    TestPos.code(sale, code);
    Heard again = pos.ask(sale);
    assertEquals("00", again.code());
    assertEquals(first.message().text(37), again.message().text(37));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "]Q3", "\u0000\u0001", "84446669133388330785", "乱码", "8444x666"})
  void whatCannotBeReadIsScannedAgain(String text) {
    Heard refused = pos.ask(pos.sale(text, 100));
    assertEquals("14", refused.code());
    assertTrue(Field63Slip.read(refused.message()).text().contains("请重新扫码"));
    assertEquals("14", pos.ask(pos.sale("9".repeat(300), 100)).code());
  }
}
