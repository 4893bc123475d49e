package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code HEAD} gets the head of what {@code GET} would, and nothing else, over either HTTP. */
class HeadIT {
  private static EdgeHouse house;
  private static SSLContext tls;

  @BeforeAll
  static void open() throws Exception {
    house = new EdgeHouse(EdgeHouse.limits(500, 60_000, 10_000, 10_000));
    tls = house.certificates.context(Optional.empty());
  }

  @AfterAll
  static void close() throws Exception {
    house.close();
  }

  /** Every address of the contract, and some that are none. */
  private static List<String> addresses() throws IOException {
    List<String> addresses = new ArrayList<>(List.of("/", "/docs", "/docs/start.js", "/nothing"));
    Contract.operations().stream()
        .map(operation -> operation.path().replaceAll("\\{[^}]*\\}", "1"))
        .distinct()
        .forEach(addresses::add);
    return addresses;
  }

  private static RawHttp2.Heard ask(RawHttp2 client, String method, String path) throws Exception {
    return client.ask(
        ":method", method, ":scheme", "https", ":authority", "localhost", ":path", path);
  }

  @Test
  void overHttp2() throws Exception {
    try (RawHttp2 client = new RawHttp2(tls, house.base.getPort())) {
      for (String path : addresses()) {
        RawHttp2.Heard get = ask(client, "GET", path);
        RawHttp2.Heard head = ask(client, "HEAD", path);
        assertEquals("", head.body(), path);
        assertEquals(path.equals("/v1/feed") ? 405 : get.status(), head.status(), path);
        if (head.status() == 405) {
          CharSequence allow = head.headers().get("allow");
          assertTrue(allow != null && !allow.toString().contains("HEAD"), path + ": " + allow);
        }
        if (head.status() == 200) {
          String length = Integer.toString(get.body().getBytes(StandardCharsets.UTF_8).length);
          CharSequence told = head.headers().get("content-length");
          assertTrue(path.startsWith("/docs") || length.contentEquals(told), path);
        }
      }
    }
  }

  @Test
  void overHttp1() throws Exception {
    for (String path : addresses()) {
      try (SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket("localhost", house.base.getPort())) {
        socket.setSoTimeout(20_000);
        String head = "HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        String heard = readToEnd(socket.getInputStream());
        assertTrue(heard.startsWith("HTTP/1.1 "), heard);
        assertEquals(heard.length() - 4, heard.indexOf("\r\n\r\n"), heard);
      }
    }
  }

  private static String readToEnd(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Refused here, or by Vert.x, which resets the stream as RFC 9113 has it (8.1.1). */
  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "a b, ''",
    "user@a, ''",
    "localhost:x, ''",
    "localhost, other",
  })
  void overHttp2TooThereIsOneHost(String authority, String host) throws Exception {
    List<String> headers = new ArrayList<>(List.of(":method", "GET", ":scheme", "https"));
    headers.addAll(List.of(":path", "/v1/keys"));
    if (!authority.isEmpty()) {
      headers.addAll(List.of(":authority", authority));
    }
    if (!host.isEmpty()) {
      headers.addAll(List.of("host", host));
    }
    try (RawHttp2 client = new RawHttp2(tls, house.base.getPort())) {
      RawHttp2.Heard heard = client.ask(headers.toArray(String[]::new));
      if (heard.status() != 0) {
        assertEquals(400, heard.status());
        assertTrue(heard.body().contains("\"code\":\"MALFORMED\""), heard.body());
      }
      assertEquals(200, ask(client, "GET", "/v1/keys").status());
    }
  }

  @Test
  void overHttp2TooAPathHasOneSpelling() throws Exception {
    try (RawHttp2 client = new RawHttp2(tls, house.base.getPort())) {
      assertEquals(404, ask(client, "GET", "//v1/keys").status());
      assertEquals(404, ask(client, "GET", "/v1/%6beys").status());
      assertEquals(400, ask(client, "GET", "/%").status());
      assertEquals(400, ask(client, "GET", "v1/keys").status());
      assertEquals(400, ask(client, "OPTIONS", "*").status());
    }
  }
}
