package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.member.MemberCsv;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
        "批量登记会员并发卡：首行须有 identity,name,category,org，可加 cardNo、phone；有误的行逐行列出，其余照常登记。",
        "Enters members from CSV or XLSX with identity,name,category,org in the header, and perhaps"
            + " cardNo and phone. Bad rows are written as CSV (row,column,reason) to the output, all"
            + " others are entered.",
        "可重复运行，已登记的不受影响。It may be run again: who is entered already is left as he is.",
        "--whole：文件是该工会的全量名册，资料有变的一并更正，名册外的会员报数，确认后办理离会。",
        "With --whole the file is the whole list of a union: who has changed is corrected, and whoever"
            + " does not stand in it is counted and, by --leavers, leaves. Interrupted, it goes on where"
            + " it was."
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
        "    --token-file token > bad.csv",
        "  members import 名册.xlsx --whole 410802 --base https://gateway:8443 --ca ca.pem \\",
        "    --token-file token --leavers 12"
      })
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Import implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "会员名册 The sheet, in CSV or XLSX.")
    private Path file;

    @Mixin private StaffOptions gateway;

    @Option(
        names = "--charset",
        defaultValue = "UTF-8",
        description = "文件编码 Of the sheet, such as GBK; default: ${DEFAULT-VALUE}.")
    private Charset charset;

    @Option(names = "--dry-run", description = "只检查，不登记 Checks, and enters nobody.")
    private boolean dryRun;

    @Option(
        names = "--whole",
        paramLabel = "ORG",
        description = "该工会（含下级）的全量名册 It is the whole list of that union and those below it.")
    private @Nullable String whole;

    @Option(
        names = "--leavers",
        paramLabel = "NUMBER",
        description = {
          "确认离会人数：与名册外人数相符才办理。",
          "So many leave: only if as many do not stand in the list. 0: nobody leaves, the list ends."
        })
    private @Nullable Long leavers;

    @Override
    public Integer call() {
      if (leavers != null && (whole == null || dryRun)) {
        throw new ParameterException(spec.commandLine(), "--leavers goes with --whole, in earnest");
      }
      PrintWriter err = spec.commandLine().getErr();
      PrintWriter out = spec.commandLine().getOut();
      StaffCalls calls;
      try {
        calls = gateway.calls(spec);
      } catch (CannotStart e) {
        err.println(e.getMessage());
        return EXIT_STOPPED;
      }
      MemberUpload upload = new MemberUpload(calls, dryRun, err::println);
      try {
        if (whole == null) {
          read(upload, null, 1);
        } else {
          all(calls, upload, whole);
        }
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

    /**
     * @param list that it is the whole of
     * @param from behind which row to go on
     */
    private void read(MemberUpload upload, @Nullable Long list, int from) throws IOException {
      try (SheetRows rows = SheetRows.open(file, charset)) {
        upload.begin(rows.columns(), list, from);
        for (MemberCsv.Row row = rows.next(); row != null; row = rows.next()) {
          if (row.number() > from) {
            upload.add(row);
          }
        }
      }
      upload.flush();
    }

    /** The whole list of a union: begun or gone on with, and ended. */
    private void all(StaffCalls calls, MemberUpload upload, String org) throws IOException {
      JsonObject wish =
          new JsonObject()
              .put("org", org)
              .put("digest", digest())
              .put("lastRow", lastRow())
              .put("dryRun", dryRun);
      JsonObject begun = Objects.requireNonNull(calls.post("/v1/member-lists", wish));
      read(upload, begun.getLong("list"), begun.getInteger("handled"));
      String path = "/v1/member-lists/" + begun.getLong("list");
      JsonObject list = calls.get(path);
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          String.format(
              Locale.ROOT,
              "名册 list %d：新增 created %d，更正 changed %d，已有 unchanged %d，有误 bad %d，名册外 leavers %d",
              list.getLong("list"),
              list.getInteger("created"),
              list.getInteger("changed"),
              list.getInteger("unchanged"),
              list.getInteger("bad"),
              list.getLong("leavers")));
      if (dryRun || leavers != null) {
        JsonObject how = new JsonObject();
        if (leavers != null && leavers > 0) {
          how.put("leavers", leavers);
        }
        JsonObject ended = Objects.requireNonNull(calls.post(path + "/end", how));
        err.println("离会 left " + ended.getLong("leavers"));
      } else {
        err.println(
            "名册未结束：核对后加 --leavers "
                + list.getLong("leavers")
                + " 办理离会，或 --leavers 0 不办理 The list waits for --leavers.");
      }
      err.flush();
    }

    private String digest() throws IOException {
      MessageDigest sha = Sha256.digest();
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha)) {
        long unused = in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(sha.digest());
    }

    private int lastRow() throws IOException {
      int last = 1;
      try (SheetRows rows = SheetRows.open(file, charset)) {
        for (MemberCsv.Row row = rows.next(); row != null; row = rows.next()) {
          last = row.number();
        }
      }
      return last;
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
