package cn.unionecard.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamCheckTest {
  private static final OffsetDateTime AT = OffsetDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC);

  /** Letters are merchants, numbers their own; the feed's numbers rise unless told by '@'. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a1 a2 b1 a3 b2           | ",
        "a4 b9 a5                 | ",
        "a1 a3                    | MISSING a 2-2",
        "a1 a5 b1 a6              | MISSING a 2-4",
        "a1 a2 a2 a3              | DOUBLED a 2-2",
        "a1 a3 a2 a4              | REORDERED a 2-2",
        "a1 a5 a3 a6              | REORDERED a 3-3, MISSING a 2-2, MISSING a 4-4",
        "a1 a3 a2 a2              | REORDERED a 2-2, DOUBLED a 2-2",
        "a1@7 a2@6                | CONTRADICTS a 2-2",
        "a1 reset a4              | MISSING a 2-3 told",
        "a1 reset a2 a4           | MISSING a 3-3",
        "a1 test a2               | ",
        "a1 nonsense a2           | UNREADABLE  0-0",
      })
  void namesEachFault(String stream, String expected) {
    StreamCheck check = new StreamCheck(false);
    long sequence = 0;
    for (String word : stream.split(" ")) {
      sequence++;
      check.line(line(word, sequence));
    }
    assertEquals(expected == null ? "" : expected, told(check));
  }

  private static String line(String word, long sequence) {
    if (word.equals("reset")) {
      return new FeedReset(1, AT).json();
    }
    if (word.equals("test")) {
      return new TestEvent("test-0123456789abcdef", "410802", 7, AT).json();
    }
    if (word.equals("nonsense")) {
      return "{\"specversion\":";
    }
    String[] parts = word.substring(1).split("@");
    long place = parts.length == 2 ? Long.parseLong(parts[1]) : sequence;
    long number = Long.parseLong(parts[0]);
    return new CloudEvent(place, "a.b", word.substring(0, 1), AT, place, number, "1", "1", "{}")
        .json();
  }

  private static String told(StreamCheck check) {
    return String.join(
        ", ",
        check.findings().stream()
            .map(
                f ->
                    f.kind()
                        + " "
                        + f.merchant()
                        + " "
                        + f.from()
                        + "-"
                        + f.upto()
                        + (f.announced() ? " told" : ""))
            .toList());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyOneEventTakenOutIsMissed(long seed) {
    SplittableRandom chance = new SplittableRandom(seed);
    List<String> stream = new ArrayList<>();
    long[] numbers = new long[3];
    for (int i = 1; i <= 60; i++) {
      int merchant = chance.nextInt(3);
      stream.add(line("abc".charAt(merchant) + "" + ++numbers[merchant], i));
    }
    // the last of a merchant cannot be missed by a record that ends there
    for (int out = 0; out < 40; out++) {
      StreamCheck check = new StreamCheck(true);
      for (int i = 0; i < stream.size(); i++) {
        if (i != out) {
          check.line("data: " + stream.get(i));
          check.line("");
        }
      }
      assertEquals(1, check.findings().size(), "seed " + seed + ", without " + stream.get(out));
      assertEquals(StreamCheck.Kind.MISSING, check.findings().get(0).kind());
    }
  }
}
