package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestAdmission;
import cn.unionecard.gateway.runtime.admission.Admission;
import cn.unionecard.gateway.runtime.config.Limits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Connections of either HTTP: chosen by ALPN, counted, and closed when no request comes of them.
 */
class ConnectionsIT {
  private static final int CONNECTIONS_MAX = 3;
  private static final int IDLE_MS = 1_000;
  private static final int PATIENT_MS = 60_000;
  private static final int DRIBBLE_MS = 50;
  private static final int DRIBBLES_MAX = 20 * IDLE_MS / DRIBBLE_MS;
  private static final String GET = "GET /v1/keys HTTP/1.1\r\nHost: localhost\r\n\r\n";

  /** RFC 9113: 24 bytes, and an empty SETTINGS frame. */
  private static final String HTTP_2_PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";

  /** The head of a HEADERS frame of 4,000 bytes. */
  private static final String HTTP_2_HALF_A_REQUEST = HTTP_2_PREFACE + "\0\17\240\1\5\0\0\0\1";

  private EdgeHouse house;
  private SSLContext tls;

  @BeforeEach
  void open() throws Exception {
    open(PATIENT_MS);
  }

  private void open(int idleMs) throws Exception {
    Limits limits = EdgeHouse.limits(500, idleMs, 1_000, 1_000);
    Admission admission =
        TestAdmission.of(
            TestAdmission.connections(CONNECTIONS_MAX, CONNECTIONS_MAX),
            limits,
            new SimpleMeterRegistry());
    house = new EdgeHouse(limits, admission, TestAdmission.vertx(admission));
    tls =
        house.certificates.context(
            Optional.of(
                house.certificates.client(Duration.ofDays(1), "urn:ecard:terminal:T0000001")));
  }

  @AfterEach
  void close() throws Exception {
    house.close();
  }

  @Test
  void aSaleOverHttp2() throws Exception {
    HttpClient client =
        HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_2).build();
    HttpRequest sale =
        HttpRequest.newBuilder(house.base.resolve("/v1/transactions"))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "h2-1")
            .POST(BodyPublishers.ofString("{\"type\":\"SALE\",\"code\":\"84\",\"orderFen\":1}"))
            .build();
    HttpResponse<String> answer = client.send(sale, BodyHandlers.ofString());
    assertEquals(HttpClient.Version.HTTP_2, answer.version());
    assertEquals(201, answer.statusCode(), answer::body);
    assertEquals(1, house.line.submitted.get());
  }

  @Test
  void whoDribblesHeadersIsClosed() throws Exception {
    close();
    open(IDLE_MS);
    assertClosedWhileDribbling("http/1.1", "GET /v1/keys HTTP/1.1\r\nHost: localhost\r\nX: ");
    assertClosedWhileDribbling("http/1.1", GET + "GET /v1/keys HTTP/1.1\r\nX: ");
    assertClosedWhileDribbling("h2", HTTP_2_HALF_A_REQUEST);
    assertEquals(0, house.line.submitted.get());
  }

  /** Sends a byte whenever the server has been silent for a moment, until it closes. */
  private void assertClosedWhileDribbling(String protocol, String begin) throws IOException {
    try (SSLSocket socket = socket(protocol)) {
      socket.getOutputStream().write(begin.getBytes(StandardCharsets.ISO_8859_1));
      socket.setSoTimeout(DRIBBLE_MS);
      for (int i = 0; i < DRIBBLES_MAX; i++) {
        if (isAtEnd(socket)) {
          return;
        }
        socket.getOutputStream().write('x');
      }
    } catch (SocketException | SSLException reset) {
      return;
    }
    throw new AssertionError("still open after " + DRIBBLES_MAX + " bytes over " + protocol);
  }

  /** Reads what there is; whether that was all there will ever be. */
  private static boolean isAtEnd(SSLSocket socket) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[8192];
    try {
      while (in.read(buffer) >= 0) {
        // settings, or the answer to the first request
      }
      return true;
    } catch (SocketTimeoutException silent) {
      return false;
    }
  }

  @Test
  void connectionsAboveTheLimitAreClosedAndTheOthersStay() throws Exception {
    try (SSLSocket first = socket("http/1.1");
        SSLSocket second = socket("http/1.1")) {
      assertTrue(isServed(first));
      assertTrue(isServed(second));
      try (SSLSocket third = socket("http/1.1")) {
        // A client is through its handshake before the server is: only an answer says it has a
        // place.
        assertTrue(isServed(third));
        for (String protocol : List.of("http/1.1", "h2")) {
          assertThrows(IOException.class, () -> socket(protocol), "before the handshake");
        }
        assertTrue(isServed(first));
      }
      int tries = 0;
      boolean served = false;
      while (!served && tries++ < 100) {
        try (SSLSocket next = socket("http/1.1")) {
          served = isServed(next);
        } catch (IOException refused) {
          served = false;
        }
      }
      assertTrue(served, "the place of a closed connection was not given to another");
    }
  }

  private static boolean isServed(SSLSocket socket) throws IOException {
    try {
      socket.getOutputStream().write(GET.getBytes(StandardCharsets.ISO_8859_1));
      return socket.getInputStream().read(new byte[8192]) > 0;
    } catch (SocketException closed) {
      return false;
    }
  }

  private SSLSocket socket(String protocol) throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket("localhost", house.base.getPort());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(20_000);
    socket.startHandshake();
    assertEquals(protocol, socket.getApplicationProtocol());
    return socket;
  }
}
