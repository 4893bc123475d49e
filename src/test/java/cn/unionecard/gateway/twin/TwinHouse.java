package cn.unionecard.gateway.twin;

import static cn.unionecard.gateway.Loops.await;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTrust;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.node.Gateway;
import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.config.ConfigReader;
import cn.unionecard.gateway.runtime.tls.Certificates;
import cn.unionecard.gateway.runtime.tls.Certificates.Identity;
import io.vertx.core.Vertx;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A whole gateway on a database and a Redis of its own. */
final class TwinHouse implements AutoCloseable {
  static final byte[] TMK = HexFormat.of().parseHex("1123456789ABCDEFFEDCBA9876543211");
  private static final Duration LIFETIME = Duration.ofDays(1);
  private static final Duration TOKEN_LIFETIME = Duration.ofDays(90);

  private final Gateway gateway;
  private final HttpClient client;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();

  TwinHouse(int number, String url, Path folder, Clock clock) throws Exception {
    SecureRandom random = new SecureRandom();
    // of the machine's time, for TLS looks at that
    Certificates certificates = new Certificates(Clock.systemUTC(), random);
    Identity authority = certificates.ca("Test CA", LIFETIME);
    Identity server = certificates.server(authority, List.of("localhost"), LIFETIME);
    Path home = Files.createDirectory(folder.resolve("house" + number));
    Files.writeString(home.resolve("ca.pem"), authority.certificate());
    Files.writeString(home.resolve("server.pem"), server.certificate());
    Secrets.write(home.resolve("server.key"), server.privateKey());
    client =
        HttpClient.newBuilder()
            .sslContext(TestTrust.in(authority.certificate()))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    List<String> flags =
        List.of(
            "node.name=twin" + number,
            "node.eventLoops=1",
            "stores.postgres=" + url,
            "stores.redis=" + TestStores.get().redisUrl() + "/" + (number + 1),
            "http.host=127.0.0.1",
            "http.port=0",
            "http.certificate=" + home.resolve("server.pem"),
            "http.privateKey=" + home.resolve("server.key"),
            "http.terminalCa=" + home.resolve("ca.pem"),
            "iso8583.host=127.0.0.1",
            "iso8583.port=0",
            "iso8583.tlsPort=-1",
            "management.port=0",
            "keys.receiptAlgorithm=Ed25519",
            "limits.deadlineMs=20000",
            "limits.statementTimeoutMs=15000",
            "limits.drainMs=20000",
            "limits.redisTimeoutMs=5000",
            "limits.terminalRequestsPerSecond=100000",
            "limits.terminalRequestsBurst=100000",
            "limits.holdSweepMs=100");
    Map<String, String> environment = Map.of("ECARD_KEYS_KEK", TwinTown.KEK);
    gateway =
        await(Gateway.start(ConfigReader.read(null, environment, flags).config(), clock, random));
    Vertx unused = Loops.watched(gateway.vertx());
  }

  /** One client for all tills. */
  HttpClient https() {
    return client;
  }

  String token(String terminal) {
    return tokens.computeIfAbsent(
        terminal, no -> gateway.tokenIssuer().terminal(new TerminalId(no), "0a1b", TOKEN_LIFETIME));
  }

  int port() {
    return gateway.port();
  }

  int isoPort() {
    return gateway.isoPort();
  }

  /** Every other terminal speaks SM4. */
  static KeyAlgorithm algorithm(String terminal) {
    return terminal.charAt(terminal.length() - 1) % 2 == 0
        ? KeyAlgorithm.TRIPLE_DES
        : KeyAlgorithm.SM4;
  }

  static Mac.Algorithm mac(String terminal) {
    return algorithm(terminal) == KeyAlgorithm.SM4 ? Mac.Algorithm.XOR_SM4 : Mac.Algorithm.XOR_3DES;
  }

  @Override
  public void close() {
    await(gateway.drain());
  }
}
