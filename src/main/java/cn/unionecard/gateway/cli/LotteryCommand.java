package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.voucher.Draw;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lottery}: draws a published lottery again, offline. */
@Command(
    name = "lottery",
    description = "核验抽签 Checks draws offline.",
    subcommands = LotteryCommand.Verify.class)
public final class LotteryCommand {
  /** The draw is as it should be. */
  public static final int EXIT_VALID = 0;

  /** It is not. */
  public static final int EXIT_INVALID = 1;

  /** Its file cannot be read, or it was not drawn yet. */
  public static final int EXIT_UNUSABLE = 2;

  private static final int BYTES_MAX = 1 << 27;

  /** {@code lottery verify}: the check of one draw. */
  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = "按公示重新抽签并比对 Draws again from what was published, and compares.",
      exitCodeListHeading = "%n退出码 Exit codes:%n",
      exitCodeList = {"0:相符 as published", "1:不符 not so", "2:文件不可用 unusable input"})
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Verify implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
        paramLabel = "FILE",
        description =
            "GET /v1/lotteries/ROUND 的内容，- 表示标准输入 What GET /v1/lotteries/ROUND says; - is standard input.")
    private String file;

    @Override
    public Integer call() {
      PrintWriter err = spec.commandLine().getErr();
      JsonObject told;
      try {
        told = new JsonObject(read());
      } catch (IOException | DecodeException e) {
        err.println("无法读取公示 Cannot read: " + e.getMessage());
        return EXIT_UNUSABLE;
      }
      if (!told.containsKey("seed")) {
        err.println("尚未抽签 It was not drawn yet.");
        return EXIT_UNUSABLE;
      }
      try {
        return verified(told);
      } catch (IllegalArgumentException | ClassCastException | NullPointerException e) {
        err.println("公示内容不全 What is published is not whole: " + e.getMessage());
        return EXIT_UNUSABLE;
      }
    }

    private String read() throws IOException {
      if (file.equals("-")) {
        return new String(System.in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8);
      }
      try (InputStream in = Files.newInputStream(Path.of(file))) {
        return new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8);
      }
    }

    private int verified(JsonObject told) {
      byte[] seed = HexFormat.of().parseHex(told.getString("seed"));
      boolean committed = Draw.commitment(seed).equals(told.getString("seedHash"));
      List<Integer> winners =
          new ArrayList<>(
              Draw.winners(
                  seed,
                  told.getInteger("round"),
                  told.getInteger("tickets"),
                  told.getString("witness"),
                  told.getInteger("most") / told.getInteger("each")));
      winners.sort(null);
      boolean drawn = new JsonArray(winners).equals(told.getJsonArray("winners"));
      PrintWriter out = spec.commandLine().getOut();
      out.println((committed ? "[相符 ok] " : "[不符 FAILED] ") + "种子与事先公布的摘要 seed and its hash");
      out.println(
          (drawn ? "[相符 ok] " : "[不符 FAILED] ") + "中签号码 winning tickets: " + winners.size());
      out.flush();
      return committed && drawn ? EXIT_VALID : EXIT_INVALID;
    }
  }
}
