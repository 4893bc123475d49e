package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.receipt.SampleReceipts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReceiptCommandTest {
  private static final byte[] RECEIPT = SampleReceipts.document(SampleReceipts.SM2, 7, 2);

  private final Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  ReceiptCommandTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    Files.write(
        folder.resolve("keys.json"), SampleReceipts.keysJson(SampleReceipts.SM2.publicKey()));
    Files.write(folder.resolve("receipt.json"), RECEIPT);
  }

  @Test
  void genuineReceiptIsValid() {
    assertEquals(0, verify("receipt.json", "keys.json"));
    String printed = out.toString();
    assertEquals(6, printed.lines().filter(line -> line.startsWith("[相符 ok]")).count(), printed);
    assertTrue(printed.contains("区块 block n1.0/42"), printed);
    assertTrue(printed.contains("2026-11-23T08:00:00.123+08:00"), printed);
    assertTrue(printed.endsWith("回执有效 The receipt is VALID." + System.lineSeparator()), printed);
  }

  @Test
  void changedReceiptIsNotValid() throws IOException {
    String changed =
        new String(RECEIPT, StandardCharsets.UTF_8).replace("\"seq\":42", "\"seq\":43");
    Files.writeString(folder.resolve("receipt.json"), changed);
    assertEquals(1, verify("receipt.json", "keys.json"));
    String printed = out.toString();
    assertTrue(printed.contains("[不符 FAILED] 区块签名正确"), printed);
    assertTrue(printed.contains("NOT VALID"), printed);
  }

  @Test
  void otherTextIsNotValid() throws IOException {
    Files.writeString(folder.resolve("receipt.json"), "{}");
    assertEquals(1, verify("receipt.json", "keys.json"));
    assertTrue(out.toString().contains("[不符 FAILED] 结构完整"), out.toString());
  }

  @Test
  void receiptMayComeFromStandardInput() {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(RECEIPT));
    try {
      assertEquals(0, execute("verify", "-", "--keys", folder.resolve("keys.json").toString()));
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void missingFilesAreUnusable() {
    assertEquals(2, verify("none.json", "keys.json"));
    assertEquals(2, verify("receipt.json", "none.json"));
    assertTrue(err.toString().contains("无法读取文件 Cannot read"), err.toString());
  }

  @Test
  void badKeysAreUnusable() {
    assertEquals(2, verify("receipt.json", "receipt.json"));
    assertTrue(err.toString().contains("公钥表不可用"), err.toString());
  }

  @Test
  void missingArgumentsAreUnusable() {
    assertEquals(2, execute("verify"));
  }

  private int verify(String receipt, String keys) {
    return execute(
        "verify", folder.resolve(receipt).toString(), "--keys", folder.resolve(keys).toString());
  }

  private int execute(String... arguments) {
    return new CommandLine(new ReceiptCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
