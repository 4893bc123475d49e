package cn.unionecard.workbench.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The proof must fail when a record is lost, doubled or another. */
class JournalCheckIT {
  private static final long FIRST = TransactionId.of(1_000_000, 0, 0).value();
  private static final String BODY = Sha256.hex("{}".getBytes(StandardCharsets.US_ASCII));

  private static String url;

  @BeforeAll
  static void ledger() {
    url = TestStores.get().newDatabase();
    TestStores.execute(
        url,
        """
        insert into org (id, code, parent, kind, name, area_code, path)
          values (1, '1', null, 'CITY', 'city', '410800', '{1}');
        insert into merchant (id, merchant_no, name, credit_code, category, area_code,
            authorising_org, signing_org, status)
          values (1, '800000000000001', 'shop', '911111111111111111', 'EAT', '410800', 1, 1, 'LIVE');
        insert into terminal (id, terminal_no, merchant, serial_no, status)
          values (1, 'T0000001', 1, 'SN1', 'ACTIVE');
        insert into transaction (id, chain, seq, type, terminal, merchant, order_fen,
            member_pays_fen, discount_fen, request_id, body, batch, effect)
          select %d + n, 1, 1, 2, 1, 1, 0, 0, 0, key, '{}', 1, 1
          from (values (0, 'once'), (1, 'twice'), (2, 'twice')) as t (n, key);
        """
            .formatted(FIRST));
  }

  @Test
  void findsWhatIsThereOnce() throws Exception {
    JournalCheck.Result result = check(entry("once", FIRST, BODY), entry("once", FIRST, BODY));
    assertTrue(result.good(), result.toString());
    assertEquals(1, result.acknowledged());
  }

  @Test
  void seesWhatIsMissing() throws Exception {
    JournalCheck.Result result = check(entry("never", FIRST, BODY));
    assertEquals(1, result.missing());
    assertFalse(result.good());
  }

  @Test
  void seesWhatIsThereTwice() throws Exception {
    JournalCheck.Result result = check(entry("twice", FIRST + 1, BODY));
    assertEquals(1, result.doubled());
    assertFalse(result.good());
  }

  @Test
  void seesAnotherIdAnotherBodyAndTwoAnswers() throws Exception {
    assertEquals(1, check(entry("once", FIRST + 1, BODY)).different());
    assertEquals(1, check(entry("once", FIRST, "00")).different());
    assertEquals(1, check(entry("once", FIRST, BODY), entry("once", FIRST + 1, BODY)).different());
  }

  private static Journal.Entry entry(String requestId, long id, String bodySha256) {
    String text = new TransactionId(id).toString();
    return new Journal.Entry("T0000001", requestId, "SALE", text, "answer", bodySha256);
  }

  private static JournalCheck.Result check(Journal.Entry... journal) throws Exception {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      return JournalCheck.check(List.of(journal), database);
    }
  }
}
