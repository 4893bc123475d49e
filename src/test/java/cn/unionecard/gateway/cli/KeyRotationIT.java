package cn.unionecard.gateway.cli;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestNodes;
import cn.unionecard.gateway.TestNodes.Heard;
import cn.unionecard.gateway.TestNodes.Node;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.edge.iso8583.TestPos;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.privacy.Column;
import cn.unionecard.gateway.privacy.IndexMove;
import cn.unionecard.gateway.privacy.MemberKey;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.privacy.VaultKey;
import cn.unionecard.gateway.receipt.KeysJson;
import cn.unionecard.gateway.receipt.ReceiptVerifier;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.KeyRotation;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.keys.Keyring.Purpose;
import cn.unionecard.gateway.runtime.keys.Rewrap;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.union.Passwords;
import cn.unionecard.workbench.demo.Https;
import cn.unionecard.workbench.embedded.FreePort;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Every key is changed for another while tills sell at two nodes over both protocols and staff sign
 * in at the one and read at the other: nobody is refused, nothing stays unanswered, what was made
 * before holds for its time, and what has ended is refused.
 */
class KeyRotationIT {
  private static final int PATIENCE_S = 60;
  private static final int MORE = 12;

  /** So many turns of one go by at the most while another takes one. */
  private static final int QUICKER_MAX = 8;

  private static final int CARDS = 60_000;
  private static final int KEYED_MEMBERS = 1_200;

  /** Numbers from here on are entered while keys change. */
  private static final int ENTERED = 20_000;

  /** A member whose number no key reads. */
  private static final int UNREADABLE = 7;

  private static final String CLERK = "key.clerk";
  private static final String PASSWORD = "a long password";
  private static final Map<String, String> BUSY =
      Map.of(
          "ECARD_LIMITS_TERMINAL_REQUESTS_PER_SECOND", "10000",
          "ECARD_LIMITS_TERMINAL_REQUESTS_BURST", "10000",
          "ECARD_LIMITS_DEADLINE_MS", "20000",
          "ECARD_LIMITS_STATEMENT_TIMEOUT_MS", "15000",
          "ECARD_LIMITS_DRAIN_MS", "20000",
          "ECARD_DESK_READS_MAX", "100000");

  private final Clock clock = Clock.systemUTC();
  private final SecureRandom random = new SecureRandom();
  private final String url = TestStores.get().newDatabase();
  private final Path folder;
  private final Path kek;
  private String said = "";

  private volatile List<MemberCodes> phones = List.of();
  private final AtomicLong card = new AtomicLong();
  private final AtomicInteger enteredTwice = new AtomicInteger();
  private final Queue<String> receipts = new ConcurrentLinkedQueue<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final List<AtomicInteger> done = new CopyOnWriteArrayList<>();

  /** Told of each turn that somebody has done. */
  private final Object turns = new Object();

  /** The desks of each node, over connections that last. */
  private final Map<Node, Https> desks = new ConcurrentHashMap<>();

  private volatile String clerk = "";
  private volatile boolean over;

  KeyRotationIT(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) {
    this.folder = folder;
    this.kek = folder.resolve("kek");
  }

  @Test
  void eachKeyIsChangedWhileTillsSell() throws Exception {
    town();
    ExecutorService at = Executors.newCachedThreadPool();
    Vertx vertx = cn.unionecard.gateway.Loops.vertx();
    try (TestNodes nodes = new TestNodes(url, folder)) {
      int[] iso = {FreePort.orAny(0), FreePort.orAny(0)};
      nodes.inject("T0000005", KeyAlgorithm.SM4, new byte[16]);
      nodes.inject("T0000006", KeyAlgorithm.SM4, new byte[16]);
      memberKeys();
      List<Node> both = List.of(start(nodes, "n1", iso[0]), start(nodes, "n2", iso[1]));
      phones = List.of(codes(ring().current(Purpose.CODE)));
      try (TestPos first = pos(vertx, iso[0], 5);
          TestPos second = pos(vertx, iso[1], 6)) {
        signOn(first);
        signOn(second);
        String token = signIn(nodes, both.get(0));
        clerk = signIn(nodes, both.get(0), CLERK);
        for (int i = 0; i < 2; i++) {
          Node node = both.get(i);
          String till = "T000000" + (1 + i);
          TestPos pos = i == 0 ? first : second;
          on(at, n -> overHttps(nodes, node, till, n));
          on(at, n -> overIso(pos));
        }
        on(at, n -> staff(nodes, both.get(n % 2), both.get(1 - n % 2), token));
        on(at, n -> enter(nodes, both, n));
        goOn();

        receiptKey(both);
        tokenKey(nodes, both, token);
        codeKey();
        vaultKey(nodes, both);
        keyEncryptionKey(nodes, both);
        Node third = start(nodes, "n3", FreePort.orAny(0));
        signOn(second); // its master key lies under the new one
        goOn();
        endOfTheFormer(nodes, third, token);

        over = true;
        wake();
        at.shutdown();
        assertTrue(at.awaitTermination(PATIENCE_S, TimeUnit.SECONDS));
        assertEquals(List.of(), List.copyOf(wrong).subList(0, Math.min(5, wrong.size())));
        verifyAll(nodes, third);
      }
    } finally {
      over = true;
      at.shutdownNow();
      await(vertx.close());
    }
    TestLine.assertAuditClean(url);
  }

  // ---- the keys

  private void receiptKey(List<Node> both) throws Exception {
    String before = ring().current(Purpose.RECEIPT).kid();
    assertEquals(0, keys("new", "--purpose", "RECEIPT"), said);
    String kid = ring().current(Purpose.RECEIPT).kid();
    assertNotEquals(before, kid);
    until(
        () ->
            TestStores.number(
                    url, "select count(distinct chain) from block where kid = '" + kid + "'")
                == both.size());
    goOn();
    assertTrue(keys("list") == 0 && said.contains(before + " SM2 verifies"), said);
    assertTrue(said.contains(kid + " SM2 in force"), said);
  }

  private void tokenKey(TestNodes nodes, List<Node> both, String token) throws Exception {
    String before = ring().current(Purpose.TOKEN).kid();
    assertEquals(0, keys("new", "--purpose", "TOKEN"), said);
    until(() -> !kid(signIn(nodes, both.get(1))).equals(before));
    goOn();
    assertEquals(before, kid(token));
    assertEquals(200, reads(nodes, both.get(0), token), "it has not ended");
    assertEquals(1, keys("end", ring().current(Purpose.TOKEN).kid()), said);
    assertTrue(said.contains("has to be replaced first"), said);
  }

  private static String kid(String token) {
    String head = token.substring(0, token.indexOf('.'));
    byte[] json = java.util.Base64.getUrlDecoder().decode(head);
    return new JsonObject(new String(json, StandardCharsets.UTF_8)).getString("kid");
  }

  private void codeKey() throws Exception {
    MemberCodes before = phones.get(0);
    assertEquals(0, keys("new", "--purpose", "CODE"), said);
    MemberCodes after = codes(ring().current(Purpose.CODE));
    assertNotEquals(before.kid(), after.kid());
    phones = List.of(before, after);
    goOn();
    assertEquals(1, keys("new", "--purpose", "CODE"), said);
    assertTrue(said.contains("codes of two keys are taken already"), said);
  }

  /** Twice, so that each of the two places has been left and taken. */
  private void vaultKey(TestNodes nodes, List<Node> both) throws Exception {
    String before = ring().current(Purpose.VAULT).kid();
    assertEquals(1, keys("end", before), said);
    assertTrue(said.contains("has to be replaced first"), said);
    assertEquals(0, keys("reindex"), said);
    assertTrue(said.contains("nothing is to be done"), said);
    assertEquals(0, keys("new", "--purpose", "VAULT"), said);
    goOn();
    assertEquals(1, keys("new", "--purpose", "VAULT"), said);
    assertTrue(said.contains("people are found by two keys already"), said);
    assertEquals(1, keys("end", before), said);
    assertTrue(said.contains("keys reindex first"), said);
    found(nodes, both);
    int entered = enteredTwice.get();
    reindexInterrupted();
    assertEquals(1, keys("reindex"), said);
    assertTrue(said.contains("member " + UNREADABLE + " cannot be read"), said);
    assertTrue(said.contains("found by " + before + " alone: 1 members, 0 "), said);
    assertEquals(1, keys("end", before), said);
    assertTrue(said.contains("--leave 1"), said);
    assertEquals(0, keys("end", before, "--leave", "1"), said);
    assertEquals(0, found("identity_index"), "nothing of the former key is left");
    goOn();
    found(nodes, both);
    assertEquals(1, found("identity_index is null and identity_index_2"), "whoever cannot be read");

    before = ring().current(Purpose.VAULT).kid();
    assertEquals(0, keys("new", "--purpose", "VAULT"), said);
    goOn();
    assertEquals(0, keys("reindex"), said);
    assertEquals(0, keys("end", before), said);
    assertEquals(0, found("identity_index_2"));
    goOn();
    found(nodes, both);
    assertTrue(enteredTwice.get() > entered, "others were entered all the time");
    assertEquals(0, keys("end", before), "again, as whoever was interrupted: " + said);
  }

  private long found(String column) {
    return TestStores.number(
        url,
        column.contains(" ")
            ? "select count(*) from member_key where " + column + " is null"
            : "select count(*) from member_key where " + column + " is not null");
  }

  /** Those of before and those that were entered meanwhile have one card each, at both nodes. */
  private void found(TestNodes nodes, List<Node> both) throws Exception {
    int last = enteredTwice.get();
    for (int n : List.of(1, 2, KEYED_MEMBERS, ENTERED, ENTERED + last / 2, ENTERED + last - 1)) {
      for (Node node : both) {
        JsonObject number = new JsonObject().put("identity", identity(n));
        Https.Answer answer = https(nodes, node).post("/v1/card-searches", clerk, null, number);
        assertEquals(200, answer.status(), answer::toString);
        assertEquals(1, answer.json().getJsonArray("cards").size(), n + ": " + answer);
      }
    }
  }

  private void reindexInterrupted() throws Exception {
    class Enough extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }
    List<Keyring.Key> taken = ring().takenAt(Purpose.VAULT, clock.instant());
    List<VaultKey> keys =
        taken.stream().map(key -> new VaultKey(key.place(), key.secret())).toList();
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      IndexMove move =
          new IndexMove(
              database,
              new MemberVault(() -> keys, Kek.of(config(kek)), random),
              taken.get(1).place());
      assertThrows(
          Enough.class,
          () ->
              move.run(
                  step -> {
                    throw new Enough();
                  }));
    }
  }

  private void keyEncryptionKey(TestNodes nodes, List<Node> both) throws Exception {
    String before = Files.readString(kek).strip();
    String after = Secrets.hex(random, Kek.BYTES);
    Files.writeString(kek, before + "\n" + after + "\n");
    String first = name(after);
    until(() -> rotation(r -> r.nodes().stream().allMatch(n -> n.keks().contains(first))));
    goOn();
    Path ahead = Files.writeString(folder.resolve("ahead"), after + "\n" + before);
    assertEquals(1, keys(ahead, "rewrap"), said);
    assertTrue(said.startsWith("n1, n2 wrap with another key-encryption key"), said);

    Files.writeString(kek, after + "\n" + before + "\n");
    until(() -> rotation(r -> r.notWrappingWith(first).isEmpty()));
    interrupted();
    goOn();
    assertEquals(0, keys("rewrap"), said);
    assertTrue(
        Pattern.compile("^member_key.wrapped: [0-9]+ done, 0 left$", Pattern.MULTILINE)
            .matcher(said)
            .find(),
        said);
    assertTrue(said.endsWith("all under " + first), said);
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      Rewrap.standing(database)
          .forEach(
              (place, names) ->
                  assertTrue(Set.of(first).containsAll(names.keySet()), place + names));
    }
    Files.writeString(kek, after + "\n");
    until(() -> rotation(r -> r.nodes().stream().allMatch(n -> n.keks().equals(List.of(first)))));
    goOn();
    Kek former = Kek.of(new Config.Keys(null, before, "SM2"));
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      assertThrows(CannotStart.class, () -> Keyring.load(database, former));
    }
    assertEquals(200, reads(nodes, both.get(1), signIn(nodes, both.get(0))));
  }

  /** Whoever runs it again goes on behind the rows that are done. */
  private void interrupted() throws Exception {
    class Enough extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      Rewrap rewrap = new Rewrap(database, Kek.of(config(kek)), random);
      assertThrows(
          Enough.class,
          () ->
              rewrap.run(
                  step -> {
                    if (step.place().name().equals("member_key.wrapped") && step.left() < 500) {
                      throw new Enough();
                    }
                  }));
    }
  }

  private void endOfTheFormer(TestNodes nodes, Node node, String token) throws Exception {
    MemberCodes former = phones.get(0);
    phones = List.of(phones.get(1));
    clerk = signIn(nodes, node, CLERK);
    ended = true;
    goOn(); // whoever had a former code or token has used it by now
    for (Purpose purpose : List.of(Purpose.TOKEN, Purpose.CODE)) {
      Keyring.Key ended = ring().keys(purpose).get(1);
      Instant end = Objects.requireNonNull(ended.endsAt());
      assertTrue(end.isAfter(clock.instant()), ended::toString);
      assertEquals(0, keys("end", ended.kid()), said);
      assertEquals(1, keys("end", ended.kid()), "once: " + said);
    }
    until(() -> reads(nodes, node, token) == 401);
    AtomicInteger tries = new AtomicInteger();
    until(
        () -> {
          String code = code(former, 30_000 + tries.incrementAndGet());
          JsonObject sale = sale(code);
          Heard heard = await(nodes.sell(node, "T0000003", "late-" + tries.get(), sale));
          return "CODE_UNKNOWN".equals(heard.body().getString("refusal"));
        });
    goOn();
  }

  // ---- who sells

  private interface Turn {
    void take(int n) throws Exception;
  }

  private void on(ExecutorService at, Turn turn) {
    AtomicInteger own = new AtomicInteger();
    done.add(own);
    at.execute(
        () -> {
          while (!over) {
            try {
              turn.take(own.get());
              awaitOthers(own.get());
            } catch (Exception | AssertionError e) {
              wrong.add(e.toString());
              over = true;
            }
            own.incrementAndGet();
            wake();
          }
        });
  }

  /** Tills, which are quick, leave something of the machine to those at desks. */
  private void awaitOthers(int own) throws InterruptedException {
    synchronized (turns) {
      while (!over && own > QUICKER_MAX * (slowest() + MORE)) {
        turns.wait();
      }
    }
  }

  private int slowest() {
    return done.stream().mapToInt(AtomicInteger::get).min().orElse(0);
  }

  private void wake() {
    synchronized (turns) {
      turns.notifyAll();
    }
  }

  private volatile boolean ended;

  /** Everybody has done some more, and nobody heard no. */
  private void goOn() throws Exception {
    int[] before = done.stream().mapToInt(AtomicInteger::get).toArray();
    until(
        () -> {
          boolean all = true;
          for (int i = 0; i < before.length; i++) {
            all &= done.get(i).get() >= before[i] + MORE;
          }
          return all;
        });
  }

  /** Looked at again whenever somebody has done one more. */
  private void until(Callable<Boolean> holds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    while (!holds.call()) {
      long left = end - System.nanoTime();
      assertTrue(left > 0 && wrong.isEmpty(), () -> "not within " + PATIENCE_S + " s; " + wrong);
      synchronized (turns) {
        TimeUnit.NANOSECONDS.timedWait(turns, left);
      }
    }
  }

  private void overHttps(TestNodes nodes, Node node, String till, int n) {
    Heard heard =
        await(nodes.sell(node, till, till + "-" + n, sale(code(phones.get(n % phones.size())))));
    assertEquals(201, heard.status(), () -> heard.document().encode());
    assertEquals("APPROVED", heard.body().getString("outcome"), () -> heard.document().encode());
    receipts.add(heard.document().encode());
  }

  private static void signOn(TestPos pos) {
    synchronized (pos) {
      assertEquals("00", pos.signOn(3).code());
    }
  }

  private void overIso(TestPos pos) {
    synchronized (pos) {
      List<MemberCodes> now = phones;
      assertEquals("00", pos.ask(pos.sale(code(now.get(now.size() - 1)), 5_000)).code());
    }
  }

  /**
   * One person at both nodes at once: he is one, whichever key each of them takes for the newer.
   */
  private void enter(TestNodes nodes, List<Node> both, int n) throws Exception {
    JsonObject person =
        new JsonObject()
            .put("identity", identity(ENTERED + n))
            .put("name", "某人")
            .put("category", "ORDINARY")
            .put("org", "410802");
    String token = clerk;
    Set<String> cards = new java.util.TreeSet<>();
    while (cards.isEmpty()) { // who was too slow hears 503: nothing happened
      List<CompletableFuture<Https.Answer>> answers = new ArrayList<>();
      for (Node node : both) {
        answers.add(
            CompletableFuture.supplyAsync(
                () -> https(nodes, node).post("/v1/members", token, null, person.copy())));
      }
      for (CompletableFuture<Https.Answer> one : answers) {
        Https.Answer answer = one.get();
        assertTrue(Set.of(200, 201, 503).contains(answer.status()), answer::toString);
        if (answer.status() != 503) {
          cards.add(answer.json().getString("cardNo"));
        }
      }
    }
    assertEquals(1, cards.size(), () -> "entered twice: " + cards);
    enteredTwice.incrementAndGet();
  }

  private void staff(TestNodes nodes, Node here, Node there, String token) throws Exception {
    assertEquals(200, reads(nodes, there, signIn(nodes, here)));
    if (!ended) {
      int status = reads(nodes, there, token);
      assertTrue(status == 200 || ended, "an old token: " + status);
    }
  }

  private static JsonObject sale(String code) {
    return new JsonObject().put("type", "SALE").put("code", code).put("orderFen", 10_000);
  }

  private String code(MemberCodes codes) {
    return code(codes, 1 + card.getAndIncrement() % 20_000 + 40_000);
  }

  private String code(MemberCodes codes, long serial) {
    synchronized (codes) {
      return codes.issue(new CardNo(serial), 1, clock.instant().getEpochSecond());
    }
  }

  private String signIn(TestNodes nodes, Node node) throws Exception {
    return signIn(nodes, node, "key.reader");
  }

  private String signIn(TestNodes nodes, Node node, String login) throws Exception {
    JsonObject proof = new JsonObject().put("login", login).put("password", PASSWORD);
    Https.Answer answer = https(nodes, node).post("/v1/staff-tokens", null, null, proof);
    assertEquals(200, answer.status(), answer::toString);
    return answer.json().getString("accessToken");
  }

  private int reads(TestNodes nodes, Node node, String token) throws Exception {
    return https(nodes, node).get("/v1/orgs", token).status();
  }

  private Https https(TestNodes nodes, Node node) {
    return desks.computeIfAbsent(
        node, to -> Https.to("https://localhost:" + to.port(), nodes.authority()));
  }

  /** With the published keys, by the verifier that anybody may run. */
  private void verifyAll(TestNodes nodes, Node node) throws Exception {
    Https.Answer keys = nodes.till(node, "T0000001").get("/v1/keys", null);
    assertEquals(200, keys.status(), keys::toString);
    ReceiptVerifier verifier = new ReceiptVerifier(KeysJson.read(keys.body()));
    Set<String> kids = new java.util.TreeSet<>();
    for (String receipt : receipts) {
      var verdict = verifier.verify(receipt.getBytes(StandardCharsets.UTF_8));
      assertTrue(verdict.isValid(), () -> verdict + " " + receipt);
      kids.add(new JsonObject(receipt).getJsonObject("block").getString("kid"));
    }
    assertEquals(2, kids.size(), kids::toString);
  }

  // ---- the town

  private void town() {
    TestTown.load(url);
    TestStores.execute(
        url,
        """
        insert into member
          select g, 410802, 'ORDINARY', '\\x00', '\\x00', int8send(g)
          from generate_series(20001, %1$d) g;
        insert into card select g, g, 'ACTIVE', 1, '张*' from generate_series(20001, %1$d) g;
        insert into staff (login, name, org, roles, status, password)
          values ('key.reader', '某人', 410800, '{AUDITOR}', 'ACTIVE', '%2$s'),
            ('%3$s', '某人', 410800, '{CLERK}', 'ACTIVE', '%2$s')"""
            .formatted(CARDS, new Passwords(random).hash(PASSWORD), CLERK));
  }

  /** Of members, as a list brings them. */
  private void memberKeys() throws Exception {
    Keyring.Key key = ring().current(Purpose.VAULT);
    MemberVault vault = new MemberVault(key.secret(), Kek.of(config(kek)), random);
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        PreparedStatement add =
            database.prepareStatement(
                "insert into member_key (member, wrapped, identity_index) values (?, ?, ?)");
        PreparedStatement write =
            database.prepareStatement(
                "update member set identity_cipher = ?, identity_index = null where id = ?")) {
      for (int member = 1; member <= KEYED_MEMBERS; member++) {
        MemberKey own = vault.make(member);
        add.setLong(1, member);
        add.setBytes(2, own.wrapped());
        add.setBytes(3, vault.index(identity(member)));
        add.addBatch();
        if (member != UNREADABLE) {
          write.setBytes(1, own.encrypt(Column.IDENTITY, identity(member)));
          write.setLong(2, member);
          write.addBatch();
        }
      }
      add.executeBatch();
      write.executeBatch();
    }
  }

  private static String identity(int n) {
    String payload =
        String.format(Locale.ROOT, "410802%04d0101%03d", 1950 + n / 900, 100 + n % 900);
    return payload + ResidentNumber.checkCharacter(payload);
  }

  private Node start(TestNodes nodes, String name, int isoPort) throws Exception {
    Map<String, String> settings = new java.util.HashMap<>(BUSY);
    settings.put("ECARD_ISO8583_PORT", Integer.toString(isoPort));
    Node node = nodes.start(name, url, settings);
    nodes.awaitReady(node);
    return node;
  }

  private static TestPos pos(Vertx vertx, int port, int terminal) {
    return new TestPos(
        vertx,
        port,
        new NetClientOptions(),
        new TerminalId("T000000" + terminal),
        KeyAlgorithm.SM4,
        MacMode.XOR_ECB,
        new byte[16]);
  }

  private static Config.Keys config(Path file) {
    return new Config.Keys(file.toString(), null, "SM2");
  }

  private static String name(String key) {
    return Kek.of(new Config.Keys(null, key, "SM2")).names().get(0);
  }

  private Keyring ring() throws Exception {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      return Keyring.load(database, Kek.of(config(kek)));
    }
  }

  private interface Asked {
    boolean holds(KeyRotation rotation) throws Exception;
  }

  private boolean rotation(Asked asked) throws Exception {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      return asked.holds(new KeyRotation(database, clock));
    }
  }

  private static MemberCodes codes(Keyring.Key key) {
    int half = CodeKey.KEY_BYTES;
    return new MemberCodes(
        List.of(
            new CodeKey(
                key.kid(),
                Arrays.copyOf(key.secret(), half),
                Arrays.copyOfRange(key.secret(), half, 2 * half))));
  }

  private int keys(String... words) {
    return keys(kek, words);
  }

  private int keys(Path file, String... words) {
    StringWriter out = new StringWriter();
    CommandLine line =
        new CommandLine(new KeysCommand(clock, random))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  command.getErr().println(failure.getMessage());
                  command.getErr().flush();
                  return 1;
                });
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--set", "stores.postgres=" + url, "--set", "keys.kekFile=" + file));
    int status = line.execute(all.toArray(String[]::new));
    said = out.toString().strip();
    return status;
  }
}
