package cn.unionecard.gateway.runtime.tls;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.ConfigReader;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.tls.Certificates.Identity;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIT {
  private static final Clock NOW = Clock.systemUTC();
  private static final TerminalId T1 = new TerminalId("T0000001");
  private static final Limits LIMITS =
      ConfigReader.read(null, Map.of(), List.of()).config().limits();

  private final SecureRandom random = new SecureRandom();
  private final Certificates certificates = new Certificates(NOW, random);
  private final Identity ca = certificates.ca("Test CA", Duration.ofDays(2));
  private final Vertx vertx;
  private final Path folder;

  TlsIT(@TempDir Path folder, Vertx vertx) throws Exception {
    this.vertx = vertx;
    this.folder = folder;
    writeServer(certificates.server(ca, List.of("localhost", "127.0.0.1"), Duration.ofDays(1)));
    Files.writeString(folder.resolve("ca.pem"), ca.certificate());
  }

  @Test
  void boringSslIsLive() {
    assertTrue(tls("openssl").engine().startsWith("BoringSSL"), tls("auto").engine());
    assertTrue(tls("jdk").engine().startsWith("JDK"));
  }

  @Test
  void readsTheTerminalOfTheClientCertificate() {
    for (String engine : List.of("openssl", "jdk")) {
      for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
        for (HttpVersion version : List.of(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)) {
          HttpServer server = serve(tls(engine));
          Identity terminal = certificates.terminal(ca, T1, Duration.ofDays(1));
          assertEquals(
              version + " T0000001", get(server, client(terminal, version, protocol), "/"));
          assertEquals(version + " nobody", get(server, client(null, version, protocol), "/"));
          await(server.close());
        }
      }
    }
  }

  @Test
  void refusesOldProtocols() {
    HttpServer server = serve(tls("openssl"));
    assertHandshakeFails(server, client(null, HttpVersion.HTTP_1_1, "TLSv1.1"));
  }

  @Test
  void refusesCertificatesThatAreExpiredOrOfAnotherCaOrForServers() {
    HttpServer server = serve(tls("openssl"));
    Certificates past = new Certificates(Clock.offset(NOW, Duration.ofDays(-10)), random);
    Identity expired = past.terminal(ca, T1, Duration.ofDays(1));
    Identity stranger =
        certificates.terminal(
            certificates.ca("Test CA", Duration.ofDays(1)), T1, Duration.ofDays(1));
    Identity forServers = certificates.server(ca, List.of("localhost"), Duration.ofDays(1));
    for (Identity wrong : List.of(expired, stranger, forServers)) {
      for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
        assertHandshakeFails(server, client(wrong, HttpVersion.HTTP_1_1, protocol));
      }
    }
  }

  @Test
  void reloadsUnderAnOpenConnection() throws Exception {
    Tls tls = tls("openssl");
    HttpServer server = serve(tls);
    HttpClientAgent client = client(null, HttpVersion.HTTP_2, "TLSv1.3");
    HttpClientConnection open = connect(server, client);
    Certificate before = open.peerCertificates().get(0);
    assertFalse(await(tls.reload(vertx, server)), "nothing has changed");

    writeServer(certificates.server(ca, List.of("localhost"), Duration.ofDays(1)));
    assertTrue(await(tls.reload(vertx, server)));
    assertFalse(await(tls.reload(vertx, server)));

    assertEquals("HTTP_2 nobody", ask(open));
    HttpClientConnection later = connect(server, client(null, HttpVersion.HTTP_2, "TLSv1.3"));
    assertFalse(before.equals(later.peerCertificates().get(0)), "a new certificate is served");
    assertEquals("HTTP_2 nobody", ask(later));
    assertEquals("HTTP_2 nobody", ask(open));
  }

  @Test
  void watchesTheFilesAndWaitsForThoseThatDoNotFitYet() throws Exception {
    Tls tls = tls("openssl");
    HttpServer server = serve(tls);
    Identity next = certificates.server(ca, List.of("localhost"), Duration.ofDays(1));
    Files.writeString(folder.resolve("server.pem"), next.certificate());
    CannotStart half = assertThrows(CannotStart.class, () -> await(tls.reload(vertx, server)));
    assertTrue(String.valueOf(half.getMessage()).contains("is not the key of the certificate"));
    assertEquals(
        "HTTP_1_1 nobody", get(server, client(null, HttpVersion.HTTP_1_1, "TLSv1.3"), "/"));

    writeServer(next);
    assertTrue(await(tls.reload(vertx, server)));
  }

  @Test
  void newTerminalCaIsReloadedToo() throws Exception {
    Tls tls = tls("openssl");
    HttpServer server = serve(tls);
    Identity nextCa = certificates.ca("Next CA", Duration.ofDays(1));
    Identity terminal = certificates.terminal(nextCa, T1, Duration.ofDays(1));
    // The client sends no certificate of a CA that the server does not name.
    assertEquals(
        "HTTP_1_1 nobody", get(server, client(terminal, HttpVersion.HTTP_1_1, "TLSv1.3"), "/"));
    Files.writeString(folder.resolve("ca.pem"), ca.certificate() + nextCa.certificate());
    assertTrue(await(tls.reload(vertx, server)));
    assertEquals(
        "HTTP_1_1 T0000001", get(server, client(terminal, HttpVersion.HTTP_1_1, "TLSv1.3"), "/"));
  }

  @Test
  void refusesFilesThatDoNotFit() throws Exception {
    Path key = folder.resolve("server.key");
    String good = Files.readString(key);
    Files.writeString(key, certificates.ca("x", Duration.ofDays(1)).privateKey());
    assertRefused("is not the key of the certificate");
    Files.writeString(key, "nothing");
    assertRefused("server.key holds no PEM PRIVATE KEY");
    Files.delete(key);
    assertRefused("http.privateKey " + key + " cannot be read");
    Files.writeString(key, good);
    Files.copy(
        folder.resolve("server.pem"),
        folder.resolve("ca.pem"),
        StandardCopyOption.REPLACE_EXISTING);
    assertRefused("holds a certificate that is not a CA's");
  }

  private void assertRefused(String why) {
    String message = assertThrows(CannotStart.class, () -> tls("auto").engine()).getMessage();
    assertTrue(message.contains(why), message);
  }

  private void writeServer(Identity server) throws Exception {
    Files.writeString(folder.resolve("server.pem"), server.certificate());
    Files.writeString(folder.resolve("server.key"), server.privateKey());
  }

  private Tls tls(String engine) {
    return Tls.open(
        new Config.Http(
            "127.0.0.1",
            0,
            folder.resolve("server.pem").toString(),
            folder.resolve("server.key").toString(),
            folder.resolve("ca.pem").toString(),
            engine),
        random);
  }

  private HttpServer serve(Tls tls) {
    return await(
        vertx.createHttpServer(tls.serverOptions(LIMITS)).requestHandler(this::answer).listen());
  }

  private void answer(HttpServerRequest request) {
    String who =
        TerminalCertificate.terminal(chain(request)).map(TerminalId::value).orElse("nobody");
    var unused = request.response().end(request.version() + " " + who);
  }

  private static List<Certificate> chain(HttpServerRequest request) {
    try {
      return request.connection().peerCertificates();
    } catch (SSLPeerUnverifiedException noCertificate) {
      return List.of();
    }
  }

  private HttpClientAgent client(
      @Nullable Identity identity, HttpVersion version, String protocol) {
    HttpClientOptions options = new HttpClientOptions();
    options
        .setSsl(true)
        .setUseAlpn(true)
        .setProtocolVersion(version)
        .setVerifyHost(false)
        .setEnabledSecureTransportProtocols(Set.of(protocol))
        .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(ca.certificate())));
    if (identity != null) {
      options.setKeyCertOptions(
          new PemKeyCertOptions()
              .addCertValue(Buffer.buffer(identity.certificate()))
              .addKeyValue(Buffer.buffer(identity.privateKey())));
    }
    return vertx.createHttpClient(options);
  }

  private static HttpClientConnection connect(HttpServer server, HttpClientAgent client) {
    return await(
        client.connect(new HttpConnectOptions().setHost("127.0.0.1").setPort(server.actualPort())));
  }

  private static String ask(HttpClientConnection connection) {
    return await(
        connection
            .request(new RequestOptions().setMethod(HttpMethod.GET).setURI("/"))
            .compose(request -> request.send().compose(response -> response.body()))
            .map(Buffer::toString));
  }

  private static String get(HttpServer server, HttpClientAgent client, String path) {
    return await(
        client
            .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", path)
            .compose(request -> request.send().compose(response -> response.body()))
            .map(Buffer::toString));
  }

  private static void assertHandshakeFails(HttpServer server, HttpClientAgent client) {
    Exception failure = assertThrows(Exception.class, () -> get(server, client, "/"));
    assertTrue(
        failure instanceof IOException || failure instanceof DecoderException, failure::toString);
  }
}
