package cn.unionecard.gateway.merchant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.CreditCode;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The life of merchants over HTTPS, on a real database, with a real line at their tills. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MerchantIT {
  private static final String DIGEST = "0123456789abcdef".repeat(4);
  private static final String UNION_CODE = "81410800MC0000004G";
  private static final String CLERK = DeskHouse.login("410802", Role.CLERK);
  private static final String APPROVER = DeskHouse.login("410802", Role.APPROVER);
  private static final String SUPERVISOR = DeskHouse.login("410802", Role.SUPERVISOR);

  private DeskHouse house;
  private int merchants;
  private long card = 100;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("merchants");
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
  }

  // ---- the hands of the staff

  private String recommend(String by) throws Exception {
    String payload = String.format(Locale.ROOT, "91410802MA%07d", ++merchants);
    JsonObject body =
        new JsonObject()
            .put("name", "某饭店" + merchants)
            .put("creditCode", payload + CreditCode.checkCharacter(payload))
            .put("category", "EAT")
            .put("areaCode", "410802")
            .put("authorisingOrg", "410802")
            .put("signingOrg", "410802")
            .put("reason", "职工推介");
    Answer made = house.post(by, "/v1/merchants", body);
    assertEquals(201, made.status(), () -> made.json().encode());
    return made.json().getString("merchantNo");
  }

  /** A code whose last character does not fit. */
  private static String misfit(String payload) {
    char fits = CreditCode.checkCharacter(payload);
    return payload + (fits == '0' ? '1' : '0');
  }

  @Test
  void aCodeThatDoesNotFitTheRuleIsProvedByPaperAndApprovedByAnother() throws Exception {
    JsonObject body =
        new JsonObject()
            .put("name", "老字号")
            .put("creditCode", misfit("91410802MA7777777"))
            .put("category", "EAT")
            .put("areaCode", "410802")
            .put("authorisingOrg", "410802")
            .put("signingOrg", "410802")
            .put("reason", "换照期老码");
    Answer bare = house.post(CLERK, "/v1/merchants", body);
    assertEquals(400, bare.status());
    assertEquals("creditCode", bare.json().getString("field"));
    assertTrue(bare.json().getString("detail").contains("creditCodeProof"), bare::toString);
    body.put("creditCodeProof", paper());
    Answer made = house.post(CLERK, "/v1/merchants", body);
    assertEquals(201, made.status(), () -> made.json().encode());
    assertTrue(made.json().getBoolean("creditCodeByPaper"));
    String no = made.json().getString("merchantNo");
    assertEquals(
        1,
        TestStores.number(
            house.url,
            "select count(*) from audit where action = 'merchant.recommended' and subject = '"
                + no
                + "' and detail -> 'creditCodeProof' ->> 'digest' = '"
                + DIGEST
                + "'"));
    body.put("creditCode", "91410802MA7777777" + CreditCode.checkCharacter("91410802MA7777777"));
    Answer needless = house.post(CLERK, "/v1/merchants", body);
    assertEquals("creditCodeProof", needless.json().getString("field"));
  }

  @Test
  void aCodeIsReadAsPeopleTypeIt() throws Exception {
    String code = "91410802MA8888888" + CreditCode.checkCharacter("91410802MA8888888");
    String wide =
        code.substring(0, 4)
                .codePoints()
                .map(c -> c + 0xFEE0)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            + " "
            + code.substring(4, 10).toLowerCase(Locale.ROOT)
            + "-\u3000"
            + code.substring(10);
    JsonObject body =
        new JsonObject()
            .put("name", "某酒楼")
            .put("creditCode", wide)
            .put("category", "EAT")
            .put("areaCode", "410802")
            .put("authorisingOrg", "410802")
            .put("signingOrg", "410802")
            .put("reason", "职工推介");
    Answer made = house.post(CLERK, "/v1/merchants", body);
    assertEquals(201, made.status(), () -> made.json().encode());
    assertEquals(code, made.json().getString("creditCode"));
    for (char impossible : "IOZSV".toCharArray()) {
      body.put("creditCode", "9141080" + impossible + code.substring(8));
      String detail = house.post(CLERK, "/v1/merchants", body).json().getString("detail");
      assertTrue(detail.contains("character 8 is " + impossible), detail);
    }
    body.put("creditCode", code.substring(1));
    String detail = house.post(CLERK, "/v1/merchants", body).json().getString("detail");
    assertTrue(detail.contains("17 characters"), detail);
  }

  private Answer step(String by, String no, String step) throws Exception {
    return house.post(
        by,
        "/v1/merchants/" + no + "/steps",
        new JsonObject().put("step", step).put("reason", "按程序").put("documentNo", "工〔2026〕1号"));
  }

  private void steps(String by, String no, String... steps) throws Exception {
    for (String step : steps) {
      Answer taken = step(by, no, step);
      assertEquals(201, taken.status(), () -> step + ": " + taken.json().encode());
    }
  }

  private static JsonObject paper() {
    return new JsonObject().put("reference", "archive:1").put("digest", DIGEST);
  }

  private Answer file(String by, String no, String what, JsonObject body) throws Exception {
    return house.post(by, "/v1/merchants/" + no + "/" + what, body);
  }

  private JsonArray labour(String no, int employees, boolean union) throws Exception {
    JsonObject body =
        paper().put("asOf", "2026-11-01").put("employees", employees).put("members", 0);
    if (union) {
      body.put("unionCode", UNION_CODE);
    }
    Answer filed = file(CLERK, no, "labour-facts", body);
    assertEquals(201, filed.status(), () -> filed.json().encode());
    return filed.json().getJsonArray("vetoGrounds");
  }

  private void declare(String by, String no, boolean conflict) throws Exception {
    JsonObject body = new JsonObject().put("conflict", conflict).put("statement", "本人申报");
    assertEquals(201, file(by, no, "declarations", body).status());
  }

  private void fileAll(String no) throws Exception {
    for (String kind : List.of("BUSINESS_LICENCE", "CONTRACT")) {
      JsonObject document =
          paper()
              .put("kind", kind)
              .put("number", "N-1")
              .put("validFrom", "2020-01-01")
              .put("validUntil", "2099-12-31");
      assertEquals(201, file(CLERK, no, "documents", document).status());
    }
    JsonObject selection =
        paper()
            .put("candidates", 3)
            .put("criteria", "价格与口碑")
            .put("score", 90)
            .put("meeting", "主席办公会")
            .put("decidedOn", "2026-11-01");
    assertEquals(201, file(CLERK, no, "selections", selection).status());
  }

  /** A merchant that only has to be approved. */
  private String prepared() throws Exception {
    String no = recommend(CLERK);
    steps(CLERK, no, "NEGOTIATE", "SIGN", "APPLY");
    declare(CLERK, no, false);
    steps(CLERK, no, "INVESTIGATE");
    assertEquals(new JsonArray(), labour(no, 12, false));
    fileAll(no);
    declare(APPROVER, no, false);
    return no;
  }

  private String live() throws Exception {
    String no = prepared();
    steps(APPROVER, no, "APPROVE");
    steps(CLERK, no, "GO_LIVE");
    return no;
  }

  private String status(String no) throws Exception {
    return house.get(CLERK, "/v1/merchants/" + no).json().getString("status");
  }

  private String terminal(String no) throws Exception {
    JsonObject store =
        new JsonObject().put("name", "总店").put("areaCode", "410802").put("address", "解放路1号");
    int id = file(CLERK, no, "stores", store).json().getInteger("id");
    JsonObject terminal =
        new JsonObject()
            .put("serialNo", "SN-" + no)
            .put("store", id)
            .put("settlementAccount", "6222000011112222")
            .put("address", "收银台");
    Answer bound = file(CLERK, no, "terminals", terminal);
    assertEquals(201, bound.status(), () -> bound.json().encode());
    terminal.put("store", id);
    assertEquals("ALREADY_TAKEN", file(CLERK, no, "terminals", terminal).code(), "one serial");
    return bound.json().getString("terminal");
  }

  private String activationCode(String terminal) throws Exception {
    Answer issued =
        house.post(CLERK, "/v1/terminals/" + terminal + "/activation-codes", new JsonObject());
    assertEquals(201, issued.status(), () -> issued.json().encode());
    return issued.json().getString("code");
  }

  private static KeyPair device() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static String csr(KeyPair named, KeyPair signing) throws Exception {
    byte[] request =
        new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=device"), named.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(signing.getPrivate()))
            .getEncoded();
    StringWriter pem = new StringWriter();
    try (var writer = new PemWriter(pem)) {
      writer.writeObject(new PemObject("CERTIFICATE REQUEST", request));
    }
    return pem.toString();
  }

  private Answer activate(String terminal, String code, String csr) throws Exception {
    return house.post(
        null,
        "/v1/terminal-activations",
        new JsonObject().put("terminal", terminal).put("code", code).put("csr", csr));
  }

  private ContractClient activated(String terminal) throws Exception {
    KeyPair device = device();
    Answer given = activate(terminal, activationCode(terminal), csr(device, device));
    assertEquals(200, given.status(), () -> given.json().encode());
    return house.till(device, given.json().getString("certificate"));
  }

  private long events(String no, String kind) {
    return TestStores.number(
        house.url,
        "select count(*) from outbox o join merchant m on m.id = o.merchant where m.merchant_no = '"
            + no
            + "' and kind = '"
            + kind
            + "'");
  }

  // ---- what is shown

  @Test
  void theTableInTheDatabaseIsTheOneInTheProgram() throws SQLException {
    Set<String> database = new HashSet<>();
    try (Connection connection = PostgresUrl.parse(house.url).jdbcConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select step || ' ' || from_state || '→' || to_state from merchant_transition"
                    + " where step <> 'VETO'")) {
      while (rows.next()) {
        database.add(rows.getString(1));
      }
    }
    assertEquals(Set.copyOf(StandingTest.moves()), database);
  }

  @Test
  void aMerchantSellsUntilItIsSuspendedAndGivesBackStill() throws Exception {
    String no = live();
    ContractClient till = activated(terminal(no));
    JsonObject sale = house.sell(till, card++, 10_000);
    assertEquals("APPROVED", sale.getString("outcome"), sale::encode);
    steps(SUPERVISOR, no, "SUSPEND");
    JsonObject refused = house.sell(till, card++, 10_000);
    assertEquals("MERCHANT_SUSPENDED", refused.getString("refusal"), "the very next sale");
    JsonObject back = house.refund(till, sale, 4_000);
    assertEquals("APPROVED", back.getString("outcome"), back::encode);
    declare(APPROVER, no, false);
    steps(APPROVER, no, "REINSTATE");
    assertEquals("APPROVED", house.sell(till, card++, 10_000).getString("outcome"));
    steps(APPROVER, no, "TERMINATE");
    assertEquals("MERCHANT_TERMINATED", house.sell(till, card++, 100).getString("refusal"));
    assertEquals("APPROVED", house.refund(till, sale, 6_000).getString("outcome"));
    for (String kind : List.of("approved", "live", "suspended", "reinstated", "terminated")) {
      assertEquals(1, events(no, "merchant." + kind), kind);
    }
  }

  @Test
  void theVetoHasNoOverrideAndIsLiftedByItsGroundAlone() throws Exception {
    String no = prepared();
    assertEquals(new JsonArray().add("NO_UNION_ESTABLISHED"), labour(no, 25, false));
    for (String org : List.of("410802", "410800", "410000")) {
      String approver = DeskHouse.login(org, Role.APPROVER);
      declare(approver, no, false);
      Answer refused = step(approver, no, "APPROVE");
      assertEquals(409, refused.status());
      assertEquals("VETOED", refused.code(), org);
    }
    IllegalStateException barred =
        assertThrows(
            IllegalStateException.class,
            () ->
                TestStores.execute(
                    house.url,
                    "update merchant set status = 'LIVE' where merchant_no = '" + no + "'"));
    assertTrue(String.valueOf(barred.getMessage()).contains("vetoed"), "not even in SQL");
    JsonObject nonsense =
        paper()
            .put("asOf", "2026-11-02")
            .put("employees", 25)
            .put("members", 0)
            .put("unionCode", "91410800MA0000007L");
    assertEquals("MALFORMED", file(CLERK, no, "labour-facts", nonsense).code());
    assertEquals(new JsonArray(), labour(no, 25, true));
    steps(APPROVER, no, "APPROVE");
    assertEquals(1, events(no, "merchant.vetoed"));
    assertEquals(1, events(no, "merchant.veto.lifted"));
  }

  @Test
  void aViolationSuspendsAtOnceAndIsAnnulledByAnother() throws Exception {
    String no = live();
    ContractClient till = activated(terminal(no));
    assertEquals("APPROVED", house.sell(till, card++, 500).getString("outcome"));
    house.addStaff("both.hats", "410802", Role.CLERK, Role.APPROVER);
    JsonObject violation =
        paper()
            .put("source", "WAGE_ARREARS_LIST")
            .put("documentNo", "人社〔2026〕7号")
            .put("decidedOn", "2026-10-01");
    Answer recorded = file("both.hats", no, "violations", violation);
    assertEquals(201, recorded.status(), () -> recorded.json().encode());
    assertEquals("SUSPENDED", status(no));
    assertEquals("MERCHANT_SUSPENDED", house.sell(till, card++, 500).getString("refusal"));
    assertEquals(1, events(no, "merchant.suspended"));
    assertEquals("VETOED", step(APPROVER, no, "REINSTATE").code());
    assertEquals("ALREADY_TAKEN", file("both.hats", no, "violations", violation).code());
    String annulment = "violations/" + recorded.json().getLong("violation") + "/annulment";
    JsonObject wrong = new JsonObject().put("reason", "同名误录").put("documentNo", "更正1号");
    assertEquals("SAME_PERSON", file("both.hats", no, annulment, wrong).code());
    assertEquals(201, file(APPROVER, no, annulment, wrong).status());
    assertEquals("SUSPENDED", status(no), "reinstating is a step of its own");
    steps(APPROVER, no, "REINSTATE");
    assertEquals("APPROVED", house.sell(till, card++, 500).getString("outcome"));
  }

  @Test
  void aSweepFindsWhatNothingElseNoticedAndStepsOverWhatCannotBeDone() throws Exception {
    String stuck = live();
    String no = live();
    for (String merchant : List.of(stuck, no)) {
      TestStores.execute(
          house.url,
          """
          insert into labour_violation
            (credit_code, source, document_no, decided_on, reference, digest, staff, at)
          select m.credit_code, 'JUDGMENT_OR_AWARD', 'X', '2020-01-01', 'r', sha256('x'), s.id, now()
          from merchant m, (select id from staff limit 1) s where merchant_no = '%s'"""
              .formatted(merchant));
    }
    assertEquals("LIVE", status(no));
    TestStores.execute(
        house.url,
        "alter table merchant add constraint planted check (merchant_no <> '%s' or status <> 'SUSPENDED') not valid"
            .formatted(stuck));
    try {
      assertTrue(house.sweep() >= 1);
      assertEquals("LIVE", status(stuck));
      assertEquals("SUSPENDED", status(no));
    } finally {
      TestStores.execute(house.url, "alter table merchant drop constraint planted");
    }
    assertEquals(1, house.sweep());
    assertEquals("SUSPENDED", status(stuck));
    assertEquals(0, house.sweep(), "nothing is left to do");
  }

  @Test
  void noOneApprovesWhatHePreparedNorWithAnInterest() throws Exception {
    house.addStaff("two.hats", "410802", Role.CLERK, Role.APPROVER);
    String no = recommend("two.hats");
    steps(CLERK, no, "NEGOTIATE", "SIGN", "APPLY");
    assertEquals("CONFLICT_NOT_DECLARED", step(CLERK, no, "INVESTIGATE").code());
    declare(CLERK, no, false);
    steps(CLERK, no, "INVESTIGATE");
    declare("two.hats", no, false);
    assertEquals("SAME_PERSON", step("two.hats", no, "APPROVE").code());
    declare(APPROVER, no, true);
    assertEquals("CONFLICT_OF_INTEREST", step(APPROVER, no, "APPROVE").code());
    declare(APPROVER, no, false);
    Answer lacking = step(APPROVER, no, "APPROVE");
    assertEquals("EVIDENCE_MISSING", lacking.code());
    assertTrue(lacking.json().getString("detail").contains("SELECTION_RECORD"));
    assertEquals(403, step(CLERK, no, "APPROVE").status());
    assertEquals(400, step(CLERK, no, "RECOMMEND").status());
  }

  /** What is told beforehand is what the step itself would say, to each of them. */
  @Test
  void aFileTellsWhoPreparedWhatAndWhoseTheNextStepIs() throws Exception {
    house.addStaff("many.hats", "410802", Role.CLERK, Role.APPROVER);
    String no = recommend("many.hats");
    JsonObject begun = file(CLERK, no);
    assertEquals(
        new JsonArray(List.of("BUSINESS_LICENCE", "CONTRACT", "SELECTION_RECORD", "LABOUR_FACTS")),
        begun.getJsonArray("missing"));
    assertTrue(next(begun, "NEGOTIATE").getBoolean("yours"));
    JsonObject rejected = next(begun, "REJECT");
    assertEquals(false, rejected.getBoolean("yours"));
    assertEquals("APPROVER", rejected.getString("role"));
    steps(CLERK, no, "NEGOTIATE", "SIGN", "APPLY");
    assertRefused("CONFLICT_NOT_DECLARED", CLERK, no, "INVESTIGATE");
    declare(CLERK, no, false);
    steps(CLERK, no, "INVESTIGATE");
    fileAll(no);
    JsonArray unused = labour(no, 12, false);
    assertRefused("SAME_PERSON", "many.hats", no, "APPROVE");
    assertRefused("CONFLICT_NOT_DECLARED", APPROVER, no, "APPROVE");
    declare(APPROVER, no, false);
    JsonObject file = file(APPROVER, no);
    assertEquals(new JsonArray(), file.getJsonArray("missing"));
    assertTrue(next(file, "APPROVE").getBoolean("needsDocumentNo"));
    assertNull(next(file, "APPROVE").getJsonObject("refusal"));
    for (String part : List.of("documents", "selections", "labourFacts")) {
      assertEquals(CLERK, file.getJsonArray(part).getJsonObject(0).getString("by"), part);
    }
    assertEquals(APPROVER, file.getJsonArray("declarations").getJsonObject(1).getString("by"));
    steps(APPROVER, no, "APPROVE");
  }

  private JsonObject file(String by, String no) throws Exception {
    return house.get(by, "/v1/merchants/" + no).json();
  }

  private static JsonObject next(JsonObject file, String step) {
    return file.getJsonArray("next").stream()
        .map(JsonObject.class::cast)
        .filter(each -> each.getString("step").equals(step))
        .findAny()
        .orElseThrow();
  }

  private void assertRefused(String code, String by, String no, String step) throws Exception {
    JsonObject told = next(file(by, no), step).getJsonObject("refusal");
    Answer refused = step(by, no, step);
    assertEquals(code, refused.code());
    assertEquals(code, told.getString("code"));
    assertTrue(told.getString("title").startsWith(refused.json().getString("title")));
    assertTrue(refused.json().getString("detail").endsWith(told.getString("detail")));
  }

  @Test
  void ofTwoApprovalsAtOnceOneIsGood() throws Exception {
    String no = prepared();
    String city = DeskHouse.login("410800", Role.APPROVER);
    declare(city, no, false);
    List<CompletableFuture<Integer>> both = new ArrayList<>();
    for (String by : List.of(APPROVER, city)) {
      both.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return step(by, no, "APPROVE").status();
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              }));
    }
    assertEquals(List.of(201, 409), both.stream().map(CompletableFuture::join).sorted().toList());
    assertEquals(1, events(no, "merchant.approved"));
  }

  @Test
  void anActivationCodeIsGoodOnceForWhoeverHoldsTheKey() throws Exception {
    String no = live();
    String terminal = terminal(no);
    KeyPair device = device();
    String csr = csr(device, device);
    String code = activationCode(terminal);
    assertEquals("ACTIVATION_REFUSED", activate(terminal, "WRONGWRONGWRONGW", csr).code());
    assertEquals("csr", activate(terminal, code, csr(device, device())).json().getString("field"));
    assertEquals("csr", activate(terminal, code, "no request").json().getString("field"));
    String newer = activationCode(terminal);
    assertEquals("ACTIVATION_REFUSED", activate(terminal, code, csr).code(), "an older code");
    Answer given = activate(terminal, newer, csr);
    assertEquals(200, given.status(), () -> given.json().encode());
    assertEquals("ACTIVATION_REFUSED", activate(terminal, newer, csr).code(), "used");
    ContractClient till = house.till(device, given.json().getString("certificate"));
    assertEquals("APPROVED", house.sell(till, card++, 500).getString("outcome"));
    JsonObject shown =
        house.get(CLERK, "/v1/merchants/" + no).json().getJsonArray("terminals").getJsonObject(0);
    assertEquals("****2222", shown.getString("settlementAccount"));
    assertEquals("ACTIVE", shown.getString("status"));

    String other = terminal(live());
    String late = activationCode(other);
    assertEquals("DEVICE_KEY_TAKEN", activate(other, late, csr).code());
    house.pass(Duration.ofDays(1));
    KeyPair fresh = device();
    assertEquals("ACTIVATION_REFUSED", activate(other, late, csr(fresh, fresh)).code(), "late");
    house.pass(Duration.ofDays(-1));
    String guessed = activationCode(other);
    for (int i = 0; i < 10; i++) {
      Answer wrong = activate(other, "WRONGWRONGWRONG" + i, csr(fresh, fresh));
      assertEquals("ACTIVATION_REFUSED", wrong.code());
    }
    assertEquals(
        200, activate(other, guessed, csr(fresh, fresh)).status(), "whoever guessed before");
  }

  @Test
  void aMallIsATerminalOfTheMerchantAndStaysOneWhereverItMoves() throws Exception {
    String no = live();
    String till = terminal(no);
    int store =
        house
            .get(CLERK, "/v1/merchants/" + no)
            .json()
            .getJsonArray("stores")
            .getJsonObject(0)
            .getInteger("id");
    JsonObject mall =
        new JsonObject()
            .put("serialNo", "MALL-" + no)
            .put("scene", "SHOP")
            .put("store", store)
            .put("settlementAccount", "6222000011112222")
            .put("address", "https://mall.example");
    assertEquals("scene", file(CLERK, no, "terminals", mall).json().getString("field"));
    Answer bound = file(CLERK, no, "terminals", mall.put("scene", "ONLINE_MALL"));
    String terminal = bound.json().getString("terminal");
    JsonObject place = mall.copy().put("merchantNo", no).put("reason", "换址");
    place.remove("scene");
    place.remove("serialNo");
    assertEquals(201, house.post(CLERK, "/v1/terminals/" + terminal + "/binding", place).status());
    Map<String, String> scenes = new TreeMap<>();
    house.get(CLERK, "/v1/merchants/" + no).json().getJsonArray("terminals").stream()
        .map(JsonObject.class::cast)
        .forEach(one -> scenes.put(one.getString("terminal"), one.getString("scene")));
    assertEquals(Map.of(till, "OFFLINE_POS", terminal, "ONLINE_MALL"), scenes);
    ContractClient sells = activated(terminal);
    assertEquals("ONLINE_MALL", house.sell(sells, card++, 500).getString("scene"));
  }

  @Test
  void aTerminalThatMovesProvesItselfAgain() throws Exception {
    String from = live();
    String to = live();
    String terminal = terminal(from);
    ContractClient till = activated(terminal);
    assertEquals("APPROVED", house.sell(till, card++, 500).getString("outcome"));
    JsonObject store =
        new JsonObject().put("name", "分店").put("areaCode", "410802").put("address", "和平路2号");
    JsonObject place =
        new JsonObject()
            .put("merchantNo", to)
            .put("store", file(CLERK, to, "stores", store).json().getInteger("id"))
            .put("settlementAccount", "6222000033334444")
            .put("address", "和平路2号")
            .put("reason", "迁址");
    Answer moved = house.post(CLERK, "/v1/terminals/" + terminal + "/binding", place);
    assertEquals(201, moved.status(), () -> moved.json().encode());
    assertEquals("TERMINAL_SUSPENDED", house.sell(till, card++, 500).getString("refusal"));
    ContractClient again = activated(terminal);
    JsonObject sale = house.sell(again, card++, 500);
    assertEquals("APPROVED", sale.getString("outcome"), sale::encode);
    // the first device's certificate has years to go, but its key is given up
    awaitUnauthenticated(till);
    JsonObject lost = new JsonObject().put("status", "SUSPENDED").put("reason", "遗失");
    String path = "/v1/terminals/" + terminal + "/status";
    assertEquals(200, house.post(SUPERVISOR, path, lost).status());
    assertEquals("TERMINAL_SUSPENDED", house.sell(again, card++, 500).getString("refusal"));
    assertEquals(1, events(to, "terminal.suspended"));
  }

  /** Nodes hear of it a moment after it was committed. */
  private static void awaitUnauthenticated(ContractClient till) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    int status;
    do {
      status = till.send(till.request("/v1/transactions?requestId=none")).status();
    } while (status != 401 && System.nanoTime() < end);
    assertEquals(401, status);
  }

  @Test
  void unionsAreNeverEmptyAndChangeInTheOpen() throws Exception {
    String no = recommend(CLERK);
    JsonObject unions =
        new JsonObject()
            .put("authorisingOrg", "410821")
            .put("signingOrg", "410802")
            .put("reason", "区划调整");
    assertEquals(404, file(APPROVER, no, "unions", unions).status(), "not his to give");
    String city = DeskHouse.login("410800", Role.APPROVER);
    Answer changed = file(city, no, "unions", unions);
    assertEquals(200, changed.status(), () -> changed.json().encode());
    assertEquals("410821", changed.json().getString("authorisingOrg"));
    unions.remove("signingOrg");
    assertEquals("MALFORMED", file(city, no, "unions", unions).code());
    assertEquals(403, step(SUPERVISOR, no, "SUSPEND").status(), "signs, does not authorise");
    String county = DeskHouse.login("410821", Role.AUDITOR);
    String audit = house.get(county, "/v1/audit").json().encode();
    assertTrue(audit.contains("merchant.union") && audit.contains("区划调整"), audit);
    assertNull(house.get(county, "/v1/merchants/" + no).json().getString("problem"));
  }
}
