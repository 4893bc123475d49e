package cn.unionecard.gateway.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Campaigns in files: told in words, and what contradicts itself by name. */
class RuleFileTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private static final String FILE =
      """
      code: C-1
      org: '410800'
      name: 活动
      documentNo: 工发〔2026〕1号
      startsAt: '2026-11-30T00:00:00+08:00'
      endsAt: '%s'
      budget: %s
      rule:
        benefit: %s
        funders: [{funder: UNION, org: '410800', shareBp: 10000}]
        %s
      """;

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("conf/examples"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @Test
  void theExamplesSayWhatTheyMeanAndNothingElse() throws IOException {
    assertTrue(examples().size() >= 7);
    for (Path file : examples()) {
      RuleFile read = RuleFile.read(Files.readString(file), NOW);
      assertEquals(List.of(), read.warnings(), file.toString());
      assertTrue(read.explanation().size() >= 5, file.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-12-01T00:00:00+08:00 | {fen: 1000} | {kind: FIXED, offFen: 1} | 'times: {weekdays: [7]}' | no moment",
        "2026-12-01T00:00:00+08:00 | {fen: 1000} | {kind: FIXED, offFen: 1}"
            + " | 'times: {blackouts: [{from: 2026-11-30, to: 2026-11-30}]}' | no moment",
        "2027-12-01T00:00:00+08:00 | {fen: 99} | {kind: FIXED, offFen: 100} | | budget is less",
        "2027-12-01T00:00:00+08:00 | {fen: 999, dayFen: 99} | {kind: FIXED, offFen: 100} | | day's budget is less",
        "2027-12-01T00:00:00+08:00 | {fen: 99999} | {kind: THRESHOLD, thresholdFen: 1000, offFen: 100}"
            + " | 'orderFenMin: 2000' | always reached",
        "2027-12-01T00:00:00+08:00 | {fen: 99999}"
            + " | '{kind: TIERED, steps: [{thresholdFen: 100, offFen: 10}, {thresholdFen: 200, offFen: 30}]}'"
            + " | 'orderFenMin: 200' | step 1 is never used",
        "2027-12-01T00:00:00+08:00 | {fen: 99999}"
            + " | '{kind: TIERED, steps: [{thresholdFen: 100, offFen: 10}, {thresholdFen: 200, offFen: 30}]}'"
            + " | 'limits: {memberFen: 10}' | step 2 gives no more",
        "2027-12-01T00:00:00+08:00 | {fen: 99999} | {kind: FREE} | 'stack: {payableFenMin: 1}' | yet something",
        "2027-12-01T00:00:00+08:00 | {fen: 99999} | {kind: PRICE, priceFen: 100} | 'stack: {payableFenMin: 101}' | member price",
        "2027-12-01T00:00:00+08:00 | {fen: 99999} | {kind: FIXED, offFen: 1} | 'stack: {groups: [A]}' | never applies",
        "2027-12-01T00:00:00+08:00 | {fen: 99999} | {kind: FIXED, offFen: 1} | 'stack: {sets: [A], benefitsMax: 1}' | never goes",
        "2027-12-01T00:00:00+08:00 | {fen: 99999} | {kind: FIXED, offFen: 1}"
            + " | 'scenes: [OFFLINE_POS, QR_STATIC, ONLINE_MALL]' | restricts nothing",
        "2027-12-01T00:00:00+08:00 | {fen: 99999999} | {kind: FIXED, offFen: 50001} | 'scenes: [QR_STATIC]' | lowest class",
        "2026-11-30T09:00:00+08:00 | {fen: 99999} | {kind: FIXED, offFen: 1} | | time is over"
      })
  void whatContradictsItselfIsFound(
      String ends, String budget, String benefit, String more, String warning) {
    String file = FILE.formatted(ends, budget, benefit, more == null ? "" : more);
    List<String> warnings =
        RuleFile.read(file, NOW).warnings().stream().map(RuleFile.Sentence::english).toList();
    assertTrue(
        warnings.stream().anyMatch(one -> one.contains(warning)), () -> file + " " + warnings);
  }

  @Test
  void scenesAreSaidInWords() {
    String file =
        FILE.formatted(
            "2027-12-01T00:00:00+08:00",
            "{fen: 99999}",
            "{kind: FIXED, offFen: 1}",
            "scenes: [ONLINE_MALL, QR_STATIC]");
    RuleFile read = RuleFile.read(file, NOW);
    assertTrue(
        read.explanation()
            .contains(
                new RuleFile.Sentence(
                    "仅限静态码、网上商城交易", "sold by a printed code or in the online mall alone")),
        () -> String.valueOf(read.explanation()));
    for (String wrong : List.of("scenes: []", "scenes: [SHOP]", "scenes: ONLINE_MALL")) {
      String other =
          FILE.formatted(
              "2027-12-01T00:00:00+08:00", "{fen: 99999}", "{kind: FIXED, offFen: 1}", wrong);
      Fault.Malformed fault = assertThrows(Fault.Malformed.class, () -> RuleFile.read(other, NOW));
      assertTrue(String.valueOf(fault.getMessage()).contains("scenes"), fault::getMessage);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'code: A\ncode: B' | uplicate",
        "'' | No content",
        "'code: a' | code",
        "'[1]' | neither",
        "'colour: red' | colour is not known"
      })
  void whatIsNoCampaignIsNamed(String file, String named) {
    Fault.Malformed fault =
        assertThrows(Fault.Malformed.class, () -> RuleFile.read(file == null ? "" : file, NOW));
    assertTrue(String.valueOf(fault.getMessage()).contains(named), fault::getMessage);
  }
}
