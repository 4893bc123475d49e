package cn.unionecard.gateway.feed;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A subscriber that asks for the stream and then does not read, until it is told to: a bare socket,
 * so that nothing on its side takes in what is sent.
 */
final class SilentReader implements AutoCloseable {
  private static final int PATIENCE_MS = 60_000;
  private final Socket socket = new Socket();

  SilentReader(int port, String org, int receiveBufferBytes) throws IOException {
    socket.setReceiveBufferSize(receiveBufferBytes);
    socket.setSoTimeout(PATIENCE_MS);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    String ask =
        "GET /v1/feed?after=0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrg: "
            + org
            + "\r\n\r\n";
    socket.getOutputStream().write(ask.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Reads what there is until the server's end: the last event that came whole.
   *
   * @throws AssertionError if one is missing before it
   */
  long readToTheEnd() throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] some = new byte[8_192];
    InputStream in = socket.getInputStream();
    try {
      for (int n = in.read(some); n >= 0; n = in.read(some)) {
        text.append(new String(some, 0, n, StandardCharsets.ISO_8859_1));
      }
    } catch (java.net.SocketException e) {
      // reset: what had come was read
    }
    return last(text.substring(0, text.lastIndexOf("\n")));
  }

  /** Chunks end with an event, so that a line is whole. */
  private static long last(String text) {
    long id = 0;
    long last = 0;
    for (String line : text.split("\r?\n", -1)) {
      if (line.startsWith("id: ")) {
        id = Long.parseLong(line.substring(4));
      } else if (line.startsWith("data: ") && line.endsWith("}")) {
        if (id != last + 1) {
          throw new AssertionError("after " + last + " came " + id);
        }
        last = id;
      }
    }
    return last;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
