package cn.unionecard.gateway;

import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.tls.Certificates;
import cn.unionecard.gateway.runtime.tls.Certificates.Identity;
import cn.unionecard.gateway.terminal.MasterKeys;
import cn.unionecard.gateway.terminal.TerminalSecrets;
import cn.unionecard.workbench.demo.Https;
import cn.unionecard.workbench.embedded.FreePort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Gateways in processes of their own over the {@link TestTown} of one database, and tills that
 * reach them over HTTP/2 with mutual TLS.
 */
public final class TestNodes implements AutoCloseable {
  private static final long READY_SECONDS = 60;
  private static final long PATIENCE_MS = 30_000;
  private static final Duration LIFETIME = Duration.ofDays(1);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final String postgresUrl;
  private final Path folder;
  private final Clock clock = Clock.systemUTC();
  private final SecureRandom random = new SecureRandom();
  private final Certificates certificates = new Certificates(clock, random);
  private final Identity authority = certificates.ca("Test CA", LIFETIME);
  private final MemberCodes codes;
  private final Vertx vertx = Loops.vertx();
  private final Map<String, Identity> identities = new ConcurrentHashMap<>();
  private final Map<String, HttpClientAgent> tills = new ConcurrentHashMap<>();
  private final List<GatewayProcess> started = new ArrayList<>();

  /** A node that was started. */
  public record Node(GatewayProcess process, int port, int managementPort) {}

  /** What a till hears. */
  public record Heard(int status, HttpVersion version, boolean replayed, JsonObject document) {
    /** The receipt's body. */
    public JsonObject body() {
      return document.getJsonObject("body");
    }

    /** The problem's code. */
    public String problem() {
      return document.getString("code", "");
    }
  }

  /**
   * Makes keys and certificates.
   *
   * @param postgresUrl a migrated database
   * @param folder for files and logs
   */
  public TestNodes(String postgresUrl, Path folder) throws Exception {
    this.postgresUrl = postgresUrl;
    this.folder = folder;
    Secrets.write(folder.resolve("kek"), Secrets.hex(random, Kek.BYTES));
    Identity server = certificates.server(authority, List.of("localhost"), LIFETIME);
    Files.writeString(folder.resolve("ca.pem"), authority.certificate());
    Files.writeString(folder.resolve("server.pem"), server.certificate());
    Secrets.write(folder.resolve("server.key"), server.privateKey());
    try (Connection database = PostgresUrl.parse(postgresUrl).jdbcConnection()) {
      Keyring keyring = Keyring.complete(database, kek(), "SM2", clock, random);
      Keyring.Key key = keyring.current(Keyring.Purpose.CODE);
      int half = CodeKey.KEY_BYTES;
      codes =
          new MemberCodes(
              List.of(
                  new CodeKey(
                      key.kid(),
                      Arrays.copyOf(key.secret(), half),
                      Arrays.copyOfRange(key.secret(), half, 2 * half))));
    }
  }

  /**
   * Starts a node; it is ready when {@link #awaitReady} says so.
   *
   * @param seenPostgresUrl the database as this node sees it
   * @param settings further {@code ECARD_…}
   */
  public Node start(String name, String seenPostgresUrl, Map<String, String> settings)
      throws IOException {
    int port = FreePort.orAny(0);
    int management = FreePort.orAny(0);
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("ECARD_NODE_NAME", name);
    environment.put("ECARD_STORES_POSTGRES", TestStores.serving(seenPostgresUrl));
    environment.put("ECARD_STORES_LINE_POSTGRES", TestStores.line(seenPostgresUrl));
    environment.put("ECARD_STORES_REPORT_POSTGRES", TestStores.reporting(seenPostgresUrl));
    String own = environment.putIfAbsent("ECARD_STORES_REDIS", TestStores.get().redisUrl());
    environment.put("ECARD_KEYS_KEK_FILE", folder.resolve("kek").toString());
    environment.put("ECARD_HTTP_PORT", Integer.toString(port));
    environment.put("ECARD_HTTP_CERTIFICATE", folder.resolve("server.pem").toString());
    environment.put("ECARD_HTTP_PRIVATE_KEY", folder.resolve("server.key").toString());
    environment.put("ECARD_HTTP_TERMINAL_CA", folder.resolve("ca.pem").toString());
    String unused = environment.putIfAbsent("ECARD_ISO8583_TLS_PORT", "-1");
    environment.put("ECARD_MANAGEMENT_PORT", Integer.toString(management));
    Path log = folder.resolve(name + ".log");
    GatewayProcess process = GatewayProcess.start(environment, management, log);
    started.add(process);
    return new Node(process, port, management);
  }

  /** Waits until a node serves. */
  public void awaitReady(Node node) throws Exception {
    node.process().ready().get(READY_SECONDS, TimeUnit.SECONDS);
  }

  /** Gives a terminal its master key, as {@code terminal key} does. */
  public void inject(String terminal, KeyAlgorithm algorithm, byte[] key) throws Exception {
    TerminalId id = new TerminalId(terminal);
    TerminalSecrets secrets = new TerminalSecrets(kek(), random);
    try (Connection database = PostgresUrl.parse(postgresUrl).jdbcConnection()) {
      new MasterKeys(database)
          .store(
              id,
              secrets.wrapMaster(id, key),
              new MasterKeys.Stored(
                  algorithm,
                  MacMode.XOR_ECB,
                  EcbCipher.checkValue(algorithm, key),
                  clock.instant()));
    }
  }

  private Kek kek() {
    return Kek.of(new Config.Keys(folder.resolve("kek").toString(), null, "SM2"));
  }

  /** What the phone of that card shows now; the codes' ciphers hold state. */
  public synchronized String code(long serial) {
    return codes.issue(new CardNo(serial), 1, clock.instant().getEpochSecond());
  }

  /** A sale from a till that shows its certificate. */
  public Future<Heard> sell(Node node, String terminal, String key, JsonObject sale) {
    return sell(
        tills.computeIfAbsent(terminal, name -> vertx.createHttpClient(options(name))),
        node,
        key,
        sale);
  }

  /** The same over a connection made for it, from another address of this machine. */
  public Future<Heard> sellAnew(
      Node node, String terminal, String address, String key, JsonObject sale) {
    HttpClientAgent till =
        tills.computeIfAbsent(
            terminal + " from " + address,
            name ->
                vertx.createHttpClient(
                    options(terminal)
                        .setLocalAddress(address)
                        .setProtocolVersion(HttpVersion.HTTP_1_1)
                        .setKeepAlive(false)));
    return sell(till, node, key, sale);
  }

  private static Future<Heard> sell(HttpClientAgent till, Node node, String key, JsonObject sale) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost("localhost")
            .setPort(node.port())
            .setURI("/v1/transactions")
            .setIdleTimeout(PATIENCE_MS)
            .putHeader("Content-Type", "application/json")
            .putHeader("Idempotency-Key", key);
    return till.request(options)
        .compose(request -> request.send(sale.toBuffer()).compose(TestNodes::heard));
  }

  /** Asked for where the response comes in: whoever asks later may be too late for the body. */
  private static Future<Heard> heard(HttpClientResponse response) {
    return response
        .body()
        .map(
            body ->
                new Heard(
                    response.statusCode(),
                    response.request().version(),
                    response.headers().contains("Idempotent-Replayed"),
                    body.toJsonObject()));
  }

  /** Who gives tokens as the nodes do. */
  public TokenIssuer tokenIssuer(Vertx on) throws Exception {
    try (Connection database = PostgresUrl.parse(postgresUrl).jdbcConnection()) {
      Keyring.Key key = Keyring.load(database, kek()).current(Keyring.Purpose.TOKEN);
      return new TokenIssuer(on, key.kid(), key.secret(), clock, random);
    }
  }

  /** PEM of the authority that everybody here trusts. */
  public String authority() {
    return authority.certificate();
  }

  /** A terminal's certificate with its key. */
  public Identity identity(String terminal) {
    return certificates.terminal(authority, new TerminalId(terminal), LIFETIME);
  }

  /** The JDK's client of a till that shows its certificate. */
  public Https till(Node node, String terminal) throws GeneralSecurityException {
    Identity identity = identities.computeIfAbsent(terminal, this::identity);
    byte[] der =
        Base64.getMimeDecoder().decode(identity.privateKey().replaceAll("-----[A-Z ]+-----", ""));
    PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    return Https.to("https://localhost:" + node.port(), authority())
        .showing(key, identity.certificate());
  }

  /** What a node's metrics say (Prometheus). */
  public static String metrics(Node node) throws IOException, InterruptedException {
    URI metrics = URI.create("http://localhost:" + node.managementPort() + "/metrics");
    return HTTP.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  /** All that a node has logged. */
  public String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"));
  }

  private HttpClientOptions options(String terminal) {
    Identity identity = identities.computeIfAbsent(terminal, this::identity);
    return new HttpClientOptions()
        .setSsl(true)
        .setUseAlpn(true)
        .setProtocolVersion(HttpVersion.HTTP_2)
        .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(authority.certificate())))
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(identity.certificate()))
                .addKeyValue(Buffer.buffer(identity.privateKey())));
  }

  @Override
  public void close() {
    started.forEach(GatewayProcess::kill);
    Loops.await(vertx.close());
  }
}
