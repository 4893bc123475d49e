package cn.unionecard.gateway.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.EventSchemas;
import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.ledger.audit.Audit;
import cn.unionecard.gateway.receipt.SigningKey;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the owner of the tables does to the audit shows by its seals, on a real database. */
class AuditSealsIT {
  private static final SigningKey KEY = TestLine.signingKey();

  /** As an owner would who knows how the chain is made. */
  private static final String REWRITE =
      """
      alter table audit disable trigger user;
      update audit set subject = 'somebody else' where seq = 2;
      do $$
      declare
        r audit;
        h bytea := sha256('ecard-audit');
      begin
        for r in select * from audit order by seq loop
          r.prev := h;
          h := audit_hash(r);
          update audit set prev = r.prev, hash = h where seq = r.seq;
        end loop;
        update audit_head set hash = h;
      end $$;
      alter table audit enable trigger user;
      """;

  private String url;
  private Vertx vertx;
  private AuditSeals seals;

  @BeforeEach
  void open(Vertx vertx) {
    this.vertx = vertx;
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestStores.execute(
        url,
        """
        insert into keyring (kid, purpose, alg, public_key, wrapped, created_at)
        values ('test-1', 'RECEIPT', 'SM2', '\\x%s', '\\x00', now())"""
            .formatted(HexFormat.of().formatHex(KEY.publicKey().spki())));
    seals = node();
    for (int i = 1; i <= 3; i++) {
      note(i);
    }
  }

  private AuditSeals node() {
    Pool pool =
        PostgresUrl.parse(TestStores.serving(url)).pool(vertx, "seals", 2, 100, TestLine.limits());
    return new AuditSeals(
        pool,
        () -> new AuditSeals.Signer(KEY.kid(), KEY.algorithm().header, KEY::sign),
        Clock.systemUTC(),
        new SimpleMeterRegistry());
  }

  private void note(int i) {
    TestStores.execute(
        url,
        """
        insert into audit (at, actor, orgs, action, subject, outcome, detail)
        select now(), 'gateway', array[id], 'test.done', 'row %d', 'DONE', '{}'
        from org where parent is null limit 1"""
            .formatted(i));
  }

  private boolean seal() {
    return Loops.await(seals.run());
  }

  private Audit audit() throws Exception {
    return Audit.of(PostgresUrl.parse(url));
  }

  @Test
  void whatWasWrittenIsSealedOnceAndToldOutside() throws Exception {
    assertTrue(seal());
    assertFalse(seal(), "nothing new");
    note(4);
    assertTrue(Loops.await(node().run()), "by any node");
    Audit audit = audit();
    assertTrue(audit.isClean(), audit::describe);
    assertEquals(2, audit.seals().seals());
    assertEquals(4, audit.seals().upTo());
    assertEquals(
        2,
        TestStores.number(
            url,
            "select count(*) from outbox o join audit_seal s on s.no = o.subject"
                + " where o.kind = 'audit.sealed' and o.body::jsonb -> 'seal'"
                + " = convert_from(s.header, 'UTF8')::jsonb"));
    EventSchemas.assertAllFit(url);
  }

  @Test
  void aRewriteWithAllHashesComputedAgainIsNamed() throws Exception {
    assertTrue(seal());
    TestStores.execute(url, REWRITE);
    Audit audit = audit();
    assertEquals(
        0,
        audit.ledger().stream()
            .filter(finding -> finding.check().name().equals("staff-audit-chain"))
            .mapToLong(finding -> finding.broken())
            .sum(),
        "the chain alone does not tell");
    assertFalse(audit.isClean());
    assertTrue(audit.seals().samples().get(0).contains("row 3"), audit::describe);
    note(4);
    assertFalse(seal(), "a rewrite is not blessed");
    assertFalse(seals.isWhole());
  }

  @Test
  void takingSealsAwayIsNamed() throws Exception {
    assertTrue(seal());
    note(4);
    assertTrue(seal());
    TestStores.execute(
        url, "alter table audit_seal disable trigger user; delete from audit_seal where no = 1");
    assertFalse(audit().isClean(), "the first is gone");
    TestStores.execute(url, "delete from audit_seal where no = 2");
    assertFalse(seal());
    assertFalse(seals.isWhole(), "this node knew two");
  }

  @Test
  void rowsThatNobodySealsAreNamedAfterAnHour() throws Exception {
    TestStores.execute(
        url,
        """
        insert into audit (at, actor, orgs, action, subject, outcome, detail)
        select now() - interval '61 minutes', 'gateway', array[id], 'test.done', 'old', 'DONE', '{}'
        from org where parent is null limit 1""");
    assertFalse(audit().isClean());
    assertTrue(seal());
    Audit audit = audit();
    assertTrue(audit.isClean(), audit::describe);
  }
}
