package cn.unionecard.gateway.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.progress.Milestones.Milestone;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Milestones in cards, who may set which, and what a forecast says. */
class MilestonesTest {
  private static Milestone by(String day, int permille) {
    return new Milestone(LocalDate.parse(day), permille);
  }

  private static final Milestones NOTICE =
      new Milestones(
          "焦工文〔2023〕60号",
          null,
          20,
          List.of(
              by("2023-07-31", 200),
              by("2023-08-31", 500),
              by("2023-09-30", 900),
              by("2023-10-31", 1_000)));

  @ParameterizedTest
  @CsvSource({
    "145000, 200, 29000",
    "145000, 500, 72500",
    "145000, 900, 130500",
    "145000, 1000, 145000",
    "7, 200, 2",
    "1, 1, 1",
    "0, 900, 0",
  })
  void aPartOfACardIsACardMore(long task, int permille, long cards) {
    assertEquals(cards, by("2023-07-31", permille).cards(task));
  }

  @Test
  void aLevelBelowMayOnlyTighten() {
    assertEquals(Optional.empty(), NOTICE.loosened(NOTICE.entries()));
    assertEquals(Optional.empty(), NOTICE.loosened(List.of(by("2023-07-15", 1_000))));
    assertEquals(
        Optional.of(by("2023-07-31", 200)), NOTICE.loosened(List.of(by("2023-08-31", 1_000))));
    assertEquals(
        Optional.of(by("2023-10-31", 1_000)), NOTICE.loosened(List.of(by("2023-07-31", 999))));
  }

  @Test
  void eachIsLaterAndHigherThanTheOneBefore() {
    assertEquals(NOTICE.entries(), Milestones.ordered(2023, NOTICE.entries()));
    for (List<Milestone> wrong :
        List.of(
            List.of(by("2024-01-01", 100)),
            List.of(by("2023-02-01", 100), by("2023-02-01", 200)),
            List.of(by("2023-02-01", 100), by("2023-03-01", 100)))) {
      assertThrows(Fault.Malformed.class, () -> Milestones.ordered(2023, wrong));
    }
  }

  @Test
  void theLastOneThatIsOverCounts() {
    assertEquals(Optional.empty(), NOTICE.passed(LocalDate.of(2023, 7, 31)));
    assertEquals(Optional.of(by("2023-07-31", 200)), NOTICE.passed(LocalDate.of(2023, 8, 1)));
    assertEquals(Optional.of(by("2023-10-31", 1_000)), NOTICE.passed(LocalDate.of(2026, 1, 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 28, 100, 2023-11-09",
    "99, 28, 100, 2023-08-02",
    "100, 0, 100, 2023-08-01",
    "0, 0, 100, ''",
    "0, -5, 100, ''",
    "0, 1, 100, 2031-04-01",
    "0, 1, 1000, ''",
  })
  void aForecastIsTheMeanContinued(long now, long gained, long task, String day) {
    Forecast forecast = new Forecast(LocalDate.of(2023, 8, 1), now, gained);
    assertEquals(day, forecast.reaches(task).map(LocalDate::toString).orElse(""));
  }

  @Test
  void nothingIsForecastToBeLost() {
    Forecast forecast = new Forecast(LocalDate.of(2023, 8, 1), 100, -28);
    assertEquals(100, forecast.at(LocalDate.of(2023, 8, 31)));
    assertEquals(
        128, new Forecast(LocalDate.of(2023, 8, 1), 100, 28).at(LocalDate.of(2023, 8, 29)));
  }
}
