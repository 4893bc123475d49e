package cn.unionecard.gateway.union;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeCodesTest {
  private static final byte[] SECRET =
      "12345678901234567890".getBytes(StandardCharsets.US_ASCII); // of RFC 6238, appendix B

  private final TimeCodes codes = new TimeCodes();

  @ParameterizedTest
  @CsvSource({
    "59, 287082",
    "1111111109, 081804",
    "1111111111, 050471",
    "1234567890, 005924",
    "2000000000, 279037",
    "20000000000, 353130"
  })
  void theCodesAreThoseOfTheStandard(long second, String code) {
    assertEquals(second / 30, codes.step(SECRET, code, Instant.ofEpochSecond(second), 0));
  }

  @Test
  void aCodeIsGoodForItsStepAndOneAroundIt() {
    long step = 1_111_111_109L / 30;
    for (long away = -3; away <= 3; away++) {
      Instant now = Instant.ofEpochSecond((step + away) * 30);
      assertEquals(Math.abs(away) <= 1 ? step : 0, codes.step(SECRET, "081804", now, 0));
    }
  }

  @Test
  void whatWasUsedAndAllBeforeItIsNoCode() {
    Instant now = Instant.ofEpochSecond(1_111_111_109L);
    long step = now.getEpochSecond() / 30;
    assertEquals(step, codes.step(SECRET, "081804", now, step - 1));
    assertEquals(0, codes.step(SECRET, "081804", now, step));
    assertEquals(0, codes.step(SECRET, "081804", now, step + 1));
    assertEquals(0, codes.step(SECRET, "", now, 0));
  }
}
