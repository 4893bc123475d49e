package cn.unionecard.gateway.receipt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.model.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysJsonTest {
  private static final String KEYS =
      SampleReceipts.text(
          SampleReceipts.keysJson(
              SampleReceipts.SM2.publicKey(), SampleReceipts.ED25519.publicKey()));

  @Test
  void publishedKeysAreRead() {
    List<PublicKey> keys = KeysJson.read(SampleReceipts.bytes(KEYS));
    assertEquals(2, keys.size());
    assertEquals("sm2-1", keys.get(0).kid());
    assertEquals(ReceiptAlgorithm.SM2, keys.get(0).algorithm());
    assertArrayEquals(SampleReceipts.SM2.publicKey().spki(), keys.get(0).spki());
    assertEquals(ReceiptAlgorithm.ED25519, keys.get(1).algorithm());
  }

  @Test
  void furtherMembersAreIgnored() {
    String more = KEYS.replace("\"kid\":\"sm2-1\"", "\"from\":null,\"kid\":\"sm2-1\"");
    assertEquals(2, KeysJson.read(SampleReceipts.bytes(more)).size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "[]", "{}", "{\"keys\":1}", "{\"keys\":[1]}", "{\"keys\":[]}{}", "null"})
  void whatIsNoListIsMalformed(String json) {
    assertThrows(Fault.Malformed.class, () -> KeysJson.read(SampleReceipts.bytes(json)));
  }

  @ParameterizedTest
  @CsvSource({
    "\"SM2-SM3\", \"Ed25519-SHA256\"",
    "\"SM2-SM3\", \"RSA\"",
    "\"sm2-1\", 7",
    "\"kid\", \"name\"",
    "BEGIN PUBLIC, BEGIN PRIVATE",
    "KEY-----\\nMF, KEY-----\\nAA",
  })
  void badKeysAreMalformed(String genuine, String broken) {
    byte[] json = SampleReceipts.bytes(KEYS.replace(genuine, broken));
    Fault.Malformed fault = assertThrows(Fault.Malformed.class, () -> KeysJson.read(json));
    assertEquals("keys[0]", fault.field);
  }
}
