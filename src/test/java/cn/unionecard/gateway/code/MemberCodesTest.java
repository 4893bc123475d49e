package cn.unionecard.gateway.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.code.MemberCodes.Candidate;
import cn.unionecard.gateway.model.CardNo;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberCodesTest {
  private static final CardNo CARD = new CardNo(145_000);
  private static final long EPOCH = 4;

  /** The first second of 2026-11-24 in Shanghai. */
  private static final long MIDNIGHT = Instant.parse("2026-11-23T16:00:00Z").getEpochSecond();

  private static final long NOON = MIDNIGHT - 43_200;

  private final MemberCodes codes = new MemberCodes(List.of(SampleKeys.PUBLISHED));

  @ParameterizedTest
  @CsvSource({
    "0, accepted",
    "29, accepted",
    "30, accepted", // one step old
    "59, accepted",
    "-1, accepted", // the phone's clock is one step ahead
    "-30, accepted",
    "-31, WRONG", // two steps ahead
    "60, EXPIRED",
    "600, EXPIRED",
    "629, EXPIRED", // twenty steps old
    "630, WRONG",
    "86400, WRONG",
  })
  void codeLivesForItsStepAndOneOnEachSide(long ageSeconds, String expected) {
    Match match = matchOf(codes.issue(CARD, EPOCH, NOON), EPOCH, NOON + ageSeconds);
    if (expected.equals("accepted")) {
      assertEquals(new Match(MemberCodes.stepAt(NOON)), match);
    } else {
      assertEquals(expected, match.toString());
    }
  }

  /** Every second of the quarter hour around midnight, against the same rule as at noon. */
  @Test
  void midnightChangesNothing() {
    for (long issued = MIDNIGHT - 700; issued <= MIDNIGHT + 100; issued += 10) {
      String code = codes.issue(CARD, EPOCH, issued);
      for (long now = issued - 40; now <= issued + 640; now += 10) {
        long age = MemberCodes.stepAt(now) - MemberCodes.stepAt(issued);
        Match match = matchOf(code, EPOCH, now);
        String context = "issued " + (issued - MIDNIGHT) + ", now " + (now - MIDNIGHT);
        if (age >= -1 && age <= 1) {
          assertEquals(MemberCodes.stepAt(issued), match.step(), context);
        } else {
          assertEquals(age > 1 && age <= 20 ? Match.EXPIRED : Match.WRONG, match, context);
        }
      }
    }
  }

  @Test
  void aliasOfYesterdayDoesNotLiveOnWithTodaysPassword() {
    String yesterday = codes.alias(CARD, MemberCodes.dayAt(MIDNIGHT - 1));
    long now = MIDNIGHT + 300;
    Scan.MemberCode today = scan(codes.issue(CARD, EPOCH, now));
    Match match = match(new Scan.MemberCode(yesterday, today.otp()), CARD, EPOCH, now);
    assertEquals(Match.EXPIRED, match);
  }

  @Test
  void aliasOfYesterdayIsGoodForOneStepIntoToday() {
    String yesterday = codes.alias(CARD, MemberCodes.dayAt(MIDNIGHT - 1));
    Scan.MemberCode today = scan(codes.issue(CARD, EPOCH, MIDNIGHT));
    Match match = match(new Scan.MemberCode(yesterday, today.otp()), CARD, EPOCH, MIDNIGHT);
    assertEquals(new Match(MemberCodes.stepAt(MIDNIGHT)), match);
  }

  @Test
  void oneCandidatePerKeyExceptAroundMidnight() {
    Scan.MemberCode code = scan(codes.issue(CARD, EPOCH, NOON));
    assertEquals(1, codes.candidates(code, NOON).size());
    assertEquals(1, codes.candidates(code, MIDNIGHT - 31).size());
    assertEquals(2, codes.candidates(code, MIDNIGHT - 30).size());
    assertEquals(2, codes.candidates(code, MIDNIGHT + 599).size());
    assertEquals(1, codes.candidates(code, MIDNIGHT + 600).size());
  }

  @Test
  void newEpochKillsOldPhones() {
    String old = codes.issue(CARD, EPOCH, NOON);
    assertEquals(Match.WRONG, matchOf(old, EPOCH + 1, NOON));
    assertTrue(matchOf(codes.issue(CARD, EPOCH + 1, NOON), EPOCH + 1, NOON).isAccepted());
  }

  @Test
  void bothVersionsOfTheKeysWorkDuringRotation() {
    MemberCodes rotating = new MemberCodes(List.of(SampleKeys.NEXT, SampleKeys.PUBLISHED));
    Scan.MemberCode old = scan(codes.issue(CARD, EPOCH, NOON));
    Scan.MemberCode fresh = scan(rotating.issue(CARD, EPOCH, NOON));
    assertNotEquals(old, fresh);
    assertEquals(0, meaning(rotating, fresh).keyIndex());
    assertEquals(1, meaning(rotating, old).keyIndex());

    MemberCodes rotated = new MemberCodes(List.of(SampleKeys.NEXT));
    assertTrue(rotated.candidates(old, NOON).stream().noneMatch(c -> c.serial() == CARD.serial()));
  }

  /** The one candidate that is the card and whose password matches. */
  private static Candidate meaning(MemberCodes codes, Scan.MemberCode code) {
    List<Candidate> found =
        codes.candidates(code, NOON).stream()
            .filter(candidate -> codes.match(code, candidate, EPOCH, NOON).isAccepted())
            .toList();
    assertEquals(1, found.size());
    assertEquals(CARD.serial(), found.get(0).serial());
    return found.get(0);
  }

  /** What a phone shows is read back as its card, for seeded cards, epochs and times. */
  @Test
  void anyCodeLeadsBackToItsCard() {
    long seed = 20_261_123;
    Random random = new Random(seed);
    for (int i = 0; i < 3_000; i++) {
      CardNo card = new CardNo(random.nextLong(10_000_000_000L));
      long epoch = random.nextLong();
      long time = random.nextLong(4_000_000_000L);
      String code = codes.issue(card, epoch, time);
      Scan.MemberCode scan = scan(code);
      Candidate first = codes.candidates(scan, time).get(0);
      String context = "seed " + seed + ", round " + i + ", " + code;
      assertEquals(card.serial(), first.serial(), context);
      assertEquals(
          new Match(MemberCodes.stepAt(time)), codes.match(scan, first, epoch, time), context);
    }
  }

  @Test
  void aliasesOfOneDayAreDistinctAndChangeByTheDay() {
    Set<String> aliases = new HashSet<>();
    long day = MemberCodes.dayAt(NOON);
    int cards = 5_000;
    for (int serial = 0; serial < cards; serial++) {
      aliases.add(codes.alias(new CardNo(serial), day));
    }
    assertEquals(cards, aliases.size());
    assertNotEquals(codes.alias(CARD, day), codes.alias(CARD, day + 1));
  }

  @Test
  void dayIsThatOfShanghai() {
    for (long time = MIDNIGHT - 90_000; time < MIDNIGHT + 90_000; time += 599) {
      long day =
          Instant.ofEpochSecond(time).atZone(ZoneId.of("Asia/Shanghai")).toLocalDate().toEpochDay();
      assertEquals(day, MemberCodes.dayAt(time));
    }
  }

  @Test
  void keysAreRequiredAndChecked() {
    assertThrows(IllegalArgumentException.class, () -> new MemberCodes(List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> new CodeKey("1", new byte[16], new byte[32]));
    assertEquals("CodeKey[1]", SampleKeys.PUBLISHED.toString());
  }

  private Match matchOf(String code, long epoch, long now) {
    return match(scan(code), CARD, epoch, now);
  }

  /** The best match among the candidates that are the card, as the lane finds it. */
  private Match match(Scan.MemberCode code, CardNo card, long epoch, long now) {
    return codes.candidates(code, now).stream()
        .filter(candidate -> candidate.serial() == card.serial())
        .map(candidate -> codes.match(code, candidate, epoch, now))
        .findFirst()
        .orElse(Match.WRONG);
  }

  private static Scan.MemberCode scan(String code) {
    return (Scan.MemberCode) CodeReader.read(code);
  }
}
