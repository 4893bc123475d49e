package cn.unionecard.gateway.hostile;

import cn.unionecard.gateway.edge.http.RawHttp2;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What nobody who means well says to a server of HTTP, in either version. */
final class HttpJunk {
  private static final int HEAD_BYTES_MAX = 60_000;
  private static final int FLOOD = 200;

  /** HPACK: GET, https, and the path that follows; static table alone. */
  private static final byte[] GET = {(byte) 0x82, (byte) 0x87, 0x04};

  private static final List<String> PATHS =
      List.of(
          "/v1/keys",
          "/v1/feed",
          "/v1/terminal",
          "/v1/transactions/0C3M7Z9K2V40",
          "/v1/orgs",
          "/v1/sessions/mine",
          "/union",
          "/p/0/kit/call.js",
          "/docs",
          "/metrics",
          "/health/ready",
          "/nowhere",
          "/%",
          "*",
          "//");

  private static final List<String> TOKENS =
      List.of(
          "",
          "Bearer",
          "Bearer x",
          "Bearer e30.e30.e30",
          "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJUMDAwMDAwMSJ9.",
          "Bearer eyJhbGciOiJFZERTQSIsImtpZCI6InQtMSJ9.eyJzdWIiOiJUMDAwMDAwMSJ9.c2lnbmF0dXJl",
          "Basic VDAwMDAwMDE6eA==");

  private static final List<String> COOKIES =
      List.of(
          "__Host-ecard=",
          "__Host-ecard=e30.e30.e30",
          "__Host-ecard=a; __Host-ecard=b",
          "__Host-ecard=eyJhbGciOiJFZERTQSIsImtpZCI6InQtMSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
          ";;;=;__Host-ecard");

  private static final List<String> SITES =
      List.of("same-origin", "none", "cross-site", "", "same-origin, none");

  private static final List<String> FRAMINGS =
      List.of(
          "Content-Length: 4\r\nTransfer-Encoding: chunked",
          "Content-Length: -4",
          "Content-Length: 99999999999",
          "Content-Length: 3\r\nContent-Length: 4",
          "Transfer-Encoding: gzip, chunked",
          "Transfer-Encoding: chunked",
          "Expect: 100-continue\r\nContent-Length: 10",
          "Connection: upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk");

  private static final List<String> UPGRADES =
      List.of(
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x",
          "Sec-WebSocket-Version: 99\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-WebSocket-Version: 13");

  private static final String SALE = "{\"type\":\"SALE\",\"code\":\"84\",\"orderFen\":1}";
  private static final String SIGN_IN = "{\"login\":\"nobody.at.all\",\"password\":\"guessed it\"}";

  private final Random random;

  HttpJunk(Random random) {
    this.random = random;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  // ---- HTTP/1

  byte[] http1() {
    return switch (random.nextInt(9)) {
      case 0 -> octets(1 + random.nextInt(2_000));
      case 1 -> ascii(one(List.of("GET", "POST", "PRI", "\0", "GET /")) + " ");
      case 2 -> ascii(get(one(PATHS), "X: " + "x".repeat(random.nextInt(HEAD_BYTES_MAX))));
      case 3 -> ascii("GET /" + "x".repeat(random.nextInt(HEAD_BYTES_MAX)));
      case 4 -> ascii(get(one(PATHS), "A: b\r\n".repeat(random.nextInt(5_000)) + "C: d"));
      case 5 -> ascii(post(one(PATHS), one(FRAMINGS), SALE + "\r\n0\r\n\r\nffffffffff\r\n"));
      case 6 -> upgrade();
      case 7 -> ascii(said().repeat(1 + random.nextInt(30)));
      default -> changed(ascii(said()));
    };
  }

  /** A proper request of somebody who is nobody. */
  private String said() {
    String token =
        random.nextInt(3) > 0
            ? "Authorization: " + one(TOKENS)
            : "Sec-Fetch-Site: " + one(SITES) + "\r\nCookie: " + one(COOKIES);
    return switch (random.nextInt(5)) {
      case 0 -> post("/v1/transactions", token + length(SALE), SALE);
      case 1 -> post("/v1/staff-tokens", token + length(SIGN_IN), SIGN_IN);
      case 2 -> post("/v1/sessions", token + length(SIGN_IN), SIGN_IN);
      default -> get(one(PATHS), token);
    };
  }

  private static String length(String body) {
    return "\r\nContent-Type: application/json\r\nContent-Length: " + body.length();
  }

  private static String get(String path, String headers) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n\r\n";
  }

  private static String post(String path, String headers, String body) {
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n\r\n" + body;
  }

  /** To a WebSocket, with frames that come before anybody has agreed. */
  private byte[] upgrade() {
    String headers =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nAuthorization: "
            + one(TOKENS)
            + "\r\n"
            + one(UPGRADES);
    return joined(ascii(get(one(PATHS), headers)), octets(random.nextInt(200)));
  }

  /** A terminal's own WebSocket, opened as it should be, and frames that no client sends. */
  byte[] socket() {
    String agreed = "Connection: Upgrade\r\nUpgrade: websocket\r\n" + UPGRADES.get(0);
    byte[][] all = new byte[2 + random.nextInt(20)][];
    all[0] = ascii(get("/v1/terminal", agreed));
    for (int i = 1; i < all.length; i++) {
      byte[] frame = octets(2 + random.nextInt(140));
      boolean masked = random.nextInt(3) > 0;
      frame[1] = (byte) (masked ? 0x80 | (frame.length - 2) & 0x7f : random.nextInt(128));
      frame[0] = random.nextBoolean() ? (byte) (0x80 | random.nextInt(11)) : frame[0];
      all[i] = frame;
    }
    return joined(all);
  }

  /** With one to three octets changed, cut at random one time of four. */
  byte[] changed(byte[] good) {
    int length = random.nextInt(4) == 0 ? random.nextInt(good.length + 1) : good.length;
    byte[] changed = Arrays.copyOf(good, length);
    for (int i = random.nextInt(3); i >= 0 && length > 0; i--) {
      changed[random.nextInt(length)] = (byte) random.nextInt();
    }
    return changed;
  }

  byte[] octets(int length) {
    byte[] octets = new byte[length];
    random.nextBytes(octets);
    return octets;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  // ---- HTTP/2

  byte[] http2() {
    byte[] settings = frame(4, 0, 0, new byte[0]);
    return switch (random.nextInt(4)) {
      case 0 -> joined(RawHttp2.PREFACE, octets(random.nextInt(500)));
      case 1 -> changed(joined(RawHttp2.PREFACE, settings, rapidReset(3)));
      default -> joined(RawHttp2.PREFACE, settings, odd());
    };
  }

  private byte[] odd() {
    int stream = 1 + random.nextInt(9);
    return switch (random.nextInt(16)) {
      case 0 -> flood(frame(4, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}));
      case 1 -> flood(frame(6, 0, 0, octets(8)));
      case 2 -> rapidReset(FLOOD);
      case 3 -> joined(frame(1, 0, 1, request("/v1/keys")), flood(frame(9, 0, 1, octets(100))));
      case 4 -> frame(1, 5, 1, octets(1 + random.nextInt(200)));
      case 5 -> frame(8, 0, 0, number(0));
      case 6 -> flood(frame(8, 0, 0, number(Integer.MAX_VALUE)));
      case 7 -> frame(0, 0, random.nextInt(3), octets(100));
      case 8 -> frame(2, 0, stream, joined(number(stream), new byte[] {1}));
      case 9 -> frame(5, 4, stream, joined(number(2), request("/v1/keys")));
      case 10 -> new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0, 0, 1};
      case 11 -> joined(frame(7, 0, 0, new byte[8]), frame(1, 5, 1, request("/v1/keys")));
      case 12 -> frame(4, 0, 0, joined(new byte[] {0, (byte) random.nextInt(9)}, octets(4)));
      case 13 -> frame(random.nextInt(256), random.nextInt(256), stream, octets(40));
      case 14 -> flood(frame(1, 5, 1, request(one(PATHS))));
      default -> manyHeaders();
    };
  }

  /** Requests that are taken back as soon as they are made. */
  private byte[] rapidReset(int times) {
    byte[][] all = new byte[2 * times][];
    for (int i = 0; i < times; i++) {
      all[2 * i] = frame(1, 5, 2 * i + 1, request(one(PATHS)));
      all[2 * i + 1] = frame(3, 0, 2 * i + 1, number(8));
    }
    return joined(all);
  }

  /** One name of HPACK's table, over and over: short on the line, long in memory. */
  private byte[] manyHeaders() {
    byte[] same = new byte[16_000];
    Arrays.fill(same, (byte) 0x90);
    return frame(1, 5, 1, joined(request("/v1/keys"), same));
  }

  private byte[] flood(byte[] frame) {
    byte[][] all = new byte[FLOOD][];
    Arrays.fill(all, frame);
    return joined(all);
  }

  private static byte[] request(String path) {
    return joined(GET, new byte[] {(byte) path.length()}, ascii(path));
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  private static byte[] frame(int type, int flags, int of, byte[] payload) {
    return RawHttp2.frameOf(type, flags, of, payload);
  }
}
