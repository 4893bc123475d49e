package cn.unionecard.gateway.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** HTTP/2 frame by frame: a client that can send what no library would, and sees what was sent. */
public final class RawHttp2 implements AutoCloseable {
  /** What a client says first. */
  public static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int GO_AWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int WINDOW = 1 << 30;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS_AND_STREAM = 5;
  private static final int PRIORITY = 0x20;
  private static final int PRIORITY_BYTES = 5;
  private static final int ACK = 1;
  private static final int CANCEL = 8;

  private final SSLSocket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private int stream = -1;

  /**
   * An answer as it came.
   *
   * @param status 0 if the stream was reset
   */
  record Heard(int status, Http2Headers headers, String body) {}

  RawHttp2(SSLContext tls, int port) throws IOException {
    socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", port);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(20_000);
    socket.startHandshake();
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
    out.write(PREFACE);
    byte[] wide = ByteBuffer.allocate(4).putInt(WINDOW).array();
    frame(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) 4).put(wide).array());
    frame(WINDOW_UPDATE, 0, 0, wide);
  }

  /** Sends a request of headers alone, names and values by turns, and hears the answer. */
  Heard ask(String... headers) throws IOException, Http2Exception {
    send(headers);
    return hear();
  }

  /** Sends a request of headers alone, and takes it back. */
  void takeBack(String... headers) throws IOException, Http2Exception {
    send(headers);
    frame(RESET, 0, stream, ByteBuffer.allocate(4).putInt(CANCEL).array());
  }

  private void send(String... headers) throws IOException, Http2Exception {
    stream += 2;
    DefaultHttp2Headers all = new DefaultHttp2Headers(false);
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1]);
    }
    ByteBuf block = Unpooled.buffer();
    encoder.encodeHeaders(stream, all, block);
    frame(HEADERS, END_HEADERS_AND_STREAM, stream, ByteBufUtil.getBytes(block));
  }

  private Heard hear() throws IOException, Http2Exception {
    Http2Headers headers = new DefaultHttp2Headers(false);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int status = 0;
    while (true) {
      int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int of = in.readInt();
      byte[] payload = in.readNBytes(length);
      if (type == SETTINGS && flags != ACK) {
        frame(SETTINGS, ACK, 0, new byte[0]);
      } else if (type == GO_AWAY) {
        throw new IOException("the server goes away: " + ByteBufUtil.hexDump(payload));
      } else if (type == RESET && of == stream) {
        return new Heard(0, headers, "");
      } else if (type == HEADERS) { // each one changes the decoder's table, whosever it is
        int from = (flags & PRIORITY) == 0 ? 0 : PRIORITY_BYTES;
        ByteBuf block = Unpooled.wrappedBuffer(payload, from, length - from);
        Http2Headers decoded = decoder.decodeHeaders(of, block);
        headers = of == stream ? decoded : headers;
        status = of == stream ? Integer.parseInt(decoded.status().toString()) : status;
      } else if (of == stream && type == DATA) {
        body.writeBytes(payload);
      }
      if (of == stream && (type == HEADERS || type == DATA) && (flags & END_STREAM) != 0) {
        return new Heard(status, headers, body.toString(StandardCharsets.UTF_8));
      }
    }
  }

  private void frame(int type, int flags, int of, byte[] payload) throws IOException {
    out.write(frameOf(type, flags, of, payload));
    out.flush();
  }

  /** A frame as it goes over the line. */
  public static byte[] frameOf(int type, int flags, int of, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(of)
        .put(payload)
        .array();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
