package cn.unionecard.gateway.receipt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.ReceiptDocument;
import cn.unionecard.gateway.receipt.Verification.Reason;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptVerifierTest {
  private static final int SIZE = 7;
  private static final int LEAF = 2;
  private static final String DOCUMENT =
      SampleReceipts.text(SampleReceipts.document(SampleReceipts.SM2, SIZE, LEAF));

  private final ReceiptVerifier verifier =
      new ReceiptVerifier(
          List.of(SampleReceipts.SM2.publicKey(), SampleReceipts.ED25519.publicKey()));

  @ParameterizedTest
  @EnumSource
  void everyReceiptOfABlockIsValid(ReceiptAlgorithm algorithm) {
    SigningKey key =
        algorithm == ReceiptAlgorithm.SM2 ? SampleReceipts.SM2 : SampleReceipts.ED25519;
    for (int size : new int[] {1, 2, 3, 8, 13}) {
      SealedBlock block = SampleReceipts.block(key, size);
      for (int leaf = 0; leaf < size; leaf++) {
        Receipt receipt = block.receipt(SampleReceipts.id(leaf), SampleReceipts.body(leaf), leaf);
        Verification verdict = verifier.verify(ReceiptDocument.write(receipt));
        assertTrue(verdict.isValid(), verdict::toString);
        Verification.Subject subject = subjectOf(verdict);
        assertEquals(receipt.id(), subject.id());
        assertEquals(leaf, subject.leaf());
        assertEquals("n1.0", subject.node());
        assertEquals(42, subject.seq());
        assertEquals(key.kid(), subject.kid());
      }
    }
  }

  private static Verification.Subject subjectOf(Verification verdict) {
    Verification.Subject subject = verdict.subject();
    if (subject == null) {
      throw new AssertionError("no subject in " + verdict);
    }
    return subject;
  }

  @Test
  void documentHasThePublishedLayout() {
    assertTrue(
        DOCUMENT.matches(
            "\\{\"body\":\\{\"allocations\":.*},\"leaf\":2,"
                + "\"path\":\\[(\"[\\w-]{43}\",?){3}],"
                + "\"block\":\\{\"alg\":\"SM2-SM3\",\"at\":1795392000123,\"kid\":\"sm2-1\","
                + "\"node\":\"n1.0\",\"prev\":\"A{43}\",\"root\":\"[\\w-]{43}\",\"seq\":42,"
                + "\"size\":7},\"signature\":\"[\\w-]{86}\"}"),
        DOCUMENT);
  }

  @Test
  void parsedReceiptIsWrittenAsItWas() {
    Receipt receipt = ReceiptReader.read(SampleReceipts.bytes(DOCUMENT));
    assertEquals(DOCUMENT, SampleReceipts.text(ReceiptDocument.write(receipt)));
    assertEquals(SampleReceipts.id(LEAF), receipt.id());
    assertArrayEquals(SampleReceipts.body(LEAF), receipt.body());
  }

  /** Other software keeps neither order nor white space nor the spelling of strings. */
  @Test
  void orderWhiteSpaceAndEscapesDoNotMatter() throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode turned = reversed((ObjectNode) mapper.readTree(DOCUMENT));
    String pretty = mapper.writerWithDefaultPrettyPrinter().writeValueAsString(turned);
    String escaped = pretty.replace("馆", "\\u9986").replace("𠮷", "\\ud842\\udfb7");
    for (String same : new String[] {pretty, escaped, "\r\n\t " + DOCUMENT + "\n"}) {
      assertEquals(Reason.VALID, verifier.verify(SampleReceipts.bytes(same)).reason(), same);
    }
    Receipt receipt = ReceiptReader.read(SampleReceipts.bytes(escaped));
    assertEquals(DOCUMENT, SampleReceipts.text(ReceiptDocument.write(receipt)));
  }

  private static ObjectNode reversed(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    Collections.reverse(names);
    ObjectNode reversed = object.objectNode();
    for (String name : names) {
      reversed.set(name, object.get(name) instanceof ObjectNode o ? reversed(o) : object.get(name));
    }
    return reversed;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"orderFen\":12800' | '\"orderFen\":12801' | ROOT_DIFFERS",
        "'\"type\":\"SALE\"' | '\"type\":\"SALE\",\"z\":1' | ROOT_DIFFERS",
        "'\"leaf\":2' | '\"leaf\":3' | ROOT_DIFFERS",
        "'\"leaf\":2' | '\"leaf\":6' | PLACE_IMPOSSIBLE",
        "'\"leaf\":2' | '\"leaf\":7' | PLACE_IMPOSSIBLE",
        "'\"size\":7' | '\"size\":9' | PLACE_IMPOSSIBLE",
        "'\"size\":7' | '\"size\":0' | PLACE_IMPOSSIBLE",
        "'\"size\":7' | '\"size\":8' | SIGNATURE_WRONG",
        "'\"kid\":\"sm2-1\"' | '\"kid\":\"sm2-2\"' | KEY_UNKNOWN",
        "'\"kid\":\"sm2-1\"' | '\"kid\":\"ed-1\"' | ALGORITHM_DIFFERS",
        "'\"alg\":\"SM2-SM3\"' | '\"alg\":\"Ed25519-SHA256\"' | ROOT_DIFFERS",
        "'\"alg\":\"SM2-SM3\"' | '\"alg\":\"none\"' | MALFORMED",
        "'\"seq\":42' | '\"seq\":43' | SIGNATURE_WRONG",
        "'\"node\":\"n1.0\"' | '\"node\":\"n1.1\"' | SIGNATURE_WRONG",
        "'\"at\":1795392000123' | '\"at\":1795392000124' | SIGNATURE_WRONG",
        "'\"prev\":\"A' | '\"prev\":\"B' | SIGNATURE_WRONG",
      })
  void changedReceiptIsNotValid(String genuine, String forged, Reason reason) {
    assertTrue(DOCUMENT.contains(genuine));
    Verification verdict = verifier.verify(SampleReceipts.bytes(DOCUMENT.replace(genuine, forged)));
    assertEquals(reason, verdict.reason(), verdict::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"leaf\":2' | '\"leaf\":2,\"leaf\":2'", // duplicate
        "'\"leaf\":2' | '\"leaf\":2,\"note\":1'", // unknown
        "'\"leaf\":2,' | ''", // missing
        "'\"leaf\":2' | '\"leaf\":-1'",
        "'\"leaf\":2' | '\"leaf\":2.0'",
        "'\"leaf\":2' | '\"leaf\":2e0'",
        "'\"leaf\":2' | '\"leaf\":02'",
        "'\"leaf\":2' | '\"leaf\":\"2\"'",
        "'\"leaf\":2' | '\"leaf\":4294967298'",
        "'\"leaf\":2' | '\"leaf\":512'",
        "'\"size\":7' | '\"size\":7,\"more\":1'",
        "'\"size\":7' | '\"size\":513'",
        "'\"node\":\"n1.0\"' | '\"node\":\"\"'",
        "'\"node\":\"n1.0\"' | '\"node\":\"n 1\"'",
        "'\"orderFen\":12800' | '\"orderFen\":12800,\"orderFen\":12800'",
        "'\"orderFen\":12800' | '\"orderFen\":128e2'",
        "'\"orderFen\":12800' | '\"orderFen\":9007199254740992'",
        "'\"orderFen\":12800' | '\"orderFen\":99999999999999999999'",
        "'\"orderFen\":12800' | '\"orderFen\":-0'",
        "'\"orderFen\":12800' | '\"orderFen\":true'",
        "'\"orderFen\":12800' | '\"orderFen\":null'",
        "'\"orderFen\":12800' | '\"orderFen\":\"\\ud842\"'",
        "'\"id\":' | '\"ie\":'",
        "'\"path\":[' | '\"path\":[\"AAAA\",'",
        "'\"path\":[' | '\"path\":[1,'",
        "'\"signature\":\"' | '\"signature\":\"A'",
      })
  void documentOutOfFormIsMalformed(String genuine, String broken) {
    assertTrue(DOCUMENT.contains(genuine));
    byte[] document = SampleReceipts.bytes(DOCUMENT.replace(genuine, broken));
    Verification verdict = verifier.verify(document);
    assertEquals(Reason.MALFORMED, verdict.reason(), verdict::toString);
    assertNull(verdict.subject());
    assertThrows(Fault.Malformed.class, () -> ReceiptReader.read(document));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "{}", "[]", "1", "\"x\"", "null", "{}{}", "\uFEFF{}"})
  void whatIsNoReceiptIsMalformed(String document) {
    assertEquals(Reason.MALFORMED, verifier.verify(SampleReceipts.bytes(document)).reason());
  }

  @Test
  void textAfterTheDocumentIsMalformed() {
    assertEquals(Reason.MALFORMED, verifier.verify(SampleReceipts.bytes(DOCUMENT + "{}")).reason());
  }

  @Test
  void bytesThatAreNotUtf8AreMalformed() {
    byte[] document = SampleReceipts.bytes(DOCUMENT);
    document[DOCUMENT.indexOf("老街")] = (byte) 0xFF;
    assertEquals(Reason.MALFORMED, verifier.verify(document).reason());
  }

  @Test
  void deepOrLargeDocumentsAreMalformed() {
    String deep = "{\"body\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
    assertEquals(Reason.MALFORMED, verifier.verify(SampleReceipts.bytes(deep)).reason());
    String atLimit =
        DOCUMENT
            + " ".repeat(ReceiptVerifier.RECEIPT_BYTES_MAX - SampleReceipts.bytes(DOCUMENT).length);
    assertEquals(Reason.VALID, verifier.verify(SampleReceipts.bytes(atLimit)).reason());
    assertEquals(Reason.MALFORMED, verifier.verify(SampleReceipts.bytes(atLimit + " ")).reason());
  }

  /** The last character of 43 carries four bits: its other spellings are refused. */
  @Test
  void hashesHaveOneSpelling() {
    String other =
        DOCUMENT.replace("\"prev\":\"" + "A".repeat(43), "\"prev\":\"" + "A".repeat(42) + "B");
    assertEquals(Reason.MALFORMED, verifier.verify(SampleReceipts.bytes(other)).reason());
    String padded = DOCUMENT.replace("A".repeat(43) + "\"", "A".repeat(43) + "=\"");
    assertEquals(Reason.MALFORMED, verifier.verify(SampleReceipts.bytes(padded)).reason());
  }

  @Test
  void signatureOfAnotherKeyUnderTheSameNameIsWrong() {
    SigningKey other =
        SigningKey.of(
            "sm2-1", ReceiptAlgorithm.SM2, SampleReceipts.ED25519.secret(), new SecureRandom());
    byte[] forged = SampleReceipts.document(other, SIZE, LEAF);
    assertEquals(Reason.SIGNATURE_WRONG, verifier.verify(forged).reason());
  }

  @Test
  void twoKeysOfOneNameAreRefused() {
    PublicKey key = SampleReceipts.SM2.publicKey();
    assertThrows(IllegalArgumentException.class, () -> new ReceiptVerifier(List.of(key, key)));
  }
}
