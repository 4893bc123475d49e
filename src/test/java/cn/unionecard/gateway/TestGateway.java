package cn.unionecard.gateway;

import static cn.unionecard.gateway.Loops.await;

import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.node.Gateway;
import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.ConfigReader;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.tls.Certificates;
import cn.unionecard.gateway.runtime.tls.Certificates.Identity;
import io.vertx.core.Vertx;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A whole gateway in this process, on a database and a Redis of its own, with its own authority.
 */
public final class TestGateway implements AutoCloseable {
  /** The key-encryption key of all of them. */
  public static final String KEK = "5a".repeat(Kek.BYTES);

  private static final Duration LIFETIME = Duration.ofDays(1);
  private static final Duration TOKEN_LIFETIME = Duration.ofDays(90);

  private final Gateway gateway;
  private final HttpClient client;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();

  /**
   * @param url a migrated database whose keys lie under {@link #KEK}
   * @param home an empty folder, for its certificates
   * @param settings {@code key=value}, beside those of its stores and its certificates
   */
  public TestGateway(String url, String redis, Path home, Clock clock, List<String> settings)
      throws Exception {
    SecureRandom random = new SecureRandom();
    // of the machine's time, for TLS looks at that
    Certificates certificates = new Certificates(Clock.systemUTC(), random);
    Identity authority = certificates.ca("Test CA", LIFETIME);
    Identity server = certificates.server(authority, List.of("localhost"), LIFETIME);
    Files.writeString(home.resolve("ca.pem"), authority.certificate());
    Files.writeString(home.resolve("server.pem"), server.certificate());
    Secrets.write(home.resolve("server.key"), server.privateKey());
    Secrets.write(home.resolve("ca.key"), authority.privateKey());
    client =
        HttpClient.newBuilder()
            .sslContext(TestTrust.in(authority.certificate()))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    List<String> flags = new ArrayList<>();
    flags.addAll(
        List.of(
            "stores.postgres=" + url,
            "stores.redis=" + redis,
            "http.host=127.0.0.1",
            "http.port=0",
            // a test closes days itself
            "settlement.sweepMs=86400000",
            "http.certificate=" + home.resolve("server.pem"),
            "http.privateKey=" + home.resolve("server.key"),
            "http.terminalCa=" + home.resolve("ca.pem"),
            "desk.terminalCaKey=" + home.resolve("ca.key"),
            "iso8583.host=127.0.0.1",
            "iso8583.tlsPort=-1",
            "pages.port=-1",
            "management.port=0"));
    flags.addAll(settings);
    gateway =
        await(
            Gateway.start(
                ConfigReader.read(null, Map.of("ECARD_KEYS_KEK", KEK), flags).config(),
                clock,
                random));
    Vertx unused = Loops.watched(gateway.vertx());
  }

  /** What phones show: the keys of a migrated database, completed if there are none yet. */
  public static MemberCodes codes(Connection database, String receipts, Clock clock)
      throws SQLException {
    Kek kek = Kek.of(new Config.Keys(null, KEK, receipts));
    Keyring.Key key =
        Keyring.complete(database, kek, receipts, clock, new SecureRandom())
            .current(Keyring.Purpose.CODE);
    int half = CodeKey.KEY_BYTES;
    return new MemberCodes(
        List.of(
            new CodeKey(
                key.kid(),
                Arrays.copyOf(key.secret(), half),
                Arrays.copyOfRange(key.secret(), half, 2 * half))));
  }

  public Gateway gateway() {
    return gateway;
  }

  /** One client for all tills. */
  public HttpClient https() {
    return client;
  }

  /** A terminal's bearer token. */
  public String token(String terminal) {
    return tokens.computeIfAbsent(
        terminal, no -> gateway.tokenIssuer().terminal(new TerminalId(no), "0a1b", TOKEN_LIFETIME));
  }

  @Override
  public void close() {
    await(gateway.drain());
  }
}
