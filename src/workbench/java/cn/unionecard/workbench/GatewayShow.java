package cn.unionecard.workbench;

import cn.unionecard.gateway.ledger.audit.Audit;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.node.Gateway;
import cn.unionecard.gateway.node.Shutdown;
import cn.unionecard.gateway.receipt.KeysJson;
import cn.unionecard.gateway.receipt.ReceiptReader;
import cn.unionecard.gateway.receipt.ReceiptVerifier;
import cn.unionecard.gateway.receipt.Verification;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.ConfigReader;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.settlement.DayClose;
import cn.unionecard.gateway.settlement.Hints;
import cn.unionecard.gateway.settlement.Settlement;
import cn.unionecard.workbench.demo.DemoCertificates;
import cn.unionecard.workbench.demo.DemoFile;
import cn.unionecard.workbench.demo.DemoStaff;
import cn.unionecard.workbench.demo.Doors;
import cn.unionecard.workbench.demo.Examples;
import cn.unionecard.workbench.demo.Hosts;
import cn.unionecard.workbench.demo.House;
import cn.unionecard.workbench.demo.Https;
import cn.unionecard.workbench.demo.Invitation;
import cn.unionecard.workbench.demo.Steps;
import cn.unionecard.workbench.pos.PosTestbed;
import cn.unionecard.workbench.pos.Shift;
import cn.unionecard.workbench.simulate.DemoTestbed;
import cn.unionecard.workbench.simulate.MemberPhones;
import cn.unionecard.workbench.simulate.Plan;
import cn.unionecard.workbench.simulate.ProgressLine;
import cn.unionecard.workbench.simulate.Report;
import cn.unionecard.workbench.simulate.ShiftEnd;
import cn.unionecard.workbench.simulate.Simulation;
import cn.unionecard.workbench.simulate.Testbed;
import cn.unionecard.workbench.story.Story;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;

/**
 * The demo's play: the gateway starts on the house, simulated members check out through its TLS
 * port, one receipt is shown and verified, the ledger is audited, and then the gateway serves.
 */
public final class GatewayShow implements Show {
  private static final int TILLS = 20;
  private static final long SEED = 1;
  private static final String CITY = "41.08";
  private static final Duration STAFF_TOKEN_LIFETIME = Duration.ofHours(12);
  private static final String A_SALE =
      """
      SELECT id FROM transaction WHERE type = 2 AND refusal IS NULL AND discount_fen > 0
      ORDER BY id DESC LIMIT 1""";

  /** Where a webhook of whoever tries the demo may listen, besides the usual ports. */
  private static final int HOOK_PORT = 9_000;

  private static final String SAVED = "SELECT coalesce(sum(fen), 0) FROM allocation";

  private final Clock clock;
  private final SecureRandom random;

  public GatewayShow(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  @Override
  public int play(House house, Wishes wishes, Steps steps) throws Exception {
    Config config = config(house, wishes);
    steps.say("");
    Gateway gateway =
        steps.step("启动网关", "start the gateway", () -> await(Gateway.start(config, clock, random)));
    steps.say("  TLS: " + gateway.tlsEngine());
    Shutdown shutdown = new Shutdown(gateway.readiness(), config.limits());
    DemoFile.Addresses addresses = addresses(wishes.doors(), gateway);
    boolean good = perform(house, wishes, steps, gateway, addresses);
    shutdown.onSignals();
    if (wishes.once()) {
      shutdown.ask();
    } else {
      invite(house, wishes, steps, addresses);
      if (!addresses.pages().isEmpty()) {
        welcome(house, steps, gateway, addresses);
      }
    }
    int drained = shutdown.await(gateway::drain);
    steps.say("");
    steps.say("  再见  goodbye");
    return good ? drained : 1;
  }

  private static DemoFile.Addresses addresses(Doors doors, Gateway gateway) {
    String called = doors.hosts().called();
    return new DemoFile.Addresses(
        Hosts.url("https", called, gateway.port()),
        gateway.pagesPort() == Config.Pages.OFF
            ? ""
            : Hosts.url(doors.hosts().isOpen() ? "https" : "http", called, gateway.pagesPort()),
        Hosts.url("http", doors.management().called(), gateway.managementPort()),
        new DemoFile.Pos(called, gateway.isoPort(), gateway.isoTlsPort()));
  }

  private static Config config(House house, Wishes wishes) {
    Doors doors = wishes.doors();
    Config defaults = ConfigReader.read(null, Map.of(), List.of()).config();
    return new Config(
        new Config.Node("demo", defaults.node().eventLoops(), defaults.node().lanes()),
        house.stores(),
        house.http(doors.hosts().listen(), doors.port()),
        new Config.Pages(
            doors.hosts().listen(),
            doors.pagesPort(),
            doors.hosts().isOpen() ? Config.Pages.Transport.TLS : Config.Pages.Transport.PLAIN),
        iso8583(doors, defaults.iso8583()),
        new Config.Management(doors.management().listen(), doors.managementPort()),
        silent(defaults.log()),
        house.keys(),
        house.desk(defaults.desk()),
        defaults.review(),
        defaults.settlement(),
        stream(defaults.stream()),
        defaults.province(),
        defaults.admission(),
        defaults.limits());
  }

  /** Standard output is the stage. */
  private static Config.Log silent(Config.Log defaults) {
    return new Config.Log(defaults.level(), "", Config.Log.Access.NONE, "");
  }

  /** On plain TCP too, and with or without the certificates of the terminals. */
  private static Config.Iso8583 iso8583(Doors doors, Config.Iso8583 defaults) {
    return new Config.Iso8583(
        doors.hosts().listen(),
        doors.posTlsPort(),
        doors.posPort(),
        defaults.frameBytesMax(),
        defaults.inFlightMax(),
        defaults.idleTimeoutMs(),
        Config.Iso8583.SignOnCertificate.SHOWN,
        defaults.signOnsPerMinute());
  }

  /** Webhooks of this machine can be tried, without certificates; nothing real is at stake. */
  private static Config.Stream stream(Config.Stream defaults) {
    return new Config.Stream(
        defaults.retentionDays(),
        defaults.subscriptionsMax(),
        defaults.underWayMax(),
        defaults.waitingMax(),
        defaults.timeoutMs(),
        "http,https",
        defaults.ports() + "," + HOOK_PORT,
        "127.0.0.0/8",
        defaults.kafka(),
        defaults.kafkaProperties());
  }

  private boolean perform(
      House house, Wishes wishes, Steps steps, Gateway gateway, DemoFile.Addresses addresses)
      throws Exception {
    try {
      return performed(house, wishes, steps, gateway, addresses);
    } catch (Throwable brokenOff) {
      boolean unused = Thread.interrupted();
      try {
        await(gateway.drain());
      } catch (InterruptedException | RuntimeException e) {
        brokenOff.addSuppressed(e);
      }
      throw brokenOff;
    }
  }

  private boolean performed(
      House house, Wishes wishes, Steps steps, Gateway gateway, DemoFile.Addresses addresses)
      throws Exception {
    String token =
        house.writeDemoFile(
            addresses,
            reader ->
                gateway
                    .tokenIssuer()
                    .staff(
                        reader.login(),
                        reader.org(),
                        Set.of(reader.role()),
                        reader.epoch(),
                        STAFF_TOKEN_LIFETIME));
    boolean good = true;
    if (wishes.checkouts() > 0) {
      good = simulate(house, wishes, steps, gateway) && showReceipt(house, steps, addresses, token);
    }
    if (wishes.pos() || wishes.story()) {
      act(house, wishes, steps, gateway);
    }
    endOfShift(house, steps, gateway);
    settle(house, steps, gateway, addresses, token);
    examples(house, steps, gateway, addresses);
    steps.say("");
    steps.say("  会员累计节省 members have saved: " + Fen.of(number(house, SAVED)).yuan() + " 元 yuan");
    steps.say("");
    steps.say("  账本审计 audit of the ledger");
    Audit audit = Audit.of(PostgresUrl.parse(house.postgres()));
    steps.say(audit.describe().indent(2).stripTrailing());
    return good && audit.isClean();
  }

  /** Shift and story with the same members: phones taken anew would show the same codes again. */
  private void act(House house, Wishes wishes, Steps steps, Gateway gateway) throws Exception {
    SplittableRandom chance = new SplittableRandom(clock.millis());
    Testbed hall = DemoTestbed.read(house.folder().demoJson(), 1);
    MemberPhones phones = new MemberPhones(hall, clock, chance);
    if (wishes.pos()) {
      shift(house, steps, gateway, phones);
    }
    if (wishes.story()) {
      story(house, steps, gateway, phones, chance);
    }
  }

  private boolean simulate(House house, Wishes wishes, Steps steps, Gateway gateway)
      throws Exception {
    steps.say("");
    steps.say(
        String.format(
            Locale.ROOT,
            "  模拟 %,d 次结账，经 TLS  simulate %,d checkouts through TLS",
            wishes.checkouts(),
            wishes.checkouts()));
    Testbed testbed = DemoTestbed.read(house.folder().demoJson(), TILLS);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    ProgressLine progress = new ProgressLine(clock, out, System.console() != null);
    Plan plan = Plan.ofCheckouts(TILLS, wishes.checkouts(), SEED + clock.millis());
    Report report = await(new Simulation(gateway.vertx(), clock, testbed, plan, progress).run());
    progress.end();
    steps.say(report.table().stripTrailing());
    return report.good();
  }

  /** Whoever takes a till over begins with an empty batch. */
  private void endOfShift(House house, Steps steps, Gateway gateway) throws Exception {
    Testbed testbed = DemoTestbed.read(house.folder().demoJson(), 1);
    try (Connection database = house.connect()) {
      int closed = await(ShiftEnd.play(gateway.vertx(), clock, testbed, database));
      steps.say("");
      steps.say("  批结算 batches closed by the tills that played, all balanced: " + closed);
    }
  }

  /** Closes the day before it is over, which only a demo does, and takes one statement of it. */
  private void settle(
      House house, Steps steps, Gateway gateway, DemoFile.Addresses addresses, String token)
      throws Exception {
    Config defaults = ConfigReader.read(null, Map.of(), List.of()).config();
    Pool pool =
        Settlement.closing(gateway.vertx(), PostgresUrl.parse(house.serving()), defaults.limits());
    DayClose close =
        new DayClose(pool, clock, Duration.ofDays(-1), new Hints(defaults.settlement()));
    steps.say("");
    steps.say("  日结（演示提前关账） the day closes, before its time in this demo");
    int closed =
        await(
            close.run(
                step -> {
                  if (step.kind() == DayClose.Kind.BOOKED) {
                    steps.say("    " + step.day() + "  " + step.count() + " 笔已记账 booked");
                  }
                }));
    await(pool.close());
    Https https =
        Https.to(addresses.https(), Files.readString(DemoCertificates.ca(house.folder())));
    JsonObject listed =
        new JsonObject(
            Buffer.buffer(https.get("/v1/statements?kind=FUNDER&org=" + CITY, token).body()));
    if (closed == 0 || listed.getJsonArray("statements").isEmpty()) {
      return; // nothing was sold with the city's money
    }
    JsonObject statement = listed.getJsonArray("statements").getJsonObject(0);
    String path = "/v1/statements/" + statement.getLong("id");
    Path folder = house.folder().root();
    Files.write(folder.resolve("statement.csv"), https.get(path + "?format=csv", token).body());
    Files.write(folder.resolve("statement.sig.json"), https.get(path + "/signature", token).body());
    Files.write(folder.resolve("keys.json"), https.get("/v1/keys", token).body());
    steps.say(
        "    "
            + statement.getString("name")
            + " 应付商户 owes merchants: "
            + Fen.of(statement.getLong("dueFen")).yuan()
            + " 元 yuan");
    steps.say("    核验这张对账单 verify its statement:");
    steps.say("      cd " + folder);
    steps.say(
        "      "
            + Path.of("src/docs/verify-statement.sh").toAbsolutePath()
            + " statement.csv statement.sig.json keys.json");
    if (!addresses.pages().isEmpty()) {
      steps.say("    在浏览器里 in a browser: " + addresses.pages() + "/union#settlement");
    }
  }

  /** Rules as cities have them, and something to claim. */
  private void examples(House house, Steps steps, Gateway gateway, DemoFile.Addresses addresses)
      throws Exception {
    Https desk = Https.to(addresses.https(), Files.readString(DemoCertificates.ca(house.folder())));
    Examples.Entered entered =
        Examples.enter(
            house,
            desk,
            clock,
            (login, role, epoch) ->
                gateway
                    .tokenIssuer()
                    .staff(login, CITY, Set.of(role), epoch, Duration.ofMinutes(5)));
    if (entered.campaigns() > 0) {
      steps.say("");
      steps.say(
          String.format(
              Locale.ROOT,
              "  各地规则 rules as cities have them: 活动 %d campaigns, 运行 %d running, 发放批次 %d rounds%n"
                  + "  会员手机上可领 phones can claim: %s",
              entered.campaigns(),
              entered.running(),
              entered.rounds(),
              entered.open()));
    }
  }

  /** A reply that must not be ends the demo. */
  private void shift(House house, Steps steps, Gateway gateway, MemberPhones phones) {
    steps.say("");
    steps.say("  一台POS终端的班次，ISO 8583 经 TLS  a POS terminal's shift, ISO 8583 over TLS");
    Path file = house.folder().demoJson();
    new Shift(
            gateway.vertx(),
            clock,
            PosTestbed.read(file, 1, clock),
            phones::freshCode,
            steps.out(),
            false)
        .play();
  }

  /** An answer that must not be ends the demo. */
  private void story(
      House house, Steps steps, Gateway gateway, MemberPhones phones, SplittableRandom chance) {
    steps.say("");
    steps.say("  一家商户的故事  one merchant's story");
    Path file = house.folder().demoJson();
    new Story(file, gateway.vertx(), clock, phones, chance, steps.out()).play();
  }

  /** Fetches a receipt as an auditor would, and verifies it as an auditor would. */
  private boolean showReceipt(House house, Steps steps, DemoFile.Addresses addresses, String token)
      throws Exception {
    String id = new TransactionId(number(house, A_SALE)).toString();
    Https https =
        Https.to(addresses.https(), Files.readString(DemoCertificates.ca(house.folder())));
    byte[] receipt = https.get("/v1/receipts/" + id, token).body();
    byte[] keys = https.get("/v1/keys", token).body();
    Path folder = house.folder().root();
    Files.write(folder.resolve("receipt.json"), receipt);
    Files.write(folder.resolve("keys.json"), keys);
    steps.say("");
    steps.say("  一张回执 one receipt (" + folder.resolve("receipt.json") + ")");
    ObjectMapper json = new ObjectMapper();
    steps.say(
        json.writerWithDefaultPrettyPrinter()
            .writeValueAsString(json.readTree(receipt))
            .indent(2)
            .stripTrailing());
    Verification result = new ReceiptVerifier(KeysJson.read(keys)).verify(receipt);
    steps.say("  验证 verification: " + result.reason().chinese + " " + result.reason().english);
    if (!addresses.pages().isEmpty()) {
      String digest = Sha256.hex(ReceiptReader.read(receipt).body());
      steps.say("  在浏览器里验证 in a browser: " + addresses.pages() + "/r#" + id + "." + digest);
    }
    return result.isValid();
  }

  private static void invite(
      House house, Wishes wishes, Steps steps, DemoFile.Addresses addresses) {
    Path folder = house.folder().root();
    steps.say("");
    steps.say("  网关已就绪，按 Ctrl-C 结束  The gateway serves; Ctrl-C ends it.");
    steps.say("    HTTPS      " + addresses.https() + "   文档 docs: " + addresses.https() + "/docs");
    if (!addresses.pages().isEmpty()) {
      steps.say(
          "    网页 pages " + addresses.pages() + "   收银台 till: " + addresses.pages() + "/till");
      steps.say(
          "    商户 shop  "
              + addresses.pages()
              + "/shop   账号 login: "
              + DemoStaff.SHOP
              + "（密码在 password in demo.json）");
    }
    steps.say("    管理 ops   " + addresses.management() + "/metrics  /health/ready");
    DemoFile.Pos pos = addresses.pos();
    steps.say(
        "    POS        " + pos.host() + port(" TCP ", pos.port()) + port(" TLS ", pos.tlsPort()));
    steps.say("    一切所需   everything for curl: " + folder.resolve("demo.json"));
    steps.say("    试一试     try:");
    steps.say(
        "      curl --cacert "
            + folder.resolve("certs/ca.pem")
            + " "
            + addresses.https()
            + "/v1/keys");
    Doors doors = wishes.doors();
    if (doors.hosts().isOpen() || doors.management().isOpen()) {
      steps.say("");
      steps.say(
          "  ⚠ 演示已对网络开放：密钥在文件里，另有不加密的端口，只宜放在可信的网络中，切勿放真实数据\n"
              + "    The network reaches this demo: its secrets lie in a file, and it has ports"
              + " without encryption.\n"
              + "    For a network that you trust; nothing real belongs into it.");
    }
  }

  /** The last lines: what somebody opens who sees it for the first time. */
  private static void welcome(
      House house, Steps steps, Gateway gateway, DemoFile.Addresses addresses) throws Exception {
    Https desk = Https.to(addresses.https(), Files.readString(DemoCertificates.ca(house.folder())));
    Invitation links =
        Invitation.of(
            house,
            desk,
            addresses.pages(),
            (login, epoch) ->
                gateway
                    .tokenIssuer()
                    .staff(login, CITY, Set.of(Caller.Role.CLERK), epoch, Duration.ofMinutes(5)));
    steps.say("");
    steps.say("  先打开这两个链接，一部手机、一台收银机，各用一次");
    steps.say("  Open these two first, a phone and a till; each works once");
    steps.say("    手机 phone " + links.phone());
    steps.say("    收银 till  " + links.till());
  }

  private static String port(String name, int port) {
    return port < 0 ? "" : name + port;
  }

  private static long number(House house, String sql) throws SQLException {
    try (Connection database = house.connect();
        Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      if (!rows.next()) {
        throw new IllegalStateException("nothing was sold");
      }
      return rows.getLong(1);
    }
  }

  private static <T> T await(Future<T> future) throws InterruptedException {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CannotStart refusal) {
        throw refusal;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
