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

/** What came of it: a table for the screen, and a file for the vendor's record. */
public final class Report {
  private static final int TITLE_COLUMNS = 14;

  /** What no line shows: somebody has to look. */
  static final List<Words> MANUAL =
      List.of(
          new Words(
              "凭条按域63.2（GBK）打印，换行处换行，不缺字",
              "the slip prints F63.2 (GBK) line by line, no character missing"),
          new Words("被拒交易向收银员显示域63.2的中文提示", "a refusal shows the cashier the sentence of F63.2"),
          new Words("断电重启后未决冲正与离线消费仍在", "pending reversals and offline sales survive a power cut"),
          new Words("主密钥不能从终端读出", "the master key cannot be read out of the terminal"));

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
    root.put("passed", results.allPassed());
    ArrayNode cases = root.putArray("cases");
    for (Case each : results.wanted()) {
      CaseResult result = results.of(each);
      ObjectNode node = cases.addObject();
      node.put("case", each.argument()).put("title", each.title);
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
