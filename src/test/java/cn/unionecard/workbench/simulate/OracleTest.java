package cn.unionecard.workbench.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.ReceiptDocument;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.receipt.ReceiptAlgorithm;
import cn.unionecard.gateway.receipt.ReceiptVerifier;
import cn.unionecard.gateway.receipt.SealedBlock;
import cn.unionecard.gateway.receipt.Sealer;
import cn.unionecard.gateway.receipt.SigningKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.ClientSSLOptions;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The oracle must see each kind of wrong answer; a good one must leave no mark. */
class OracleTest {
  private static final TransactionId ID = TransactionId.of(1_000_000, 0, 0);
  private static final TransactionId OTHER_ID = TransactionId.of(1_000_000, 0, 1);
  private static final SigningKey KEY =
      SigningKey.generate("r-1", ReceiptAlgorithm.ED25519, new SecureRandom());

  private static Sale sale;

  private final Tally tally = new Tally();
  private final Oracle oracle =
      new Oracle(tally, new ReceiptVerifier(List.of(KEY.publicKey())), 1, null);

  @BeforeAll
  static void till() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    Testbed.Terminal terminal = new Testbed.Terminal(new TerminalId("T0000001"), null, pem);
    Till till = new Till(terminal, new ClientSSLOptions(), false, "run");
    sale = Sale.of(till, new Phones.Shown("84446669133388330784", "0001"), 12_800);
  }

  @Test
  void aGoodSaleLeavesNoMark() {
    Slip slip = oracle.approved(sale, created(approved()));
    assertNotNull(slip);
    assertEquals(Map.of(), tally.report(1).anomalies());
    assertEquals(1, tally.report(1).receiptsVerified());
    assertEquals(500, tally.report(1).savedFen());
  }

  @Test
  void seesAmountsThatDoNotAddUp() {
    for (String field : List.of("discountFen", "memberPaysFen", "orderFen")) {
      JsonObject body = approved();
      assertNotNull(oracle.approved(sale, created(body.put(field, body.getLong(field) + 1))));
    }
    sees(Anomaly.AMOUNTS_DO_NOT_ADD_UP, 3);
  }

  @Test
  void seesADiscountThatNoBenefitGives() {
    JsonObject body = approved().put("benefitName", "无优惠");
    assertNotNull(oracle.approved(sale, created(body)));
    sees(Anomaly.AMOUNTS_DO_NOT_ADD_UP, 1);
  }

  @Test
  void seesTheReceiptOfAnotherRequest() {
    assertNotNull(oracle.approved(sale, created(approved().put("requestId", "run-99"))));
    assertNotNull(oracle.approved(sale, created(approved().put("card", "0002"))));
    sees(Anomaly.ANOTHER_REQUEST, 2);
  }

  @Test
  void seesASealThatDoesNotHold() {
    String forged =
        created(approved())
            .body()
            .toString()
            .replace("\"card\":\"0001\"", "\"card\":\"0001\",\"a\":1");
    assertNotNull(oracle.approved(sale, new Answer(201, Buffer.buffer(forged), false, false)));
    sees(Anomaly.RECEIPT_INVALID, 1);
  }

  @Test
  void seesARefusalWithoutReason() {
    assertNull(oracle.approved(sale, created(refused(Refusal.CARD_LOST))));
    sees(Anomaly.UNEXPECTED_OUTCOME, 1);
  }

  @Test
  void acceptsThatACodeExpiresWhileARequestIsRepeated() {
    Answer answer = created(refused(Refusal.CODE_EXPIRED));
    assertNull(oracle.approved(sale, new Answer(201, answer.body(), false, true)));
    assertEquals(0, tally.anomalies());
  }

  @Test
  void seesACodeThatPaysTwice() {
    oracle.refused(sale, created(approved()), Oracle.just(Refusal.CODE_ALREADY_USED));
    sees(Anomaly.CODE_PAID_TWICE, 1);
  }

  @Test
  void seesTheWrongRefusal() {
    oracle.refused(
        sale, created(refused(Refusal.CODE_UNKNOWN)), Oracle.just(Refusal.CODE_ALREADY_USED));
    sees(Anomaly.WRONG_REFUSAL, 1);
  }

  @Test
  void seesARepeatOfOtherBytesOrWithoutMark() {
    Answer first = created(approved());
    oracle.repeated(sale, first, new Answer(201, first.body(), true, false));
    assertEquals(0, tally.anomalies());
    oracle.repeated(sale, first, first);
    sees(Anomaly.REPEAT_NOT_MARKED, 1);
    Buffer other = first.body().copy().appendString(" ");
    oracle.repeated(sale, first, new Answer(201, other, true, false));
    sees(Anomaly.REPEAT_DIFFERS, 1);
  }

  @Test
  void seesAReversalOfOtherMoney() {
    Slip receipt = oracle.approved(sale, created(approved()));
    assertNotNull(receipt);
    oracle.undone(sale, receipt, created(reversal(ID, -500)));
    assertEquals(Map.of(), tally.report(1).anomalies());
    assertEquals(500, tally.report(1).undoneFen());
    oracle.undone(sale, receipt, created(reversal(ID, -499)));
    oracle.undone(sale, receipt, created(reversal(OTHER_ID, -500)));
    sees(Anomaly.REVERSAL_DIFFERS, 2);
  }

  @Test
  void seesALateSaleThatTakesEffect() {
    JsonObject tombstone = reversal(ID, 0);
    tombstone.remove("original");
    Slip reversal = oracle.reversal(sale, created(tombstone));
    assertNotNull(reversal);
    oracle.afterReversal(sale, reversal, created(refused(Refusal.ORIGINAL_ALREADY_UNDONE)));
    assertEquals(0, tally.anomalies());
    oracle.afterReversal(sale, reversal, created(approved()));
    sees(Anomaly.UNDONE_SALE_TOOK_EFFECT, 1);
  }

  @Test
  void seesARequestWithoutAnswer() {
    assertNull(oracle.approved(sale, Answer.NONE));
    oracle.quoted("84", 1, Answer.NONE);
    oracle.conflicting(sale, Answer.NONE);
    sees(Anomaly.UNANSWERED, 3);
  }

  @Test
  void seesAnUnrefusedConflict() {
    oracle.conflicting(
        sale,
        new Answer(422, Buffer.buffer("{\"code\":\"CONFLICTS_WITH_EARLIER\"}"), false, false));
    assertEquals(0, tally.anomalies());
    oracle.conflicting(sale, created(approved()));
    sees(Anomaly.UNEXPECTED_OUTCOME, 1);
  }

  @Test
  void seesAQuoteThatDoesNotAddUp() {
    JsonObject quote =
        new JsonObject()
            .put("outcome", "ELIGIBLE")
            .put("orderFen", 100)
            .put("discountFen", 10)
            .put("memberPaysFen", 90);
    oracle.quoted("84", 100, new Answer(200, quote.toBuffer(), false, false));
    assertEquals(0, tally.anomalies());
    oracle.quoted("84", 101, new Answer(200, quote.toBuffer(), false, false));
    sees(Anomaly.AMOUNTS_DO_NOT_ADD_UP, 1);
  }

  private void sees(Anomaly anomaly, long times) {
    assertEquals(times, tally.report(1).anomalies().getOrDefault(anomaly, 0L), anomaly.name());
  }

  private static JsonObject approved() {
    return new JsonObject(
            """
        {"benefitName":"工会会员优惠","card":"0001","discountFen":500,"form":2,"memberPaysFen":12300,"orderFen":12800,
         "outcome":"APPROVED","terminal":"T0000001","type":"SALE"}
        """)
        .put("id", ID.toString())
        .put("requestId", sale.key());
  }

  private static JsonObject refused(Refusal refusal) {
    return new JsonObject(
            """
        {"discountFen":0,"form":2,"memberPaysFen":12800,"orderFen":12800,
         "outcome":"REFUSED","terminal":"T0000001","type":"SALE"}
        """)
        .put("id", ID.toString())
        .put("refusal", refusal.name())
        .put("requestId", sale.key());
  }

  /** A reversal; the discount is {@code fen}, the rest is right. */
  private static JsonObject reversal(TransactionId original, long fen) {
    JsonObject body =
        new JsonObject(
            """
            {"benefitName":"工会会员优惠","discountFen":%d,"form":2,"memberPaysFen":-12300,"orderFen":-12800,
             "outcome":"APPROVED","terminal":"T0000001","type":"REVERSAL"}
            """
                .formatted(fen));
    return body.put("id", OTHER_ID.toString())
        .put("original", original.toString())
        .put("requestId", sale.key());
  }

  /** Seals the body as a gateway would. */
  private static Answer created(JsonObject body) {
    byte[] canonical =
        new JsonObject(new TreeMap<>(body.getMap())).encode().getBytes(StandardCharsets.UTF_8);
    SealedBlock block = new Sealer(KEY, "n1.0").seal(1, new byte[32], 1, List.of(canonical));
    Receipt receipt = block.receipt(ID, canonical, 0);
    return new Answer(201, Buffer.buffer(ReceiptDocument.write(receipt)), false, false);
  }
}
