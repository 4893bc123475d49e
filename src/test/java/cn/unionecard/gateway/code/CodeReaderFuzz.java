package cn.unionecard.gateway.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

/** Whatever a scanner sends: never an exception, and what is read is ten digits and seven. */
class CodeReaderFuzz {
  private final MemberCodes codes = new MemberCodes(List.of(SampleKeys.NEXT, SampleKeys.PUBLISHED));

  @FuzzTest(maxDuration = "30s")
  void anyTextIsRead(FuzzedDataProvider data) {
    long time = data.consumeLong(0, 4_000_000_000L);
    String raw = data.consumeRemainingAsString();
    Scan scan = CodeReader.read(raw);
    assertEquals(scan, CodeReader.read(scan.text()));
    if (scan instanceof Scan.MemberCode code) {
      assertTrue(code.alias().chars().allMatch(c -> c >= '0' && c <= '9'));
      assertEquals(scan, CodeReader.read(" ]Q3" + code.text() + "\r\n"));
      for (MemberCodes.Candidate candidate : codes.candidates(code, time)) {
        Match match = codes.match(code, candidate, 1, time);
        assertTrue(match.step() >= -2);
      }
    }
  }
}
