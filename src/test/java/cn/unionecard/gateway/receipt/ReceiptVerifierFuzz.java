package cn.unionecard.gateway.receipt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.ReceiptDocument;
import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.util.test.FixedSecureRandom;

/**
 * Whatever is verified: never an exception, and a changed receipt is valid only if another JSON
 * reader finds the same in it.
 */
class ReceiptVerifierFuzz {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final byte[] GENUINE = SampleReceipts.document(SampleReceipts.ED25519, 5, 3);
  private static final byte[] GENUINE_SM2 = SampleReceipts.document(repeatable(), 5, 3);

  private final ReceiptVerifier verifier =
      new ReceiptVerifier(
          List.of(SampleReceipts.SM2.publicKey(), SampleReceipts.ED25519.publicKey()));

  @FuzzTest(maxDuration = "30s")
  void anyBytesGetAVerdict(byte[] document) {
    if (verifier.verify(document).reason() == Verification.Reason.MALFORMED) {
      assertThrows(Fault.Malformed.class, () -> ReceiptReader.read(document));
    } else {
      byte[] canonical = ReceiptDocument.write(ReceiptReader.read(document));
      assertEquals(verifier.verify(document), verifier.verify(canonical));
    }
  }

  @FuzzTest(maxDuration = "30s")
  void changedReceiptIsValidOnlyIfItSaysTheSame(FuzzedDataProvider data) throws IOException {
    byte[] genuine = data.consumeBoolean() ? GENUINE : GENUINE_SM2;
    byte[] changed = genuine;
    for (int edits = data.consumeInt(1, 4); edits > 0; edits--) {
      changed = edited(changed, data);
    }
    if (verifier.verify(changed).isValid()) {
      assertEquals(tree(genuine), tree(changed));
    }
  }

  /** SM2 with the same one-time number in every run, so that what is found is found again. */
  private static SigningKey repeatable() {
    byte[] k = new byte[SigningKey.SECRET_BYTES];
    Arrays.fill(k, (byte) 5);
    SigningKey key = SampleReceipts.SM2;
    return SigningKey.of(key.kid(), key.algorithm(), key.secret(), new FixedSecureRandom(k));
  }

  /** Cuts some bytes out and puts others in. */
  private static byte[] edited(byte[] document, FuzzedDataProvider data) {
    int from = data.consumeInt(0, document.length);
    int cut = Math.min(data.consumeInt(0, 24), document.length - from);
    byte[] inserted = data.consumeBytes(data.consumeInt(0, 24));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Arrays.copyOf(document, from));
    out.writeBytes(inserted);
    out.writeBytes(Arrays.copyOfRange(document, from + cut, document.length));
    return out.toByteArray();
  }

  private static JsonNode tree(byte[] json) throws IOException {
    return MAPPER.readTree(json);
  }
}
