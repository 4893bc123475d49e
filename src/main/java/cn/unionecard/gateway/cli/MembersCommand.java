package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.member.MemberCsv;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.CannotStart;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code members}: brings the members of a union to a gateway that runs. */
@Command(
    name = "members",
    description = "会员名册 Members of a union.",
    subcommands = MembersCommand.Import.class)
final class MembersCommand {
  static final int EXIT_GOOD = 0;
  static final int EXIT_SOME_BAD = 1;
  static final int EXIT_STOPPED = 2;

  /** {@code members import}: a sheet of any length, in as many calls as it takes. */
  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description = {
        "批量登记会员并发卡：首行为 identity,name,category,org，可加 ,cardNo；有误的行逐行列出，其余照常登记。",
        "Enters members from CSV with the header identity,name,category,org or the same with ,cardNo."
            + " Bad rows are written as CSV (row,column,reason) to the output, all others are entered.",
        "可重复运行，已登记的不受影响。It may be run again: who is entered already is left as he is."
      },
      exitCodeListHeading = "%n退出码 Exit codes:%n",
      exitCodeList = {
        "0:全部无误 all rows are good",
        "1:部分行有误，已列出 some rows are bad, each is written",
        "2:中途停止，原因已打印，可再次运行 stopped, the reason is printed; run it again",
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  members import members.csv --base https://gateway:8443 --ca ca.pem --token-file token"
            + " --dry-run",
        "  members import 名册.csv --charset GBK --base https://gateway:8443 --ca ca.pem \\",
        "    --token-file token > bad.csv"
      })
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Import implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "会员名册 The sheet, in CSV.")
    private Path file;

    @Option(
        names = "--base",
        required = true,
        paramLabel = "URL",
        description = "网关地址 The gateway, https://host:port.")
    private URI base;

    @Option(
        names = "--ca",
        required = true,
        paramLabel = "FILE",
        description = "信任的证书颁发机构 PEM of the authority that vouches for it.")
    private Path ca;

    @Option(
        names = "--token-file",
        required = true,
        paramLabel = "FILE",
        description = {
          "经办人令牌 Holds the access token of a CLERK (POST /v1/staff-tokens).",
          "令牌到期后换上新令牌即可继续 It is read again when the token has ended."
        })
    private Path token;

    @Option(
        names = "--charset",
        defaultValue = "UTF-8",
        description = "文件编码 Of the sheet, such as GBK; default: ${DEFAULT-VALUE}.")
    private Charset charset;

    @Option(names = "--dry-run", description = "只检查，不登记 Checks, and enters nobody.")
    private boolean dryRun;

    @Override
    public Integer call() {
      if (!"https".equals(base.getScheme()) || base.getHost() == null) {
        throw new ParameterException(spec.commandLine(), "--base is not https://host:port");
      }
      PrintWriter err = spec.commandLine().getErr();
      PrintWriter out = spec.commandLine().getOut();
      MemberCalls calls;
      try {
        calls = new MemberCalls(base, ca, token);
      } catch (CannotStart e) {
        err.println(e.getMessage());
        return EXIT_STOPPED;
      }
      MemberUpload upload = new MemberUpload(calls, dryRun, err::println);
      try {
        read(upload);
        return finish(upload, out) ? EXIT_GOOD : EXIT_SOME_BAD;
      } catch (CharacterCodingException e) {
        return stop(
            upload, out, "文件不是" + charset + "编码 it is not in " + charset + "; see --charset");
      } catch (Fault.Malformed | CannotStart e) {
        return stop(upload, out, String.valueOf(e.getMessage()));
      } catch (IOException e) {
        return stop(upload, out, "无法读取文件 Cannot read: " + e.getMessage());
      }
    }

    private void read(MemberUpload upload) throws IOException {
      try (InputStreamReader text =
              new InputStreamReader(
                  Files.newInputStream(file),
                  charset
                      .newDecoder()
                      .onMalformedInput(CodingErrorAction.REPORT)
                      .onUnmappableCharacter(CodingErrorAction.REPORT));
          MemberCsv csv = new MemberCsv(text)) {
        upload.begin(csv.columns());
        for (MemberCsv.Row row = csv.next(); row != null; row = csv.next()) {
          upload.add(row);
        }
      }
      upload.flush();
    }

    /** Writes the bad rows; true: there are none. */
    private static boolean finish(MemberUpload upload, PrintWriter out) {
      if (upload.bad().isEmpty()) {
        return true;
      }
      List<List<String>> lines = new ArrayList<>();
      lines.add(List.of("row", "column", "reason"));
      for (MemberUpload.Bad bad : upload.bad()) {
        lines.add(List.of(Integer.toString(bad.row()), bad.column(), bad.reason()));
      }
      out.print(MemberUpload.csv(lines));
      out.flush();
      return false;
    }

    private int stop(MemberUpload upload, PrintWriter out, String why) {
      boolean unused = finish(upload, out);
      PrintWriter err = spec.commandLine().getErr();
      err.println(why);
      err.println(
          "已处理至第"
              + upload.upTo()
              + "行，可再次运行 Handled up to row "
              + upload.upTo()
              + "; run it again to go on.");
      err.flush();
      return EXIT_STOPPED;
    }
  }
}
