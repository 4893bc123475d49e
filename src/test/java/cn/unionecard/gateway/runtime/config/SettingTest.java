package cn.unionecard.gateway.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a record of the configuration may declare, by planted records. */
class SettingTest {
  enum Metal {
    GOLD,
    SILVER,
    TIN
  }

  record Good(Part part) {}

  record Part(
      @Whole(min = -1, max = 9) int few,
      @Whole(min = 0, max = 1L << 40) long many,
      @Text(pattern = "[a-z]*", range = "letters") String letters,
      @Text(pattern = "[a-z]*", range = "letters") @Nullable String maybe,
      Metal metal) {}

  record Bare(BarePart part) {}

  record BarePart(@Whole(min = 0, max = 1) int good, int bare) {}

  record BareText(BareTextPart part) {}

  record BareTextPart(String bare) {}

  record Wide(WidePart part) {}

  record WidePart(@Whole(min = 0, max = 1L << 40) int wide) {}

  record Upside(UpsidePart part) {}

  record UpsidePart(@Whole(min = 2, max = 1) int upside) {}

  record Wrong(WrongPart part) {}

  record WrongPart(@Whole(min = 0, max = 1) String wrong) {}

  record Other(OtherPart part) {}

  record OtherPart(@Text(pattern = "x", range = "x") int other) {}

  record Both(BothPart part) {}

  record BothPart(@Whole(min = 0, max = 1) @Text(pattern = "x", range = "x") int both) {}

  record Secret(SecretPart part) {}

  record SecretPart(@Text(pattern = "x", range = "x") @Url @FromEnvironmentOnly String secret) {}

  record Flat(@Whole(min = 0, max = 1) int flat) {}

  static Stream<Arguments> planted() {
    return Stream.of(
        Arguments.of(Bare.class, "part.bare does not say what it may hold"),
        Arguments.of(BareText.class, "part.bare does not say what it may hold"),
        Arguments.of(Wide.class, "part.wide is @Whole in a range that does not fit"),
        Arguments.of(Upside.class, "part.upside is @Whole in a range that does not fit"),
        Arguments.of(Wrong.class, "part.wrong is @Whole, but no int or long"),
        Arguments.of(Other.class, "part.other is @Text, but no String"),
        Arguments.of(Both.class, "part.both does not say what it may hold"),
        Arguments.of(Secret.class, "part.secret is @Url and @FromEnvironmentOnly"),
        Arguments.of(Flat.class, "flat is not a section"));
  }

  @ParameterizedTest
  @MethodSource("planted")
  void refusesWhatIsNotDeclared(Class<? extends Record> record, String fault) {
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> Setting.of(record));
    assertEquals("configuration: " + fault, refusal.getMessage());
  }

  @Test
  void derivesKeysAndFillsRecords() {
    List<Setting> settings = Setting.of(Good.class);
    assertEquals(
        List.of("part.few", "part.many", "part.letters", "part.maybe", "part.metal"),
        settings.stream().map(Setting::key).toList());
    assertEquals("gold, silver or tin", settings.get(4).type().range());
    assertEquals(
        List.of(true, false, false),
        Stream.of("tin", "TIN", "").map(settings.get(4)::accepts).toList());
    Map<String, String> values = Map.of("part.few", "-1", "part.many", "7", "part.metal", "silver");
    assertEquals(
        new Good(new Part(-1, 7, "", null, Metal.SILVER)),
        Setting.fill(Good.class, key -> values.getOrDefault(key, "")));
  }
}
