package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.receipt.KeysJson;
import cn.unionecard.gateway.receipt.ReceiptVerifier;
import cn.unionecard.gateway.receipt.Verification;
import cn.unionecard.gateway.receipt.Verification.Reason;
import cn.unionecard.gateway.runtime.Clocks;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code receipt}: what can be done with a receipt offline. */
@Command(
    name = "receipt",
    description = "核验回执 Checks receipts offline.",
    subcommands = ReceiptCommand.Verify.class)
public final class ReceiptCommand {
  /** The receipt is genuine. */
  public static final int EXIT_VALID = 0;

  /** It is not. */
  public static final int EXIT_INVALID = 1;

  /** Its file or the list of keys cannot be read. */
  public static final int EXIT_UNUSABLE = 2;

  /** Reads one byte more than a receipt may have, so that a larger one is seen as such. */
  private static final int RECEIPT_BYTES_READ = ReceiptVerifier.RECEIPT_BYTES_MAX + 1;

  private static final int KEYS_BYTES_MAX = 1 << 20;

  /** {@code receipt verify}: the offline check of one receipt. */
  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = "离线核验一张回执 Verifies one receipt offline.",
      exitCodeListHeading = "%n退出码 Exit codes:%n",
      exitCodeList = {
        "0:有效 valid",
        "1:无效 invalid",
        "2:文件不可用 unusable input",
      })
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Verify implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
        paramLabel = "FILE",
        description = "回执JSON文件，- 表示标准输入 The receipt's JSON; - is standard input.")
    private String file;

    @Option(
        names = "--keys",
        paramLabel = "keys.json",
        defaultValue = "keys.json",
        description = "公钥表，即 GET /v1/keys 的内容 Public keys; default: ${DEFAULT-VALUE}.")
    private Path keys;

    @Override
    public Integer call() {
      PrintWriter err = spec.commandLine().getErr();
      byte[] receipt;
      ReceiptVerifier verifier;
      try {
        receipt = receipt();
        verifier = new ReceiptVerifier(KeysJson.read(bounded(keys, KEYS_BYTES_MAX)));
      } catch (IOException e) {
        err.println("无法读取文件 Cannot read: " + e.getMessage());
        return EXIT_UNUSABLE;
      } catch (Fault.Malformed | IllegalArgumentException e) {
        err.println("公钥表不可用 Not a list of public keys: " + keys + ": " + e.getMessage());
        return EXIT_UNUSABLE;
      }
      Verification verdict = verifier.verify(receipt);
      print(verdict);
      return verdict.isValid() ? EXIT_VALID : EXIT_INVALID;
    }

    private byte[] receipt() throws IOException {
      return file.equals("-")
          ? System.in.readNBytes(RECEIPT_BYTES_READ)
          : bounded(Path.of(file), RECEIPT_BYTES_READ);
    }

    private static byte[] bounded(Path path, int bytesMax) throws IOException {
      try (InputStream in = Files.newInputStream(path)) {
        return in.readNBytes(bytesMax);
      }
    }

    private void print(Verification verdict) {
      PrintWriter out = spec.commandLine().getOut();
      for (Reason check : Reason.values()) {
        if (check == Reason.VALID) {
          break;
        }
        boolean failed = check == verdict.reason();
        out.println((failed ? "[不符 FAILED] " : "[相符 ok] ") + check.chinese + " / " + check.english);
        if (failed) {
          break;
        }
      }
      if (!verdict.detail().isEmpty()) {
        out.println("  " + verdict.detail());
      }
      if (verdict.subject() != null) {
        print(out, verdict.subject());
      }
      out.println(
          verdict.isValid() ? "回执有效 The receipt is VALID." : "回执无效 The receipt is NOT VALID.");
      out.flush();
    }

    private static void print(PrintWriter out, Verification.Subject subject) {
      out.println("  交易 transaction " + subject.id());
      out.println("  区块 block " + subject.node() + "/" + subject.seq());
      out.println("  序号 leaf " + subject.leaf() + " / " + subject.size());
      out.println(
          "  封存时间 sealed at "
              + Instant.ofEpochMilli(subject.atMs()).atZone(Clocks.CHINA).toOffsetDateTime());
      out.println("  密钥 key " + subject.kid() + " (" + subject.algorithm().header + ")");
    }
  }
}
