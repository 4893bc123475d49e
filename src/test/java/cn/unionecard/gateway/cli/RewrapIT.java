package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.keys.Rewrap;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.terminal.MasterKeys;
import cn.unionecard.gateway.terminal.TerminalSecrets;
import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;
import org.junit.jupiter.api.Test;

/**
 * What the rooms wrap is known to whoever wraps it anew: every column, and what each wrapping is
 * bound to.
 */
class RewrapIT {
  private static final String OLD = "5a".repeat(Kek.BYTES);
  private static final String NEW = "6b".repeat(Kek.BYTES);
  private static final String CLERK = DeskHouse.login("410802", Role.CLERK);
  private static final String CITY = DeskHouse.login("410800", Role.CLERK);
  private static final String SYSTEM = DeskHouse.login("410802", Role.SYSTEM);

  /** These have rows when a terminal signs on: {@link KeyRotationIT}. */
  private static final Set<String> OF_SESSIONS =
      Set.of("terminal_session.wrapped", "terminal_session.offered");

  /** Bytes that are under no key-encryption key: hashes, signatures, public keys, cipher texts. */
  private static final Set<String> NOT_WRAPPED =
      Set.of(
          "assertion_used.name_hash",
          "audit.hash",
          "audit.prev",
          "audit_head.hash",
          "audit_seal.header",
          "audit_seal.signature",
          "benefit_round.seed",
          "benefit_round.seed_hash",
          "block.hash",
          "block.header",
          "block.signature",
          "card.device_key",
          "card_enrolment.code_hash",
          "card_phone_former.device_key",
          "chain.head",
          "complaint.token_hash",
          "complaint_evidence.digest",
          "data_request.words",
          "keyring.public_key",
          "labour_violation.digest",
          "lottery_seed.seed",
          "member.identity_cipher",
          "member.identity_index",
          "member.name_cipher",
          "member.phone_cipher",
          "member_key.identity_index",
          "member_key.identity_index_2",
          "member_list.digest",
          "member_list_named.identity_index",
          "merchant.credit_code_digest",
          "merchant_document.digest",
          "merchant_labour.digest",
          "merchant_selection.digest",
          "notice.hash",
          "partner_key.hash",
          "partner_key.spki",
          "partner_review.digest",
          "payment_batch.sm3",
          "payment_result.sm3",
          "province_file.sm3",
          "province_receipt.sm3",
          "province_row.digest",
          "province_row.subject",
          "recovery_code.hash",
          "statement.sm3",
          "subscription_key.public_key",
          "terminal.device_key",
          "terminal_activation.code_hash",
          "terminal_key.check_value",
          "terminal_key_former.key_hash",
          "transaction.body",
          "transaction_key.fingerprint");

  private final SecureRandom random = new SecureRandom();

  private static Kek kek(String keys) {
    return Kek.of(new Config.Keys(null, keys, "SM2"));
  }

  @Test
  void everyColumnIsPutUnderTheNewKeyWithWhatItIsBoundTo() throws Exception {
    try (DeskHouse house = new DeskHouse("rewrap")) {
      fill(house);
      try (Connection database = PostgresUrl.parse(house.url).jdbcConnection()) {
        Set<String> empty = new TreeSet<>();
        Rewrap.standing(database)
            .forEach(
                (place, names) -> {
                  if (names.isEmpty()) {
                    empty.add(place);
                  }
                });
        assertEquals(new TreeSet<>(OF_SESSIONS), empty, "everything is tried");
        List<String> told = new ArrayList<>();
        Rewrap rewrap = new Rewrap(database, kek(NEW + "," + OLD), random);
        assertEquals(List.of(), rewrap.run(step -> told.add(step.place().name())));
        assertTrue(told.contains("payee.account"), told::toString);
        assertEquals(List.of(), new Rewrap(database, kek(NEW), random).run(step -> told.add("")));
        assertTrue(!told.contains(""), "nothing was left");
        Map<String, Map<String, Long>> now = Rewrap.standing(database);
        now.values()
            .forEach(
                names ->
                    assertTrue(
                        Set.of(kek(NEW).names().get(0)).containsAll(names.keySet()),
                        now::toString));
      }
    }
  }

  @Test
  void whatNoneOfTheKeysOpensIsNamedAndStays() throws Exception {
    String url = TestStores.get().newDatabase();
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      Keyring ring = Keyring.complete(database, kek(OLD), "SM2", Clock.systemUTC(), random);
      String kid = ring.current(Keyring.Purpose.CODE).kid();
      TestStores.execute(
          url, "update keyring set wrapped = wrapped || '\\x00' where kid = '" + kid + "'");
      List<Rewrap.Closed> closed =
          new Rewrap(database, kek(NEW + "," + OLD), random).run(step -> {});
      assertEquals("[keyring.wrapped " + kid + "]", closed.toString());
      assertEquals(
          3,
          Objects.requireNonNull(Rewrap.standing(database).get("keyring.wrapped"))
              .get(kek(NEW).names().get(0)));
    }
  }

  /** A column of bytes is known here or there, so none can be forgotten. */
  @Test
  void everyColumnOfBytesIsKnown() {
    String url = TestStores.get().newDatabase();
    String columns =
        TestStores.text(
            url,
            """
            select string_agg(c.table_name || '.' || c.column_name, ',' order by 1)
            from information_schema.columns c join pg_class t
              on t.relname = c.table_name and t.relnamespace = 'public'::regnamespace
            where c.table_schema = 'public' and c.data_type = 'bytea'
              and t.relkind in ('r', 'p') and not t.relispartition""");
    Set<String> known = new TreeSet<>(NOT_WRAPPED);
    Rewrap.PLACES.forEach(place -> known.add(place.name()));
    assertEquals(known, new TreeSet<>(Set.of(columns.split(","))));
  }

  private void fill(DeskHouse house) throws Exception {
    String shop = "/v1/merchants/841080210000013/";
    done(
        house.post(
            CLERK,
            "/v1/members",
            new JsonObject()
                .put(
                    "identity",
                    "41080219900101900" + ResidentNumber.checkCharacter("41080219900101900"))
                .put("name", "张三")
                .put("category", "ORDINARY")
                .put("org", "410802")));
    int store =
        done(house.post(
                CITY,
                shop + "stores",
                new JsonObject()
                    .put("name", "总店")
                    .put("areaCode", "410802")
                    .put("address", "解放路1号")))
            .getInteger("id");
    done(
        house.post(
            CITY,
            shop + "terminals",
            new JsonObject()
                .put("serialNo", "SN-REWRAP")
                .put("store", store)
                .put("settlementAccount", "6222000011112222")
                .put("address", "收银台")));
    done(
        house.post(
            CITY,
            shop + "payees",
            new JsonObject()
                .put("holder", "焦作市某餐饮有限公司")
                .put("bank", "中国银行焦作分行")
                .put("account", "6222000011112223")
                .put("reason", "来函")));
    done(
        house.post(
            CLERK,
            "/v1/responsible/410802",
            new JsonObject().put("post", "OFFICER").put("name", "乙某").put("phone", "13800000002")));
    done(
        house.post(SYSTEM, "/v1/subscriptions", new JsonObject().put("url", "https://a.example/")));
    JsonObject proof = new JsonObject().put("login", CLERK).put("password", DeskHouse.PASSWORD);
    String secret = done(house.post(null, "/v1/own-second-factor", proof)).getString("secret");
    String code =
        new TimeBasedOneTimePasswordGenerator()
            .generateOneTimePasswordString(
                new SecretKeySpec(Base32.decode(secret), "HmacSHA1"), house.now());
    done(house.post(null, "/v1/own-second-factor/confirmation", proof.copy().put("newCode", code)));
    done(house.post(null, "/v1/own-second-factor", proof.copy().put("login", SYSTEM)));
    TerminalId terminal = new TerminalId("T0000001");
    byte[] master = new byte[16];
    random.nextBytes(master);
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection()) {
      new MasterKeys(database)
          .store(
              terminal,
              new TerminalSecrets(kek(OLD), random).wrapMaster(terminal, master),
              new MasterKeys.Stored(
                  KeyAlgorithm.SM4,
                  MacMode.XOR_ECB,
                  EcbCipher.checkValue(KeyAlgorithm.SM4, master),
                  house.now()));
      assertEquals(
          4, Keyring.complete(database, kek(OLD), "SM2", Clock.systemUTC(), random).keys().size());
    }
  }

  @CanIgnoreReturnValue
  private static JsonObject done(Answer answer) {
    assertTrue(answer.status() < 300, () -> answer.status() + answer.json().encode());
    return answer.json();
  }
}
