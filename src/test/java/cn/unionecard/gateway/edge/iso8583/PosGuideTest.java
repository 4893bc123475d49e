package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.SampleFrames;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Retry;
import cn.unionecard.workbench.certify.Case;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The tables of the integrator's guide say what the code says; {@code -Dsamples.write=true} writes
 * them anew.
 */
class PosGuideTest {
  private static final GuidePage PAGE = new GuidePage("pos.md", PosGuideTest.class);
  private static final String ANSWERS =
      "| F39 | next | the terminal | cashier |\n|---|---|---|---|\n";
  private static final String FIELDS = "then F59 A4, F37 or F61 names it.\n\n";
  private static final String SM4 = "With SM4:\n\n```text\n";
  private static final String TRIPLE_DES = "With 3DES:\n\n```text\n";
  private static final String CAUSES =
      """
      | F63.2 of a 97 | because | what helps |
      |---|---|---|
      | %s | F41 is none, not registered, or not the one that the certificate names; or no master key was injected, or its device was given up | register it; `terminal key` |
      """;
  private static final String CASES = "| case | part | | the terminal must |\n|---|---|---|---|\n";

  /** As a rule names what certifies it: {@code (case `sale`)}. */
  private static final Pattern NAMED = Pattern.compile("cases? ((`[a-z0-9-]+`(, )?)+)");

  @Test
  void everyAnswerStandsInTheGuide() throws IOException {
    PAGE.has(ANSWERS, answers());
  }

  @Test
  void everyCauseOf97StandsInTheGuide() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (Unproved each : Unproved.values()) {
      rows.append("| ").append(Response.unproved(each).text()).append(" | ").append(each.cause);
      rows.append(" | ").append(each.help).append(" |\n");
    }
    PAGE.has(CAUSES.formatted(Refusal.TERMINAL_UNKNOWN.chinese), rows.toString());
  }

  @Test
  void everyFieldOfARequestStandsInTheGuide() throws IOException {
    PAGE.has(FIELDS, new GuideProfile().table());
  }

  @Test
  void theMacIsMadeAsTheGuideSays() throws IOException {
    PAGE.has(SM4, new GuideMac(KeyAlgorithm.SM4, SampleFrames.MAK).steps(SampleFrames.sale()));
    PAGE.has(
        TRIPLE_DES,
        new GuideMac(KeyAlgorithm.TRIPLE_DES, SampleFrames.MAK).steps(SampleFrames.sale()));
  }

  @Test
  void everyCaseStandsInTheGuide() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (Case each : Case.values()) {
      rows.append("| `").append(each.argument()).append("` | `").append(each.part.argument());
      rows.append("` | ").append(each.title).append(" | ");
      rows.append(each.must.chinese()).append("<br>").append(each.must.english()).append(" |\n");
    }
    PAGE.has(CASES, rows.toString());
  }

  /** So there is no case without its rule, and no rule that claims a case which there is not. */
  @Test
  void everyCaseIsNamedWhereItsRuleStands() throws IOException {
    Set<String> named = new TreeSet<>();
    Matcher rules = NAMED.matcher(PAGE.text().replaceAll("\\s+", " "));
    while (rules.find()) {
      named.addAll(List.of(rules.group(1).replace("`", "").split(", ")));
    }
    Set<String> cases = new TreeSet<>();
    for (Case each : Case.values()) {
      cases.add(each.argument());
    }
    assertEquals(cases, named);
  }

  // ---- answers

  private static String answers() {
    Map<String, List<String>> rows = new TreeMap<>();
    add(
        rows,
        Response.failed(new Fault.Busy("")),
        "SAME_KEY",
        "nothing happened: drops it, or sends the same bytes again later (case `busy`)");
    add(
        rows,
        Response.failed(new Fault.InFlight("")),
        "SAME_KEY",
        "sends the same bytes again after a second or two (case `in-flight`)");
    add(
        rows,
        Response.failed(new Fault.Unknown("")),
        "SAME_KEY",
        "nobody knows: reverses it, or sends the same bytes again, before anything else (case"
            + " `unknown`)");
    FormatError error = new FormatError("F4", FormatError.Reason.ABSENT, 0, 1);
    add(rows, Response.failed(error), "NEVER", "is wrong: shows the field that F63.2 names");
    for (Refusal each : Refusal.values()) {
      add(rows, Response.refused(each), each.retry.name(), does(each));
    }
    StringBuilder text = new StringBuilder();
    rows.forEach(
        (row, sentences) -> text.append(row).append(String.join("<br>", sentences)).append(" |\n"));
    return text.toString();
  }

  private static void add(
      Map<String, List<String>> rows, Response answer, String next, String does) {
    String row = "| " + answer.code() + " | `" + next + "` | " + does + " | ";
    rows.computeIfAbsent(row, first -> new ArrayList<>()).add(answer.text());
  }

  private static String does(Refusal refusal) {
    if (refusal == Refusal.BATCH_NUMBER_DIFFERS) {
      return "signs on; a purchase goes anew in the new batch (case `other-batch`)";
    }
    if (Response.refused(refusal).requirement() == FrameHead.SIGN_ON) {
      String certified = refusal == Refusal.MAC_WRONG ? "mac-refused" : "not-signed-on";
      return "signs on, then sends the same message again under the new MAK (case `%s`)"
          .formatted(certified);
    }
    if (refusal == Refusal.TERMINAL_SUSPENDED) {
      return "stops selling until a sign-on or a status request (362) is answered 00; reversals only";
    }
    return refusal.retry == Retry.NEW_KEY
        ? "shows the sentence; put right, it may go with a new trace number"
        : "shows the sentence, does not send it again";
  }
}
