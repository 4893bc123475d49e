package cn.unionecard.workbench.certify;

import cn.unionecard.workbench.certify.CaseResult.State;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What came of it: a table for the screen, and a file for the vendor's record. */
public final class Report {
  private static final int TITLE_COLUMNS = 16;

  /** What no line shows: somebody has to look. */
  static final List<Words> MANUAL =
      List.of(
          new Words(
              "凭条按域63.2（GBK）打印，换行处换行，不缺字",
              "the slip prints F63.2 (GBK) line by line, no character missing"),
          new Words("被拒交易向收银员显示域63.2的中文提示", "a refusal shows the cashier the sentence of F63.2"),
          new Words(
              "断电重启后密钥、批次号、流水号、计数器、未决交易、离线消费、本批明细仍在",
              "keys, batch, trace number, counter, what is unanswered or not reported and the entries"
                  + " of the batch survive a power cut"),
          new Words(
              "主密钥注入后校验值相符，不能读出",
              "the master key's check value is compared; it cannot be read out"),
          new Words(
              "重拨间隔约为1、2、4、8、16、30秒，略有随机", "pauses between dials are about 1, 2, 4, 8, 16, 30 s"),
          new Words(
              "已激活的终端凭本机证书签到（本台不验证书）",
              "an activated terminal signs on with its certificate, which this bench takes from nobody"),
          new Words("每天早晨签到", "it signs on each morning"),
          new Words(
              "流水号、999笔借记或贷记用完之前结批",
              "the batch is closed before trace numbers or 999 entries run out"),
          new Words(
              "被拒、97、40、30后不自动重试，需收银员处理", "after 97, 40, 30 nothing is tried again by itself"));

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final CaseResults results;

  public Report(CaseResults results) {
    this.results = results;
  }

  /**
   * All cases; for each that did not pass, what must be and the next step. Then what to look at.
   */
  public void table(PrintWriter out) {
    out.println();
    for (Case each : results.wanted()) {
      line(out, each);
      if (results.of(each).state() != State.PASS) {
        out.println("            下一步 next  " + nextStep(each));
      }
    }
    out.printf(
        Locale.ROOT,
        "%n通过 passed %d，不通过 failed %d，未见 not seen %d%n",
        results.all(State.PASS).size(),
        results.all(State.FAIL).size(),
        results.all(State.NOT_SEEN).size());
    if (!results.leftOut().isEmpty()) {
      out.println("未做，不在认证之内 left out, not certified: " + names(results.leftOut()));
    }
    out.println("人工核对 look at these yourself:");
    MANUAL.forEach(each -> out.println("  [ ] " + each));
    out.flush();
  }

  /** One case; what was done, what should have been done, what was seen when it failed. */
  void line(PrintWriter out, Case which) {
    CaseResult result = results.of(which);
    String pad = " ".repeat(Math.max(1, TITLE_COLUMNS - 2 * which.title.length()));
    String because = result.state() == State.NOT_SEEN ? "" : result.saw().toString();
    out.printf(
        Locale.ROOT,
        "%-9s %-16s %s%s%s%n",
        result.state().title(),
        which.argument(),
        which.title,
        pad,
        because);
    if (result.state() == State.FAIL) {
      out.println("            我方 we did   " + result.did());
      out.println("            应当 you must " + which.must);
      out.println("            实际 you did  " + result.saw());
    }
    out.flush();
  }

  private static String names(Set<Case> cases) {
    return cases.stream().map(Case::argument).collect(Collectors.joining(" "));
  }

  private Words nextStep(Case which) {
    if (results.of(which).state() == State.NOT_SEEN) {
      return which.todo;
    }
    return new Words(
        "修正终端后换新批次重做本项（--only " + which.argument() + "）",
        "correct the terminal, then repeat with a fresh batch");
  }

  /**
   * The same as a file.
   *
   * @param terminal the number of the one that was watched; empty if none signed on
   * @throws IOException when the file cannot be written
   */
  public void write(Path file, String terminal, Instant begun, Instant ended) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("terminal", terminal).put("begun", begun.toString()).put("ended", ended.toString());
    root.put("passed", results.allPassed()).put("complete", results.leftOut().isEmpty());
    ArrayNode leftOut = root.putArray("leftOut");
    results.leftOut().forEach(each -> leftOut.add(each.argument()));
    ArrayNode cases = root.putArray("cases");
    for (Case each : results.wanted()) {
      CaseResult result = results.of(each);
      ObjectNode node = cases.addObject();
      node.put("case", each.argument()).put("title", each.title).put("part", each.part.argument());
      node.put("verdict", result.state().name());
      node.set("weDid", json(result.did()));
      node.set("youMust", json(each.must));
      node.set("youDid", json(result.saw()));
      if (result.state() != State.PASS) {
        node.set("next", json(nextStep(each)));
      }
    }
    ArrayNode manual = root.putArray("lookAt");
    for (Words each : MANUAL) {
      manual.add(json(each));
    }
    Files.write(file, JSON.writeValueAsBytes(root));
  }

  private static ObjectNode json(Words words) {
    return JSON.createObjectNode().put("zh", words.chinese()).put("en", words.english());
  }
}
