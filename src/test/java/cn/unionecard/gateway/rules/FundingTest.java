package cn.unionecard.gateway.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.rules.Funding.Funder;
import cn.unionecard.gateway.rules.Funding.Share;
import cn.unionecard.gateway.rules.Funding.Source;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Splitting a discount: exact, by largest remainder, ties by position. */
class FundingTest {

  @Test
  void theLargestRemainderGetsTheFen() {
    Funding funding =
        new Funding(
            List.of(new Share(Source.UNION, 10, 3333), new Share(Source.MERCHANT, 0, 6667)));
    assertEquals(List.of(3L, 7L), fen(funding, 10));
    assertEquals(List.of(1L), fen(funding, 1)); // 0.3333 and 0.6667
    assertEquals(Funder.MERCHANT, funding.split(1, 5).get(0).funder());
    assertEquals(5, funding.split(1, 5).get(0).party());
  }

  @Test
  void aTieGoesToTheFirst() {
    Funding funding =
        new Funding(List.of(new Share(Source.UNION, 10, 5000), new Share(Source.UNION, 11, 5000)));
    assertEquals(List.of(2L, 1L), fen(funding, 3));
  }

  @Test
  void thePartsAlwaysSumToTheWhole() {
    for (int first = 1; first < 10_000; first += 37) {
      for (int second = 1; first + second < 10_000; second += 411) {
        Funding funding =
            new Funding(
                List.of(
                    new Share(Source.UNION, 10, first),
                    new Share(Source.UNION, 11, second),
                    new Share(Source.MERCHANT, 0, 10_000 - first - second)));
        for (long fen : new long[] {1, 2, 3, 99, 100, 101, 9_999, 10_001, 999_999_999_999L}) {
          long sum = fen(funding, fen).stream().mapToLong(Long::longValue).sum();
          assertEquals(fen, sum);
        }
      }
    }
  }

  @Test
  void sharesThatDoNotSumAreRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Funding(List.of(new Share(Source.UNION, 10, 9_999))));
    assertTrue(String.valueOf(e.getMessage()).contains("9999"), e::toString);
  }

  private static List<Long> fen(Funding funding, long fen) {
    return funding.split(fen, 5).stream().map(Funding.Part::fen).toList();
  }
}
