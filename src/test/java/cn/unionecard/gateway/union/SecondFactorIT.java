package cn.unionecard.gateway.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.Contract;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** A second factor of an account: set up, used, used up, lost, taken away by two. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecondFactorIT {
  private static final String SYSTEM = DeskHouse.login("410800", Role.SYSTEM);
  private static final String ABOVE = DeskHouse.login("410000", Role.SYSTEM);
  private static final Duration STEP = Duration.ofSeconds(30);
  private final TimeBasedOneTimePasswordGenerator phone = new TimeBasedOneTimePasswordGenerator();
  private DeskHouse house;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("factor");
  }

  @AfterAll
  void close() {
    house.close();
  }

  private Answer signIn(String login, @Nullable String code) throws Exception {
    JsonObject body = proof(login);
    return house.post(null, "/v1/staff-tokens", code == null ? body : body.put("code", code));
  }

  private Answer offer(String login, @Nullable String code) throws Exception {
    JsonObject body = proof(login);
    return house.post(null, "/v1/own-second-factor", code == null ? body : body.put("code", code));
  }

  private Answer take(String login, String code) throws Exception {
    return house.post(
        null, "/v1/own-second-factor/confirmation", proof(login).put("newCode", code));
  }

  private static JsonObject proof(String login) {
    return new JsonObject().put("login", login).put("password", DeskHouse.PASSWORD);
  }

  /** As the phone shows it now. */
  private String code(String secret) throws Exception {
    return code(secret, house);
  }

  private String code(String secret, DeskHouse when) throws Exception {
    return phone.generateOneTimePasswordString(
        new SecretKeySpec(Base32.decode(secret), "HmacSHA1"), when.now());
  }

  private record Set(String secret, List<String> recovery) {}

  private Set set(String login) throws Exception {
    house.addStaff(login, "410802", Role.CLERK);
    Answer offered = offer(login, null);
    assertEquals(200, offered.status(), () -> offered.json().encode());
    String secret = offered.json().getString("secret");
    assertEquals(200, signIn(login, null).status(), "what is offered is not in force");
    Answer taken = take(login, code(secret));
    assertEquals(200, taken.status(), () -> taken.json().encode());
    List<String> recovery = new ArrayList<>();
    taken.json().getJsonArray("recoveryCodes").forEach(each -> recovery.add((String) each));
    house.pass(STEP);
    return new Set(secret, recovery);
  }

  @Test
  void aPasswordAloneIsNotEnoughAndACodeHoldsOnce() throws Exception {
    Set set = set("fang.yi");
    assertEquals("SECOND_FACTOR_NEEDED", signIn("fang.yi", null).code());
    assertEquals(401, signIn("fang.yi", "000000").status());
    String code = code(set.secret());
    assertEquals(200, signIn("fang.yi", code).status());
    assertEquals(401, signIn("fang.yi", code).status(), "used");
    house.pass(STEP);
    assertEquals(200, signIn("fang.yi", code(set.secret())).status());
  }

  /** Wherever a password is asked for, it alone is not enough, nor with a code that is wrong. */
  @TestFactory
  Stream<DynamicTest> noDoorIsOpenedByThePasswordAlone() throws Exception {
    Set set = set("fang.shiyi");
    ContractClient pages = house.pages();
    return Contract.passwordDoors().entrySet().stream()
        .map(
            door ->
                DynamicTest.dynamicTest(
                    door.getKey(),
                    () -> {
                      for (String code : List.of("", "000000", set.recovery().get(0) + "A")) {
                        JsonObject body = door.getValue().copy().mergeIn(proof("fang.shiyi"));
                        if (!code.isEmpty() && !body.containsKey("newCode")) {
                          body.put("code", code);
                        }
                        Answer answer =
                            pages.send(
                                DeskHouse.ofOwnPage(pages.post(door.getKey(), body.encode())));
                        assertTrue(
                            List.of("SECOND_FACTOR_NEEDED", "UNAUTHENTICATED")
                                .contains(answer.code()),
                            () -> code + ": " + answer.json().encode());
                        assertEquals("", answer.header("set-cookie"));
                      }
                      assertEquals("SECOND_FACTOR_NEEDED", signIn("fang.shiyi", null).code());
                      house.pass(STEP);
                      String right = code(set.secret()); // four attempts have locked nobody
                      assertEquals(200, signIn("fang.shiyi", right).status());
                    }));
  }

  @Test
  void ofManyWhoShowOneCodeAtOnceOneIsLetIn() throws Exception {
    Set set = set("fang.er");
    String code = code(set.secret());
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return signIn("fang.er", code).status();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              }));
    }
    assertEquals(1, all.stream().map(CompletableFuture::join).filter(s -> s == 200).count());
  }

  @Test
  void aRecoveryCodeStandsInOnceAndIsInTheAudit() throws Exception {
    Set set = set("fang.san");
    assertEquals(SecondFactors.RECOVERY_CODES, set.recovery().size());
    String one = set.recovery().get(3);
    assertEquals(200, signIn("fang.san", one.toLowerCase().replace("-", " ")).status());
    assertEquals(401, signIn("fang.san", one).status(), "used");
    assertEquals(
        1,
        TestStores.number(
            house.url,
            "select count(*) from audit where action = 'staff.recovery-code-used'"
                + " and subject = 'fang.san'"));
    assertEquals(
        0,
        TestStores.number(
            house.url,
            "select count(*) from second_factor f join staff s on s.id = f.staff"
                + " where position(decode('"
                + hex(set.secret())
                + "', 'hex') in f.wrapped) > 0"),
        "nothing stands there in the clear");
  }

  private static String hex(String secret) {
    return HexFormat.of().formatHex(Base32.decode(secret));
  }

  @Test
  void missingAndWrongCodesLockAsWrongPasswordsDo() throws Exception {
    Set set = set("fang.si");
    for (int i = 0; i < 5; i++) {
      assertNotEquals(200, signIn("fang.si", i % 2 == 0 ? "123456" : null).status());
    }
    assertEquals(401, signIn("fang.si", code(set.secret())).status(), "locked");
    house.pass(Duration.ofMinutes(15));
    assertEquals(200, signIn("fang.si", code(set.secret())).status());
  }

  @Test
  void settingItEndsWhatWasGivenOutBefore() throws Exception {
    house.addStaff("fang.wu", "410802", Role.CLERK);
    String token = signIn("fang.wu", null).json().getString("accessToken");
    assertEquals(200, house.withToken(token, "/v1/orgs").status());
    String secret = offer("fang.wu", null).json().getString("secret");
    assertEquals(200, take("fang.wu", code(secret)).status());
    assertEquals(401, house.withToken(token, "/v1/orgs").status());
  }

  @Test
  void anotherTakesItsPlaceWithACodeOfTheFormerOne() throws Exception {
    Set former = set("fang.liu");
    assertEquals("SECOND_FACTOR_NEEDED", offer("fang.liu", null).code(), "a thief's phone");
    String secret = offer("fang.liu", code(former.secret())).json().getString("secret");
    house.pass(STEP);
    assertEquals(401, take("fang.liu", code(former.secret())).status(), "not of the new one");
    assertEquals(200, take("fang.liu", code(secret)).status());
    house.pass(STEP);
    assertEquals(401, signIn("fang.liu", code(former.secret())).status());
    assertEquals(401, signIn("fang.liu", former.recovery().get(0)).status());
    assertEquals(200, signIn("fang.liu", code(secret)).status());
  }

  @Test
  void anOfferLapses() throws Exception {
    house.addStaff("fang.qi", "410802", Role.CLERK);
    String secret = offer("fang.qi", null).json().getString("secret");
    house.pass(SecondFactors.OFFER_LASTS);
    assertEquals(401, take("fang.qi", code(secret)).status());
    assertEquals(200, signIn("fang.qi", null).status());
  }

  @Test
  void whoHasLostBothGetsInAgainByTwoOthers() throws Exception {
    Set unused = set("fang.ba");
    JsonObject why = new JsonObject().put("reason", "手机遗失");
    String path = "/v1/staff/fang.ba/second-factor-removal";
    assertEquals(
        403, house.post(DeskHouse.login("410800", Role.CLERK), path, why).status(), "no SYSTEM");
    Answer asked = house.post(SYSTEM, path, why);
    assertEquals(201, asked.status(), () -> asked.json().encode());
    assertEquals("SECOND_FACTOR_NEEDED", signIn("fang.ba", null).code(), "one alone takes nothing");
    String confirmation = "/v1/staff-requests/" + asked.json().getLong("request") + "/confirmation";
    assertEquals("SAME_PERSON", house.post(SYSTEM, confirmation, new JsonObject()).code());
    assertEquals(200, house.post(ABOVE, confirmation, new JsonObject()).status());
    assertEquals(200, signIn("fang.ba", null).status());
    assertEquals(
        201, house.post(SYSTEM, path, why).status(), "asked for, but there is none to take");
    JsonArray staff = house.get(SYSTEM, "/v1/staff").json().getJsonArray("staff");
    assertTrue(
        staff.stream()
            .map(JsonObject.class::cast)
            .anyMatch(
                each ->
                    each.getString("login").equals("fang.ba") && !each.getBoolean("secondFactor")));
  }

  @Test
  void anotherPasswordNeedsTheCodeToo() throws Exception {
    Set set = set("fang.jiu");
    JsonObject body =
        new JsonObject()
            .put("login", "fang.jiu")
            .put("password", DeskHouse.PASSWORD)
            .put("newPassword", "a phrase that is mine");
    assertEquals("SECOND_FACTOR_NEEDED", house.post(null, "/v1/own-password", body).code());
    assertEquals(
        200, house.post(null, "/v1/own-password", body.put("code", code(set.secret()))).status());
  }

  @Test
  void whereItIsDemandedNobodySignsInWithoutButAMachine() throws Exception {
    try (DeskHouse strict = new DeskHouse("strict", TestLine.desk("required"))) {
      strict.addStaff("fang.shi", "410802", Role.CLERK);
      strict.addStaff("machine", "410802", Role.PARTNER);
      JsonObject body = proof("fang.shi");
      assertEquals("SECOND_FACTOR_MUST_BE_SET", strict.post(null, "/v1/staff-tokens", body).code());
      JsonObject wanted = body.copy().put("newPassword", "a phrase that is mine");
      assertEquals(
          "SECOND_FACTOR_MUST_BE_SET", strict.post(null, "/v1/own-password", wanted).code());
      assertEquals(200, strict.post(null, "/v1/staff-tokens", proof("machine")).status());
      String secret = strict.post(null, "/v1/own-second-factor", body).json().getString("secret");
      JsonObject first = body.copy().put("newCode", code(secret, strict));
      assertEquals(200, strict.post(null, "/v1/own-second-factor/confirmation", first).status());
      strict.pass(STEP);
      assertEquals(
          200,
          strict
              .post(null, "/v1/staff-tokens", body.copy().put("code", code(secret, strict)))
              .status());
    }
  }
}
