package cn.unionecard.gateway.runtime.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Netty's decoder of HTTP/1 requests without what it forgives and RFC 9112 does not allow: more
 * than one space or anything else in the request line, another version, headers that go on in the
 * next line or have no name, endless chunk extensions. Whoever stands in front may read these in
 * another way, and what two read differently can be smuggled past one of them.
 */
public final class StrictRequestDecoder extends VertxHttpRequestDecoder {
  private static final String NAME = "httpDecoder";
  private static final byte LF = '\n';
  private static final int CHUNK_OVERHEAD_BYTES = 16;
  private static final int EXTENSIONS_BYTES_MAX = 4096;
  private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~";
  private static final List<String> ENDS = List.of(" HTTP/1.1\r", " HTTP/1.0\r");

  /** What the next byte belongs to. */
  private enum Part {
    START,
    HEADERS,
    BODY,
    NOTHING
  }

  private Part part = Part.START;
  private long extensionBytes;

  private StrictRequestDecoder(HttpServerOptions options) {
    super(options);
  }

  /** Has the connection's HTTP/1 requests read strictly; HTTP/2 has frames and needs none of it. */
  public static void on(HttpConnection connection, HttpServerOptions options) {
    ChannelPipeline pipeline =
        ((HttpServerConnection) connection).channelHandlerContext().pipeline();
    if (pipeline.get(NAME) != null) {
      pipeline.replace(NAME, NAME, new StrictRequestDecoder(options));
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (part == Part.NOTHING) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (!isStrict(in)) {
      refuse(in, out);
      return;
    }
    int from = in.readerIndex();
    int known = out.size();
    boolean inBody = part == Part.BODY;
    super.decode(ctx, in, out);
    long contentBytes = 0;
    for (Object read : out.subList(known, out.size())) {
      follow(read);
      contentBytes += read instanceof HttpContent content ? content.content().readableBytes() : 0;
    }
    extensionBytes =
        inBody && part == Part.BODY ? extensionBytes + in.readerIndex() - from - contentBytes : 0;
    if (inBody && out.size() > known) {
      extensionBytes = Math.max(0, extensionBytes - CHUNK_OVERHEAD_BYTES);
    }
    if (extensionBytes > EXTENSIONS_BYTES_MAX) {
      part = Part.NOTHING;
      ctx.close();
    }
  }

  private void follow(Object read) {
    if (read instanceof HttpMessage message && message.decoderResult().isFailure()) {
      part = Part.NOTHING;
    } else if (read instanceof LastHttpContent) {
      part = Part.START;
    } else if (read instanceof HttpRequest) {
      part = Part.BODY;
    }
  }

  private void refuse(ByteBuf in, List<Object> out) {
    in.skipBytes(in.readableBytes());
    HttpMessage message = createInvalidMessage();
    message.setDecoderResult(
        DecoderResult.failure(new IllegalArgumentException("not as RFC 9112 has it")));
    out.add(message);
    part = Part.NOTHING;
  }

  /** Whether what is there of the head may stand there. Headers are read on from a line's start. */
  private boolean isStrict(ByteBuf in) {
    int at = in.readerIndex();
    if (part == Part.START) {
      while (in.writerIndex() - at >= 2 && in.getByte(at) == '\r' && in.getByte(at + 1) == LF) {
        at += 2;
      }
      int end = in.indexOf(at, in.writerIndex(), LF);
      if (end < 0) {
        return in.writerIndex() == at || isTokenSign(in.getByte(at)) || in.getByte(at) == '\r';
      }
      if (!isRequestLine(in.toString(at, end - at, StandardCharsets.ISO_8859_1))) {
        return false;
      }
      part = Part.HEADERS;
      at = end + 1;
    }
    return part != Part.HEADERS || areHeaders(in, at);
  }

  private static boolean areHeaders(ByteBuf in, int from) {
    int at = from;
    while (at >= from && at < in.writerIndex()) {
      byte first = in.getByte(at);
      if (first == '\r' || first == LF) {
        return true;
      }
      if (!isTokenSign(first)) {
        return false;
      }
      int end = in.indexOf(at, in.writerIndex(), LF);
      at = end < 0 ? end : end + 1;
    }
    return true;
  }

  private static boolean isRequestLine(String line) {
    int method = 0;
    while (method < line.length() && isTokenSign((byte) line.charAt(method))) {
      method++;
    }
    for (String end : ENDS) {
      int target = line.length() - end.length() - method - 1;
      if (method > 0 && target > 0 && line.charAt(method) == ' ' && line.endsWith(end)) {
        return isVisible(line, method + 1, method + 1 + target);
      }
    }
    return false;
  }

  private static boolean isVisible(String line, int from, int to) {
    for (int i = from; i < to; i++) {
      if (line.charAt(i) <= ' ' || line.charAt(i) >= 127) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTokenSign(byte b) {
    return (b >= '0' && b <= '9')
        || (b >= 'A' && b <= 'Z')
        || (b >= 'a' && b <= 'z')
        || TOKEN_SIGNS.indexOf(b) >= 0;
  }
}
