package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.feed.StreamCheck;
import cn.unionecard.gateway.feed.StreamCheck.Finding;
import cn.unionecard.gateway.feed.StreamCheck.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code feed}: listening to events, and what can be done with a recorded stream, offline. */
@Command(
    name = "feed",
    description = "收听与核对事件流 Listens to streams of events, and checks recorded ones.",
    subcommands = {FeedCommand.Verify.class, ListenCommand.class})
final class FeedCommand {
  static final int EXIT_WHOLE = 0;
  static final int EXIT_BROKEN = 1;
  static final int EXIT_UNUSABLE = 2;

  /** {@code feed verify}: is anything missing, doubled or out of order? */
  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = {
        "仅凭记录核对：每个商户的事件不缺、不重、不乱。",
        "Proves from the record alone that no merchant's events are missing, doubled or out of order.",
        "记录为每行一个 CloudEvent JSON，或 SSE 原文；须为全部类型的事件，不可按类型筛选。",
        "The record has one CloudEvent in JSON a line, or is the text of the SSE stream; of all"
            + " types, for a merchant's numbers count all of them."
      },
      exitCodeListHeading = "%n退出码 Exit codes:%n",
      exitCodeList = {
        "0:完整 whole",
        "1:有缺失、重复或乱序，已逐项列出 something is wrong, each is named",
        "2:文件不可用 unusable input",
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  curl -N -H \"Authorization: Bearer $TOKEN\" https://gateway/v1/feed?from=start > feed.txt",
        "  ecard-gateway feed verify feed.txt --from-start"
      })
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Verify implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "记录文件，- 表示标准输入 The record; - is standard input.")
    private String file;

    @Option(
        names = "--from-start",
        description = "每个商户应从 1 号开始 Each merchant's numbers must begin with 1.")
    private boolean fromStart;

    @Option(
        names = "--allow-repeats",
        description = "至少一次投递：重复不算错 At least once: what comes again is no fault.")
    private boolean allowRepeats;

    @Override
    public Integer call() {
      StreamCheck check = new StreamCheck(fromStart);
      try (BufferedReader lines = new BufferedReader(open())) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          check.line(line);
        }
      } catch (IOException e) {
        spec.commandLine().getErr().println("无法读取文件 Cannot read: " + e.getMessage());
        return EXIT_UNUSABLE;
      }
      return print(check);
    }

    private Reader open() throws IOException {
      return file.equals("-")
          ? new InputStreamReader(System.in, StandardCharsets.UTF_8)
          : Files.newBufferedReader(Path.of(file));
    }

    private int print(StreamCheck check) {
      List<Finding> faults =
          check.findings().stream()
              .filter(one -> !allowRepeats || one.kind() != Kind.DOUBLED)
              .toList();
      PrintWriter out = spec.commandLine().getOut();
      faults.forEach(fault -> out.println(sentence(fault)));
      out.println(
          "商户 merchants "
              + check.merchants()
              + "，事件 events "
              + check.events()
              + "，重复 repeated "
              + check.doubled());
      boolean whole = faults.isEmpty() && check.events() > 0;
      out.println(
          whole
              ? "完整：不缺、不重、不乱 The stream is WHOLE."
              : check.events() == 0
                  ? "没有事件 There is NO event in it."
                  : "不完整 The stream is NOT WHOLE.");
      out.flush();
      return whole ? EXIT_WHOLE : EXIT_BROKEN;
    }

    private static String sentence(Finding fault) {
      String what = "[" + fault.kind().chinese + " " + fault.kind().english + "] ";
      String where = "  行 line " + fault.line();
      if (fault.kind() == Kind.UNREADABLE) {
        return what + where.strip();
      }
      String numbers =
          fault.from() == fault.upto()
              ? Long.toString(fault.from())
              : fault.from() + "–" + fault.upto();
      String told = fault.announced() ? "（已由 reset 事件告知 told by a reset）" : "";
      return what + "商户 merchant " + fault.merchant() + " 编号 merchantseq " + numbers + told + where;
    }
  }
}
