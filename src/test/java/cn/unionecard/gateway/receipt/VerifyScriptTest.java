package cn.unionecard.gateway.receipt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.ReceiptDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The documented way by hand agrees with the verifier: same receipts valid, same ones not. */
class VerifyScriptTest {
  private static final Path SCRIPT = Path.of("src/docs/verify-receipt.sh").toAbsolutePath();

  private final Path folder;

  VerifyScriptTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    byte[] keys =
        SampleReceipts.keysJson(SampleReceipts.SM2.publicKey(), SampleReceipts.ED25519.publicKey());
    Files.write(folder.resolve("keys.json"), keys);
  }

  static Stream<Arguments> genuine() {
    return Stream.of(
        Arguments.of(SampleReceipts.SM2, 1, 0),
        Arguments.of(SampleReceipts.SM2, 7, 6),
        Arguments.of(SampleReceipts.SM2, 200, 113),
        Arguments.of(SampleReceipts.ED25519, 5, 4));
  }

  @ParameterizedTest
  @MethodSource("genuine")
  void genuineReceiptIsValid(SigningKey key, int size, int leaf) throws IOException {
    ShellScripts.Result result = verify(SampleReceipts.document(key, size, leaf));
    assertEquals(0, result.exit(), result.output());
    assertTrue(result.output().contains("回执有效 The receipt is VALID."), result.output());
  }

  /** All that any JSON writer might escape, as much as fits into a receipt. */
  @Test
  void whatCanBeSignedIsValid() throws IOException {
    StringBuilder all = new StringBuilder();
    for (int point = 0; point <= 0xffff; point++) {
      if (point <= 0x2fff || point >= 0xf900) {
        all.appendCodePoint(point);
      }
    }
    all.append("\u007f\u007f\\u007f\\\u007f\\\\u007f \ud834\udd1e\udbff\udfff");
    for (SigningKey key : List.of(SampleReceipts.SM2, SampleReceipts.ED25519)) {
      byte[] body =
          new CanonicalJson(1 << 17)
              .object()
              .member("id", SampleReceipts.id(0).toString())
              .member("name", all.toString())
              .end()
              .bytes();
      byte[] document =
          ReceiptDocument.write(
              new Sealer(key, "n1.0")
                  .seal(42, Sealer.noPrevious(), SampleReceipts.AT, List.of(body))
                  .receipt(SampleReceipts.id(0), body, 0));
      ReceiptVerifier verifier = new ReceiptVerifier(List.of(key.publicKey()));
      assertEquals(Verification.Reason.VALID, verifier.verify(document).reason());
      ShellScripts.Result result = verify(document);
      assertEquals(0, result.exit(), result.output());
    }
  }

  static Stream<Arguments> tampered() {
    return Stream.of(
        Arguments.of("\"orderFen\":12800", "\"orderFen\":12801", "树根"),
        Arguments.of("\"leaf\":2", "\"leaf\":3", "树根"),
        Arguments.of("\"leaf\":2", "\"leaf\":7", "序号"),
        Arguments.of("\"path\":[\"", "\"path\":[\"AAAA\",\"", "路径"),
        Arguments.of("\"seq\":42", "\"seq\":43", "签名"),
        Arguments.of("\"at\":1795392000123", "\"at\":1795392000124", "签名"),
        Arguments.of("\"kid\":\"sm2-1\"", "\"kid\":\"ed-1\"", "算法"),
        Arguments.of("\"kid\":\"sm2-1\"", "\"kid\":\"sm2-2\"", "密钥"),
        Arguments.of("\"leaf\":2", "\"leaf\":2,\"note\":1", "结构"),
        Arguments.of("{\"body\":", "{\"body\":{\"orderFen\":1},\"body\":", "名称重复"),
        Arguments.of("\"orderFen\":12800", "\"orderFen\":1,\"orderFen\":12800", "名称重复"));
  }

  @ParameterizedTest
  @MethodSource("tampered")
  void tamperedReceiptIsNotValid(String genuine, String forged, String failure) throws IOException {
    String document = SampleReceipts.text(SampleReceipts.document(SampleReceipts.SM2, 7, 2));
    assertTrue(document.contains(genuine));
    ShellScripts.Result result = verify(SampleReceipts.bytes(document.replace(genuine, forged)));
    assertEquals(1, result.exit(), result.output());
    assertTrue(result.output().contains("[不符 FAILED] " + failure), result.output());
  }

  @Test
  void missingKeysAreUnusable() throws IOException {
    Files.delete(folder.resolve("keys.json"));
    assertEquals(2, verify(SampleReceipts.document(SampleReceipts.SM2, 1, 0)).exit());
  }

  private ShellScripts.Result verify(byte[] document) throws IOException {
    Files.write(folder.resolve("receipt.json"), document);
    return ShellScripts.run(folder, "bash", SCRIPT.toString(), "receipt.json", "keys.json");
  }
}
