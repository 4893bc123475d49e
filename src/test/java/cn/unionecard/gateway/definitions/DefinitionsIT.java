package cn.unionecard.gateway.definitions;

import static cn.unionecard.gateway.TestLine.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * In a province of 20,000 merchants and 100,000 terminals a lane reads what its blocks use, renews
 * what an edit names, and decides each block by the definitions that its own transaction sees.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DefinitionsIT {
  private static final String HERE = "T0000001";

  /** Far less than one merchant in a hundred. */
  private static final long START_BYTES_MAX = 64_000;

  private final Clock clock = Clock.systemUTC();
  private final Vertx vertx = Loops.vertx();
  private final AtomicLong bytesRead = new AtomicLong();
  private String url;
  private TestLine line;
  private long card = 1;
  private int ids;

  @BeforeAll
  void start() {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.tenPercent(url);
    TestTown.campaign(
        url,
        2,
        "COUNTY",
        """
        {"benefit":{"kind":"FIXED","offFen":3000},"members":{"orgs":[410821]},
         "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}""",
        1_000_000_000L);
    TestStores.execute(
        url,
        """
        INSERT INTO merchant
          SELECT g, '84108021' || g, '店' || g, '91410800MA0000007L', 'EAT', '410802', 410802, 410800,
                 'LIVE'
          FROM generate_series(1000001, 1020000) g;
        INSERT INTO terminal
          SELECT g, 'P' || g, 1000001 + g % 20000, 'PSN' || g, 'ACTIVE'
          FROM generate_series(2000001, 2100000) g;
        ANALYZE""");
    String counted = counted(url);
    line = new TestLine(counted, counted, TestStores.get().redisUrl(), "province", 1, clock);
  }

  /** The same database behind a line on which it is counted what the server says. */
  private String counted(String url) {
    PostgresUrl server = PostgresUrl.parse(url);
    NetClient client = vertx.createNetClient();
    NetServer proxy =
        vertx
            .createNetServer()
            .connectHandler(
                near -> {
                  near.pause();
                  client
                      .connect(server.port(), server.host())
                      .onSuccess(
                          far -> {
                            near.handler(far::write).closeHandler(closed -> far.close());
                            far.closeHandler(closed -> near.close());
                            far.handler(
                                said -> {
                                  bytesRead.addAndGet(said.length());
                                  near.write(said);
                                });
                            near.resume();
                          });
                });
    int port = Loops.await(proxy.listen(0, "127.0.0.1")).actualPort();
    return url.replaceFirst("@[^/]*/", "@127.0.0.1:" + port + "/");
  }

  @AfterAll
  void stop() throws Exception {
    line.close();
    Loops.await(vertx.close());
    TestLine.assertAuditClean(url);
  }

  /** All that a block here needs is known. */
  @BeforeEach
  void settle() {
    sell(HERE);
    sell(HERE);
  }

  @CanIgnoreReturnValue
  private String sell(String terminal) {
    card = card % 8_000 + 1;
    return body(sale(terminal, id(), TestTown.code(card, clock.millis()), 10_000));
  }

  private String id() {
    return "d-" + ++ids;
  }

  private String body(Request request) {
    Reply.Recorded recorded = assertInstanceOf(Reply.Recorded.class, line.submit(request));
    return new String(recorded.receipt().body(), StandardCharsets.UTF_8);
  }

  /** A sale here tells of it. */
  private void assertSells(String part) {
    String body = sell(HERE);
    assertTrue(body.contains(part), () -> part + " is not in " + body);
  }

  private void edit(String sql) {
    TestStores.execute(url, sql);
  }

  private long version() {
    return TestStores.number(url, "SELECT version FROM definitions");
  }

  private long reads() {
    return (long) line.registry.get("ecard.definitions.reads").counter().count();
  }

  private long flownAgain() {
    return (long)
        line.registry
            .get("ecard.block.failures")
            .tag("failure", "DEFINITIONS_CHANGED")
            .counter()
            .count();
  }

  // ---- what is not read

  @Test
  void aNodeStartsWithoutReadingTheProvince() {
    long before = bytesRead.get();
    String counted = counted(url);
    try (TestLine fresh =
        new TestLine(counted, counted, TestStores.get().redisUrl(), "fresh", 2, clock)) {
      String code = TestTown.code(9_900, clock.millis());
      assertInstanceOf(Reply.Recorded.class, fresh.submit(sale(HERE, id(), code, 100)));
    }
    long read = bytesRead.get() - before;
    assertTrue(read < START_BYTES_MAX, "bytes read: " + read);
  }

  @Test
  void whatOthersChangeIsNeitherReadNorFlownAgain() {
    long reads = reads();
    long again = flownAgain();
    long version = version();
    for (int i = 0; i < 20; i++) {
      int other = 1_000_100 + i;
      edit("UPDATE merchant SET name = name || '新' WHERE id = " + other);
      edit("UPDATE terminal SET merchant = merchant + 1 WHERE id = " + (2_000_100 + i));
      edit(
          """
          INSERT INTO merchant VALUES (%1$d, '84108031%1$d', '新店', '91410800MA0000007L', 'EAT',
            '410802', 410802, 410800, 'RECOMMENDED');
          INSERT INTO terminal VALUES (%1$d, 'Q%1$d', %1$d, 'QSN%1$d', 'REGISTERED')"""
              .formatted(3_000_001 + i));
      assertSells("饭店");
    }
    assertEquals(version + 80, version());
    assertEquals(reads, reads());
    assertEquals(again, flownAgain());
  }

  @Test
  void whatTheLineDoesNotReadDoesNotCount() {
    edit(
        """
        INSERT INTO campaign
          SELECT 77, 'DRAFT-77', 'x', org, 'x', 'DRAFT', starts_at, ends_at, rule, 'x'
          FROM campaign WHERE id = 1""");
    long version = version();
    edit(
        """
        UPDATE merchant SET name = name, status = 'SUSPENDED' WHERE id = 2;
        UPDATE terminal SET status = 'ACTIVE', serial_no = serial_no || 'x' WHERE id = 3;
        UPDATE org SET name = name || 'x';
        UPDATE campaign SET document_no = document_no || 'x';
        UPDATE campaign SET public_name = 'y', status = 'APPROVED' WHERE id = 77;
        UPDATE allowance SET limit_fen = limit_fen + 1;
        DELETE FROM campaign WHERE id = 77""");
    assertEquals(version, version());
  }

  @Test
  void aSuspensionBindsAtTheNextCommitAndReadsNothing() {
    long reads = reads();
    edit("UPDATE terminal SET status = 'SUSPENDED' WHERE id = 1");
    assertSells("TERMINAL_SUSPENDED");
    edit("UPDATE terminal SET status = 'ACTIVE' WHERE id = 1");
    edit("UPDATE merchant SET status = 'SUSPENDED' WHERE id = 1");
    assertSells("MERCHANT_SUSPENDED");
    edit("UPDATE merchant SET status = 'LIVE' WHERE id = 1");
    assertSells("APPROVED");
    assertEquals(reads, reads());
  }

  @Test
  void aNumberThatNobodyHasIsAskedForOnce() {
    OriginalRef foreign = new OriginalRef.Key(new TerminalId("FOREIGN1"), new RequestId("f-1"));
    long reads = reads();
    for (int i = 0; i < 5; i++) {
      Request refund =
          Request.following(
              TransactionType.REFUND,
              new TerminalId(HERE),
              new RequestId(id()),
              foreign,
              Fen.of(100));
      assertTrue(body(refund).contains("ORIGINAL_NOT_FOUND"));
    }
    assertEquals(reads + 1, reads());
    Request there = sale("FOREIGN2", id(), TestTown.code(9_901, clock.millis()), 100);
    for (int i = 0; i < 5; i++) {
      assertEquals(new Reply.Declined(Refusal.TERMINAL_UNKNOWN), line.submit(there));
    }
    assertEquals(reads + 2, reads());
    edit("INSERT INTO terminal VALUES (4000001, 'FOREIGN2', 1, 'FSN2', 'ACTIVE')");
    assertTrue(body(there).contains("APPROVED"));
  }

  // ---- what is read anew

  @Test
  void theVeryNextCommitSeesWhatItUses() {
    edit("UPDATE merchant SET name = '新饭店' WHERE id = 1");
    assertSells("新饭店");
    edit("UPDATE merchant SET name = '饭店' WHERE id = 1");
    assertSells("\"饭店\"");

    edit("UPDATE terminal SET merchant = 3 WHERE id = 1");
    assertSells("841080250000033");
    edit("UPDATE terminal SET merchant = 1 WHERE id = 1");
    assertSells("841080210000013");

    edit("UPDATE terminal SET terminal_no = 'T0000021' WHERE id = 1");
    Request gone = sale(HERE, id(), TestTown.code(9_902, clock.millis()), 100);
    assertEquals(new Reply.Declined(Refusal.TERMINAL_UNKNOWN), line.submit(gone));
    assertTrue(sell("T0000021").contains("APPROVED"));
    edit("UPDATE terminal SET terminal_no = 'T0000001' WHERE id = 1");
    assertSells("APPROVED");
  }

  @Test
  void theVeryNextCommitSeesTheCampaignsOfItsMoment() {
    long odd = 9_903; // of the county, as all odd ones are
    assertEquals(3_000, discount(odd));
    edit("UPDATE campaign SET status = 'PAUSED' WHERE id = 2");
    assertEquals(1_000, discount(odd + 2));
    edit("UPDATE campaign SET status = 'RUNNING' WHERE id = 2");
    assertEquals(3_000, discount(odd + 4));
    edit("UPDATE campaign SET rule = jsonb_set(rule, '{members,orgs}', '[410800]') WHERE id = 2");
    assertEquals(3_000, discount(odd + 6), "the county's root is the city");
    edit("UPDATE org SET path = '{410802,410821}' WHERE id = 410821");
    assertEquals(1_000, discount(odd + 8), "it is no more");
    edit(
        """
        UPDATE org SET path = '{410800,410821}' WHERE id = 410821;
        UPDATE campaign SET rule = jsonb_set(rule, '{members,orgs}', '[410821]') WHERE id = 2""");
    assertEquals(3_000, discount(odd + 10));
  }

  private long discount(long serial) {
    String body = body(sale(HERE, id(), TestTown.code(serial, clock.millis()), 10_000));
    return Long.parseLong(body.replaceFirst("(?s).*\"discountFen\":(\\d+).*", "$1"));
  }

  @Test
  void whatPaidIsNamedThoughItHasEnded() {
    TestTown.campaign(
        url,
        3,
        "BIG-3",
        """
        {"benefit":{"kind":"FIXED","offFen":4000},
         "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}""",
        1_000_000_000L);
    edit("UPDATE campaign SET public_name = '满满减' WHERE id = 3");
    Request sold = sale(HERE, id(), TestTown.code(9_950, clock.millis()), 10_000);
    assertTrue(body(sold).contains("满满减"));
    edit("UPDATE campaign SET status = 'ENDED' WHERE id = 3");
    try (TestLine other = new TestLine(url, "undoes", 1, clock)) {
      Reply undone =
          other.submit(Request.reversal(new TerminalId(HERE), sold.requestId(), Fen.ZERO));
      Reply.Recorded recorded = assertInstanceOf(Reply.Recorded.class, undone);
      String body = new String(recorded.receipt().body(), StandardCharsets.UTF_8);
      assertTrue(body.contains("满满减"), body);
    }
  }

  @Test
  void anEditThatIsNotCommittedIsNotSeen() throws SQLException {
    try (Connection editor = PostgresUrl.parse(url).jdbcConnection();
        Statement edit = editor.createStatement()) {
      editor.setAutoCommit(false);
      edit.execute("UPDATE merchant SET name = '晚店' WHERE id = 1");
      assertSells("\"饭店\"");
      editor.commit();
      assertSells("晚店");
    }
    edit("UPDATE merchant SET name = '饭店' WHERE id = 1");
  }

  // ---- very much

  @Test
  void oneStatementThatChangesVeryManyIsOneChange() {
    edit("UPDATE merchant SET name = name || '广' WHERE id > 1000000 OR id = 1");
    String last = "FROM definition_change WHERE version = (SELECT version FROM definitions)";
    assertEquals(1, TestStores.number(url, "SELECT count(*) " + last + " AND id IS NULL"));
    assertEquals(1, TestStores.number(url, "SELECT count(*) " + last));
    long before = bytesRead.get();
    assertSells("饭店广");
    assertTrue(bytesRead.get() - before < START_BYTES_MAX);
    edit("UPDATE merchant SET name = '饭店' WHERE id = 1");
    assertSells("\"饭店\"");
  }

  @Test
  void whoIsFarBehindForgetsAll() {
    editOften(1_500);
    assertSells("饭店1");
    editOften(12_000);
    assertTrue(
        TestStores.number(url, "SELECT count(*) FROM definition_change") <= 13_000,
        "old changes are kept");
    assertEquals(
        0,
        TestStores.number(
            url,
            "SELECT count(*) FROM definition_change c, definitions d WHERE c.version <= d.pruned"));
    assertSells("饭店1");
    edit("UPDATE merchant SET name = '饭店' WHERE id = 1");
    assertSells("\"饭店\"");
  }

  /** One edit of what is used here, then very many of others. */
  private void editOften(int times) {
    edit("UPDATE merchant SET name = '饭店' WHERE id = 1");
    assertSells("\"饭店\"");
    edit(
        """
        UPDATE merchant SET name = '饭店1' WHERE id = 1;
        DO $$ BEGIN FOR i IN 1 .. %d LOOP
          UPDATE merchant SET name = '店' || i WHERE id = 1000777;
        END LOOP; END $$"""
            .formatted(times));
  }
}
