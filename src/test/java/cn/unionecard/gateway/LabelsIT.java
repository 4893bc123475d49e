package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestNodes.Node;
import cn.unionecard.gateway.runtime.watch.Labels;
import cn.unionecard.workbench.embedded.FreePort;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Strangers at every listener of a running node: whatever they make up, the node keeps no time
 * series of it and writes no more than a few lines about it.
 */
class LabelsIT {
  private static final Pattern SERIES = Pattern.compile("([a-z0-9_]+)(?:\\{([^}]*)})? \\S+");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
  private static final int ROUND = 400;
  private static final int LOG_BYTES_MAX = 64 * 1024;

  private final Random chance = new Random(20_261_129);
  private TestNodes nodes;
  private Node node;
  private int isoPort;
  private SSLContext tls;

  @BeforeEach
  void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    isoPort = FreePort.orAny(0);
    nodes = new TestNodes(url, folder);
    node =
        nodes.start(
            "labels",
            url,
            Map.of(
                "ECARD_ISO8583_PORT", Integer.toString(isoPort),
                // what strangers send is to be heard, not slowed
                "ECARD_ADMISSION_ADDRESS_REQUESTS_PER_SECOND", "100000",
                "ECARD_ADMISSION_ADDRESS_REQUESTS_BURST", "100000"));
    nodes.awaitReady(node);
    tls = TestTrust.in(nodes.authority());
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  @Test
  void whatStrangersMakeUpLeavesNoTimeSeries() throws Exception {
    strangers();
    Set<String> before = series();
    int logged = nodes.log("labels").length();
    strangers();
    strangers();
    assertEquals(before, series());
    int more = nodes.log("labels").length() - logged;
    assertTrue(more < LOG_BYTES_MAX, more + " bytes of log");
  }

  private void strangers() throws Exception {
    try (SSLSocket secure = secure();
        Socket plain = new Socket("localhost", node.managementPort())) {
      plain.setSoTimeout(20_000);
      send(plain, requests());
      send(secure, requests());
    }
    for (int i = 0; i < 20; i++) {
      for (int port : new int[] {isoPort, node.managementPort(), node.port()}) {
        try (Socket socket = new Socket("localhost", port)) {
          byte[] noise = new byte[64];
          chance.nextBytes(noise);
          socket.getOutputStream().write(noise);
        }
      }
      unread("GET /% HTTP/1.1\r\n\r\n");
      unread("GET /v1/" + word() + "%zz HTTP/1.1\r\nHost: " + word() + "\r\n\r\n");
      unread(word() + " " + word() + " " + word() + "\r\n\r\n");
    }
  }

  private String requests() {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < ROUND; i++) {
      boolean last = i == ROUND - 1;
      all.append(word()).append(" /v1/").append(word()).append("?").append(word());
      all.append(" HTTP/1.1\r\nHost: ").append(word()).append("\r\nX-Request-Id: ").append(word());
      all.append(last ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n");
    }
    return all.toString();
  }

  /** Eight letters that nobody has said before. */
  private String word() {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      word.append((char) ('A' + chance.nextInt(26)));
    }
    return word.toString();
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    String heard = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(ROUND, heard.split("HTTP/1\\.1 [45]", -1).length - 1, socket + " said " + heard);
  }

  private SSLSocket secure() throws IOException {
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", node.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private void unread(String request) throws IOException {
    try (SSLSocket socket = secure()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      String heard = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(heard.contains(" 400 "), heard);
    }
  }

  /** Every meter with its labels, each of which is declared. */
  private Set<String> series() throws Exception {
    Set<String> series = new TreeSet<>();
    for (String line : TestNodes.metrics(node).lines().filter(l -> !l.startsWith("#")).toList()) {
      Matcher matcher = SERIES.matcher(line);
      assertTrue(matcher.matches(), line);
      String labels = matcher.group(2) == null ? "" : matcher.group(2);
      Map<String, String> named = new TreeMap<>();
      Matcher label = LABEL.matcher(labels);
      while (label.find()) {
        named.put(label.group(1), label.group(2));
      }
      assertEquals(Map.of(), Labels.undeclared(named), "declare in runtime.Labels: " + line);
      if (!matcher.group(1).startsWith("jvm_")) {
        series.add(matcher.group(1) + named);
      }
    }
    assertTrue(series.stream().anyMatch(one -> one.contains("method=other")), series::toString);
    return series;
  }
}
