package cn.unionecard.gateway.edge.iso8583;

import static cn.unionecard.gateway.Loops.await;

import cn.unionecard.gateway.TestAdmission;
import cn.unionecard.gateway.TestConfig;
import cn.unionecard.gateway.TestEdge;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.MovingClock;
import cn.unionecard.gateway.edge.iso8583.codec.SampleFrames;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.review.Reviews;
import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.tls.Certificates;
import cn.unionecard.gateway.runtime.tls.Certificates.Identity;
import cn.unionecard.gateway.runtime.tls.Tls;
import cn.unionecard.gateway.terminal.BatchRecords;
import cn.unionecard.gateway.terminal.MasterKeys;
import cn.unionecard.gateway.terminal.SessionRecords;
import cn.unionecard.gateway.terminal.StoredBatches;
import cn.unionecard.gateway.terminal.TerminalClocks;
import cn.unionecard.gateway.terminal.TerminalSecrets;
import cn.unionecard.gateway.terminal.TerminalSessions;
import cn.unionecard.gateway.terminal.push.Push;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.sqlclient.Pool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/** The ISO 8583 edge on real sockets before a real line and real stores. */
final class IsoHouse implements AutoCloseable {
  static final byte[] TMK = SampleFrames.hex("1123456789ABCDEFFEDCBA9876543211");
  private static final Duration LIFETIME = Duration.ofDays(1);
  static final int SIGN_ONS_PER_MINUTE = 300;
  private static final int FRAME_BYTES_MAX = 2_048;

  /** A clock that runs, and can be put forward or back. */
  static final class DeskClock extends Clock {
    private volatile Duration ahead = Duration.ZERO;

    void advance(Duration by) {
      ahead = ahead.plus(by);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Clock.systemUTC().instant().plus(ahead);
    }
  }

  /** A terminal's device: its key, and a certificate for it. */
  record Device(TerminalId terminal, KeyPair key, String certificate) {
    /** Its public key, hex. */
    String spki() {
      return HexFormat.of().formatHex(key.getPublic().getEncoded());
    }
  }

  final Clock clock = Clock.systemUTC();

  /** What the edge takes for now; the line has the clock above. */
  final DeskClock desk = new DeskClock();

  /** By which rights to review end. */
  final MovingClock reviewing = new MovingClock(clock.millis() / 1_000);

  final String url = TestStores.get().newDatabase();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final TestLine line;
  final IsoServer server;
  private final TestEdge serving;
  private final SecureRandom random = new SecureRandom();
  private final Certificates certificates = new Certificates(clock, random);
  private final Identity authority = certificates.ca("Test CA", LIFETIME);
  private final Pool pool;
  private final TerminalSecrets secrets;
  private final Path folder;
  final Tls tls;
  final StoredBatches batches;
  private long card = 1;

  IsoHouse(Path folder) throws Exception {
    this(folder, limited(2, 60_000), TestAdmission.OPEN, TestLine.limits().deadlineMs());
  }

  /** Listens on any free ports. */
  static Config.Iso8583 limited(int inFlight, int idleMs) {
    return limited(inFlight, idleMs, SIGN_ONS_PER_MINUTE);
  }

  static Config.Iso8583 limited(int inFlight, int idleMs, int signOnsPerMinute) {
    return new Config.Iso8583(
        "localhost",
        0,
        0,
        FRAME_BYTES_MAX,
        inFlight,
        idleMs,
        Config.Iso8583.SignOnCertificate.ACTIVATED,
        signOnsPerMinute);
  }

  IsoHouse(Path folder, Config.Iso8583 config, Config.Admission admission, int deadlineMs)
      throws Exception {
    this.folder = folder;
    TestTown.load(url);
    TestTown.tenPercent(url);
    secrets =
        new TerminalSecrets(Kek.of(new Config.Keys(null, "5a".repeat(Kek.BYTES), "SM2")), random);
    inject();
    line = new TestLine(url, "iso", 1, clock);
    Limits limits = TestLine.limits();
    pool = PostgresUrl.parse(url).pool(line.vertx, "test", 4, limits.queueRequestsMax(), limits);
    Push push = new Push(line.vertx, PostgresUrl.parse(url), limits, clock, meters);
    Void listening = await(push.start());
    TerminalSessions sessions =
        new TerminalSessions(
            new SessionRecords(pool),
            secrets,
            config.signOnCertificate(),
            push::hears,
            random,
            desk);
    push.onChange(sessions::forget);
    batches = new StoredBatches(line.vertx, new BatchRecords(pool), limits, clock, meters);
    PosHost frames =
        new PosHost(
            line.vertx,
            line.doors.get(0),
            new TerminalLife(sessions, batches, new TerminalClocks(meters, clock), push::bar),
            new Reviews(pool, pool, TestLine.review(), reviewing).ratingKeys(),
            config,
            deadlineMs,
            desk);
    tls = tls();
    server =
        new IsoServer(
            frames,
            config,
            tls.netServerOptions(),
            1_000,
            TestAdmission.of(admission, limits, meters),
            new IsoMetrics(meters, TestConfig.noLines(meters)));
    serving = new TestEdge(line.vertx, server);
  }

  /** Odd terminals speak SM4, even ones 3DES. */
  static KeyAlgorithm algorithm(int terminal) {
    return terminal % 2 == 1 ? KeyAlgorithm.SM4 : KeyAlgorithm.TRIPLE_DES;
  }

  /** The sixth takes X9.19. */
  static MacMode mode(int terminal) {
    return terminal == 6 ? MacMode.X9_19 : MacMode.XOR_ECB;
  }

  static TerminalId terminal(int number) {
    return new TerminalId(String.format(Locale.ROOT, "T%07d", number));
  }

  private void inject() throws Exception {
    for (int i = 1; i <= 8; i++) {
      injectAgain(i);
    }
  }

  /** As {@code terminal key} does. */
  void injectAgain(int terminal) throws Exception {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      new MasterKeys(database)
          .store(
              terminal(terminal),
              secrets.wrapMaster(terminal(terminal), TMK),
              new MasterKeys.Stored(
                  algorithm(terminal),
                  mode(terminal),
                  EcbCipher.checkValue(algorithm(terminal), TMK),
                  clock.instant()));
    }
  }

  void execute(String sql) {
    TestStores.execute(url, sql);
  }

  long number(String sql) {
    return TestStores.number(url, sql);
  }

  // ---- devices

  /** A new device of a terminal, not activated yet. */
  Device device(int terminal) throws Exception {
    return device(terminal, Duration.ZERO, LIFETIME);
  }

  /**
   * @param from when its certificate begins, from now
   * @param lifetime and how long it is good for from then
   */
  Device device(int terminal, Duration from, Duration lifetime) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    KeyPair key = generator.generateKeyPair();
    return new Device(
        terminal(terminal), key, certificate(terminal(terminal), key, from, lifetime));
  }

  /** The same key under a new certificate. */
  Device renewed(Device device) throws Exception {
    return new Device(
        device.terminal(),
        device.key(),
        certificate(device.terminal(), device.key(), Duration.ZERO, LIFETIME));
  }

  private String certificate(TerminalId terminal, KeyPair key, Duration from, Duration lifetime)
      throws Exception {
    byte[] request =
        new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=device"), key.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))
            .getEncoded();
    return new Certificates(Clock.offset(clock, from), random)
        .issueFromCsr(
            authority,
            terminal,
            pem("CERTIFICATE REQUEST", request),
            lifetime.minus(from.isNegative() ? from : Duration.ZERO))
        .certificate();
  }

  private static String pem(String label, byte[] octets) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(octets));
  }

  /** A line from another address of this machine. */
  static NetClientOptions from(String address) {
    return new NetClientOptions().setLocalAddress(address);
  }

  /** A new certificate of the same authority. */
  void renew() throws Exception {
    Identity identity = certificates.server(authority, List.of("localhost"), LIFETIME);
    Files.writeString(folder.resolve("server.pem"), identity.certificate());
    Secrets.write(folder.resolve("server.key"), identity.privateKey());
  }

  String authority() {
    return authority.certificate();
  }

  private Tls tls() throws Exception {
    Files.writeString(folder.resolve("ca.pem"), authority.certificate());
    renew();
    return Tls.open(
        new Config.Http(
            "localhost",
            0,
            folder.resolve("server.pem").toString(),
            folder.resolve("server.key").toString(),
            folder.resolve("ca.pem").toString(),
            "auto"),
        random);
  }

  /** A terminal on plain TCP. */
  TestPos plain(int terminal) {
    return plain(terminal, new NetClientOptions());
  }

  TestPos plain(int terminal, NetClientOptions options) {
    return new TestPos(
        line.vertx,
        server.port(),
        options,
        terminal(terminal),
        algorithm(terminal),
        mode(terminal),
        TMK);
  }

  /**
   * A terminal on TLS.
   *
   * @param shown whose certificate it shows, or null
   */
  TestPos tls(int terminal, @Nullable Integer shown) {
    Identity own =
        shown == null ? null : certificates.terminal(authority, terminal(shown), LIFETIME);
    return tls(
        terminal, own == null ? null : own.certificate(), own == null ? null : own.privateKey());
  }

  /** A terminal on TLS that shows its device's certificate. */
  TestPos shows(int terminal, Device shown) {
    return tls(
        terminal, shown.certificate(), pem("PRIVATE KEY", shown.key().getPrivate().getEncoded()));
  }

  private TestPos tls(int terminal, @Nullable String certificate, @Nullable String key) {
    NetClientOptions options =
        new NetClientOptions()
            .setSsl(true)
            .setHostnameVerificationAlgorithm("HTTPS")
            .setTrustOptions(
                new PemTrustOptions().addCertValue(Buffer.buffer(authority.certificate())));
    if (certificate != null && key != null) {
      options.setKeyCertOptions(
          new PemKeyCertOptions()
              .addCertValue(Buffer.buffer(certificate))
              .addKeyValue(Buffer.buffer(key)));
    }
    return new TestPos(
        line.vertx,
        server.tlsPort(),
        options,
        terminal(terminal),
        algorithm(terminal),
        mode(terminal),
        TMK);
  }

  /** What the phone of a card shows that nobody has used yet. */
  synchronized String freshCode() {
    return freshCode(clock.instant());
  }

  /** The same, at another time. */
  synchronized String freshCode(Instant at) {
    return TestTown.code(card++, at.toEpochMilli());
  }

  double closed(CloseReason reason) {
    return meters
        .get("ecard.iso8583.connections.closed")
        .tag("reason", reason.name())
        .counter()
        .count();
  }

  /** Connections that ended, for whatever reason. */
  double closed() {
    double all = 0;
    for (CloseReason reason : CloseReason.values()) {
      all += closed(reason);
    }
    return all;
  }

  @Override
  public void close() throws Exception {
    serving.end(server.port(), server.tlsPort());
    await(pool.close());
    line.close();
    TestLine.assertAuditClean(url);
  }
}
