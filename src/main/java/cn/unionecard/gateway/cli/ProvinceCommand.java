package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.runtime.CannotStart;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code province}: files for a province that takes no calls, and its receipts. */
@Command(
    name = "province",
    mixinStandardHelpOptions = true,
    description = {
      "省平台文件报送：生成、重新取、读回执。",
      "Files for the province's platform: made, fetched again, their receipts read."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  province make out --base https://gateway:8443 --ca ca.pem --token-file token",
      "  province fetch 3 out --base https://gateway:8443 --ca ca.pem --token-file token",
      "  province receipt 3 receipt-3.csv --base https://gateway:8443 --ca ca.pem --token-file token"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ProvinceCommand implements Runnable {
  private static final String FILES = "/v1/province/files";
  private static final int FAILED = 1;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what: make, fetch or receipt");
  }

  private interface Work {
    String with(StaffCalls calls) throws IOException;
  }

  private int ask(StaffOptions gateway, Work work) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      out.println(work.with(gateway.calls(spec)));
      out.flush();
      return 0;
    } catch (IOException | CannotStart e) {
      spec.commandLine().getErr().println(e.getMessage());
      spec.commandLine().getErr().flush();
      return FAILED;
    }
  }

  @Command(
      name = "make",
      mixinStandardHelpOptions = true,
      description = {
        "生成下一个文件，连同签名存入目录；没有待报的卡时退出码为 1。",
        "Makes the next file and puts it into a folder with its signature; exit code 1 if there is"
            + " nothing to tell. May be run again until then: a file holds 2000 cards."
      })
  int make(
      @Parameters(paramLabel = "FOLDER", description = "Where to.") Path folder,
      @Mixin StaffOptions gateway) {
    return ask(
        gateway,
        calls -> {
          JsonObject made = calls.postOnce(FILES, new JsonObject());
          return save(calls, made.getInteger("file"), folder);
        });
  }

  @Command(
      name = "fetch",
      mixinStandardHelpOptions = true,
      description = {
        "重新取一个文件及签名，内容与当初一致。",
        "Fetches a file again with its signature; the same bytes."
      })
  int fetch(
      @Parameters(paramLabel = "NUMBER", description = "Of the file.") int no,
      @Parameters(paramLabel = "FOLDER", description = "Where to.") Path folder,
      @Mixin StaffOptions gateway) {
    return ask(gateway, calls -> save(calls, no, folder));
  }

  private static String save(StaffCalls calls, int no, Path folder) throws IOException {
    String path = FILES + "/" + no;
    String name = "province-" + no;
    Path file = Files.createDirectories(folder).resolve(name + ".csv");
    Path unused = Files.writeString(file, calls.text(path + "?format=csv"), StandardCharsets.UTF_8);
    String signature = calls.get(path + "/signature").encodePrettily() + "\n";
    unused = Files.writeString(folder.resolve(name + ".json"), signature, StandardCharsets.UTF_8);
    return said(calls.get(path)) + " " + file;
  }

  @Command(
      name = "receipt",
      mixinStandardHelpOptions = true,
      description = {
        "读回省平台的回执文件；同一份再读一次不变。",
        "Reads the province's receipt; the same again changes nothing."
      })
  int receipt(
      @Parameters(paramLabel = "NUMBER", description = "Of the file.") int no,
      @Parameters(paramLabel = "FILE", description = "The receipt, in UTF-8.") Path file,
      @Mixin StaffOptions gateway) {
    return ask(
        gateway,
        calls -> {
          JsonObject body =
              new JsonObject().put("file", Files.readString(file, StandardCharsets.UTF_8));
          JsonObject now = calls.post(FILES + "/" + no + "/receipts", body);
          if (now == null) {
            throw new CannotStart("回执过长 the receipt is too long for one call");
          }
          return said(now);
        });
  }

  private static String said(JsonObject file) {
    return "file "
        + file.getInteger("file")
        + " "
        + file.getString("state")
        + ": cards "
        + file.getInteger("cards")
        + ", taken "
        + file.getInteger("taken")
        + ", refused "
        + file.getInteger("refused")
        + ", left "
        + file.getInteger("left")
        + ", lines not believed "
        + file.getInteger("strange");
  }
}
