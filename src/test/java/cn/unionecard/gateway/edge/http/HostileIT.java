package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is not to be trusted, and what is no proper HTTP: nothing of it reaches the line. */
class HostileIT {
  private static final String SALE = "{\"type\":\"SALE\",\"code\":\"84\",\"orderFen\":1}";
  private static final Duration DAY = Duration.ofDays(1);
  private static final String NAME = "urn:ecard:terminal:T0000001";

  private static EdgeHouse house;

  @BeforeAll
  static void open() throws Exception {
    house = new EdgeHouse(EdgeHouse.limits(500, 1_000, 5, 20));
  }

  @AfterAll
  static void close() throws Exception {
    assertEquals(0, house.line.submitted.get());
    house.close();
  }

  private static Answer sale(ContractClient client) throws Exception {
    return client.send(client.post("/v1/transactions", SALE).header("Idempotency-Key", "h"));
  }

  @Test
  void certificatesThatNameNoOneTerminal() throws Exception {
    for (String[] uris :
        new String[][] {
          {},
          {NAME, "urn:ecard:terminal:T0000002"},
          {NAME, NAME},
          {"urn:ecard:staff:T0000001"},
          {"https://T0000001"}
        }) {
      Answer answer = sale(house.shows(uris));
      assertEquals(401, answer.status());
      assertEquals("client certificate names no terminal", answer.json().getString("detail"));
    }
  }

  @Test
  void certificatesThatAreNotTrusted() {
    TestCertificates foreign = new TestCertificates(house.clock.instant(), "ca");
    for (TestCertificates.Identity identity :
        new TestCertificates.Identity[] {
          foreign.client(DAY, NAME), foreign.ca, house.certificates.client(DAY.negated(), NAME)
        }) {
      ContractClient client = house.shows(identity);
      assertThrows(IOException.class, () -> sale(client));
    }
  }

  @Test
  void aCertificateThatEndsWhileItsConnectionIsOpen() throws Exception {
    TestCertificates.Identity identity = house.certificates.client(DAY, NAME);
    ContractClient client = house.shows(identity);
    long before = house.clock.seconds;
    assertEquals(200, client.get("/v1/blocks/n1.0/1").status());
    house.clock.seconds = before + DAY.toSeconds() + 1;
    try {
      assertEquals("client certificate has expired", sale(client).json().getString("detail"));
    } finally {
      house.clock.seconds = before;
    }
  }

  @Test
  void tooManyRequestsOfOneTerminal() throws Exception {
    ContractClient client = house.shows("urn:ecard:terminal:FLOOD001");
    Answer answer = client.get("/v1/blocks/n1.0/1");
    for (int i = 0; i < 200 && answer.status() == 200; i++) {
      answer = client.get("/v1/blocks/n1.0/1");
    }
    assertEquals("TOO_MANY", answer.code());
    assertEquals("1", answer.header("retry-after"));
    assertEquals("20", answer.header("ratelimit-limit"));
    assertEquals("0", answer.header("ratelimit-remaining"));
    assertEquals("4", answer.header("ratelimit-reset"));
    ContractClient other = house.shows("urn:ecard:terminal:QUIET001");
    assertEquals(200, other.get("/v1/blocks/n1.0/1").status());
  }

  /** Everything the server sends until it closes. */
  private static String talk(String request) throws Exception {
    try (SSLSocket socket = socket()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return readToEnd(socket);
    }
  }

  private static SSLSocket socket() throws IOException {
    TestCertificates.Identity identity = house.certificates.client(DAY, NAME);
    SSLSocket socket =
        (SSLSocket)
            house
                .certificates
                .context(Optional.of(identity))
                .getSocketFactory()
                .createSocket("localhost", house.base.getPort());
    socket.setSoTimeout(20_000);
    socket.startHandshake();
    return socket;
  }

  private static String readToEnd(SSLSocket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        text.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
      }
    } catch (SocketException reset) {
      text.append("<reset>");
    }
    return text.toString();
  }

  private static int answers(String text) {
    return text.split("HTTP/1\\.[01] [0-9]{3}", -1).length - 1;
  }

  /**
   * Pairs on which a proxy and a server have been made to disagree: nothing but refusals, and then
   * the end of the connection.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Transfer-Encoding: chunked, xchunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: identity\r\nContent-Length: 4",
        "Transfer-Encoding : chunked\r\nContent-Length: 4",
        "Transfer-Encoding:\u000bchunked\r\nContent-Length: 4",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: 4, 5",
        "Content-Length: +4",
        "Content-Length: -4",
        "Content-Length: 0x4",
        "Content-Length: 99999999999999999999",
        " Content-Length: 4",
      })
  void smugglesNothing(String headers) throws Exception {
    String hidden = "GET /v1/keys HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: smuggled\r\n\r\n";
    String text =
        talk(
            "POST /v1/reversals HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + headers
                + "\r\n\r\n0\r\n\r\n"
                + hidden);
    assertFalse(text.contains("smuggled"), text);
    assertFalse(text.contains("HTTP/1.1 2"), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/keys HTTP/1.1\r\nHost: localhost\r\nX: ${9000}\r\n\r\n|431|HEADERS_TOO_LARGE",
        "GET /${9000} HTTP/1.1\r\nHost: localhost\r\n\r\n|414|URI_TOO_LONG",
        "GET /v1/keys HTTP/1.1\r\nHost: localhost\r\nX\u0000Y: 1\r\n\r\n|400|MALFORMED",
        "NONSENSE\r\n\r\n|400|MALFORMED",
      })
  void whatIsNoHttpGetsOneProblem(String line) throws Exception {
    String[] parts = line.split("\\|", -1);
    String text = talk(parts[0].replace("${9000}", "x".repeat(9000)));
    assertTrue(text.matches("(?s)HTTP/1\\.[01] " + parts[1] + ".*"), text);
    assertTrue(text.contains("\"code\":\"" + parts[2] + "\""), text);
    assertTrue(text.contains("application/problem+json"), text);
    assertEquals(1, answers(text), text);
  }

  private static String get(String target, String headers) {
    return "GET " + target + " HTTP/1.1\r\n" + headers + "\r\n";
  }

  private static void assertOneProblem(String text, int status, String code) {
    assertTrue(text.matches("(?s)HTTP/1\\.[01] " + status + ".*"), text);
    assertTrue(text.contains("\"code\":\"" + code + "\""), text);
    assertTrue(text.contains("application/problem+json"), text);
    assertTrue(text.contains("x-content-type-options: nosniff"), text);
    assertEquals(1, answers(text), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/%",
        "/v1/%zz",
        "/v1/keys%2",
        "/v1/keys?a=%",
        "/v1/transactions?requestId=%f",
        "v1/keys",
        "\\v1\\keys",
        "/v1/keys#x",
        "/v1/{keys}",
        "*",
        "localhost:443",
        "ftp://localhost/v1/keys",
        "https://local host/v1/keys",
        "https:///v1/keys",
        "https://localhost:x/v1/keys",
      })
  void aTargetThatIsNoneIsToldSo(String target) throws Exception {
    assertOneProblem(talk(get(target, "Host: localhost\r\n")), 400, "MALFORMED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Host:\r\n",
        "Host: a b\r\n",
        "Host: a/b\r\n",
        "Host: user@a\r\n",
        "Host: localhost:x\r\n",
        "Host: localhost:99999\r\n",
        "Host: localhost:1:2\r\n",
        "Host: [::1\r\n",
        "Host: [::z]\r\n",
        "Host: %\r\n",
        "Host: a\r\nHost: b\r\n",
        "Host: localhost\r\nhost: localhost\r\n",
      })
  void thereIsOneHost(String headers) throws Exception {
    String text = talk(get("/v1/keys", headers));
    assertOneProblem(text, 400, "MALFORMED");
    assertTrue(text.contains("\"field\":\"Host\""), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//v1/keys",
        "/v1//keys",
        "/v1/keys/",
        "/v1/./keys",
        "/v1/../v1/keys",
        "/v1/keys/..",
        "/v1/%2e%2e/v1/keys",
        "/v1/%6beys",
        "/v1/%6Beys",
        "/v1%2Fkeys",
        "/v1/keys%00",
        "/V1/keys",
        "/v1/keys;x=1",
        "/v1/keys%20",
      })
  void aPathHasOneSpelling(String target) throws Exception {
    String headers = "Host: localhost\r\nConnection: close\r\n";
    assertOneProblem(talk(get(target, headers)), 404, "NOT_FOUND");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/keys HTTP/1.0\r\nConnection: close\r\n\r\n",
        "\r\n\r\nGET /v1/keys HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET /v1/keys HTTP/1.1\r\nHost: [::1]:8443\r\nConnection: close\r\n\r\n",
        "GET /v1/keys?a=%20b HTTP/1.1\r\nHost: LOCALHOST:\r\nConnection: close\r\n\r\n",
        "GET https://localhost/v1/keys HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
      })
  void whatIsProperIsServed(String request) throws Exception {
    String text = talk(request);
    assertTrue(text.matches("(?s)HTTP/1\\.[01] 200.*"), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/keys HTTP/1.1\nHost: localhost\r\n\r\n",
        "GET /v1/keys HTTP/1.1\r\nHost: localhost\n\r\n",
        "GET /v1/keys HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
        "GET /v1/keys HTTP/1.1\r\nHost: localhost\r\nX : a\r\n\r\n",
        "GET /v1/keys HTTP/1.1\r\n Host: localhost\r\n\r\n",
        "GET /v1/keys HTTP/1.1\r\nHost: localhost\r\n: a\r\n\r\n",
        "GET /v1/keys HTTP/1.1\r\nHost: localhost\r\nX\r\n\r\n",
        "GET /v1/keys HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n",
        "GET  /v1/keys HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/keys  HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET\t/v1/keys HTTP/1.1\r\nHost: localhost\r\n\r\n",
        " GET /v1/keys HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\u0001GET /v1/keys HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "G(T /v1/keys HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/k\u00e9ys HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/keys HTTP/1.2\r\nHost: localhost\r\n\r\n",
        "GET /v1/keys HTTP/2.0\r\nHost: localhost\r\n\r\n",
        "GET /v1/keys FOO/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/keys\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "POST /v1/reversals HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      })
  void whatIsForgivenElsewhereIsNot(String request) throws Exception {
    assertOneProblem(talk(request), 400, "MALFORMED");
  }

  /** A head that dribbles in is read as strictly. */
  @Test
  void aHeadInPiecesIsReadAsStrictly() throws Exception {
    try (SSLSocket socket = socket()) {
      for (String piece :
          List.of("GET /v1/ke", "ys HTTP/1.1\r\nHo", "st: localhost\r\n", "\tb: c\r\n")) {
        socket.getOutputStream().write(piece.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
      }
      assertOneProblem(readToEnd(socket), 400, "MALFORMED");
    }
  }

  @Test
  void chunkExtensionsEnd() throws Exception {
    String chunk = "1;" + "x".repeat(3_000) + "\r\n{\r\n";
    String text =
        talk(
            "POST /v1/receipts/verify HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk.repeat(4)
                + "0\r\n\r\n");
    assertEquals(0, answers(text), text);
  }

  @Test
  void chunksAreAsGoodAsALength() throws Exception {
    String get = "GET /v1/keys HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    String text =
        talk(
            "POST /v1/receipts/verify HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "10\r\n{\"some\":\"thing\"}\r\n0\r\n\r\n"
                + get);
    assertEquals(2, answers(text), text);
  }

  @Test
  void aBodyThatNeverEndsIsCutOff() throws Exception {
    String text =
        talk(
            "POST /v1/reversals HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 60\r\n\r\n{\"requestId\":");
    assertTrue(text.startsWith("HTTP/1.1 408"), text);
    assertTrue(text.contains("REQUEST_TIMEOUT"), text);
  }

  @Test
  void aBodyThatIsCutReachesNobody() throws Exception {
    try (SSLSocket socket = socket()) {
      String head =
          "POST /v1/reversals HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Content-Length: 60\r\n\r\n{\"requestId\":\"a\"}";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
    }
    assertEquals(0, house.line.submitted.get());
  }

  @Test
  void aBodyAboveTheLimitIsNotReadThrough() throws Exception {
    String text =
        talk(
            "POST /v1/reversals HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 999999999\r\n\r\n{");
    assertTrue(text.startsWith("HTTP/1.1 413"), text);
    assertEquals(1, answers(text), text);
  }
}
