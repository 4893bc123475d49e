package cn.unionecard.gateway.code;

import cn.unionecard.gateway.model.CardNo;
import java.util.ArrayList;
import java.util.List;

/**
 * The member code: {@code 84}, alias (10), one-time password (7), check digit; twenty digits that
 * need no network on the phone.
 *
 * <p>Two versions of the keys work during a rotation, so an alias can mean several cards; the one
 * whose password matches is the one. Keeps engines and scratch space: one instance per lane, not
 * thread-safe.
 */
public final class MemberCodes {
  /** Length of a step, seconds. */
  public static final int STEP_SECONDS = 30;

  /** Steps accepted on each side of the current one. */
  public static final int STEPS_AROUND = 1;

  /** A code is good for at least so long after it was shown, s. */
  public static final int LIFE_SECONDS_MIN = STEPS_AROUND * STEP_SECONDS;

  /** How many steps back an old code is still named expired instead of wrong. */
  public static final int STEPS_NAMED_EXPIRED = 20;

  /** One-time passwords are below this. */
  public static final int OTP_END = 10_000_000;

  static final int ALIAS_DIGITS = 10;

  static final String PREFIX = "84";
  private static final int DAY_SECONDS = 86_400;

  /** Asia/Shanghai has kept UTC+8 without summer time since 1992. */
  private static final int SHANGHAI_OFFSET_SECONDS = 28_800;

  private final List<Version> versions;
  private long matched;

  /** One version of the keys with its engines. */
  private record Version(String kid, AliasCipher aliases, CardSecret secret) {
    static Version of(CodeKey key) {
      return new Version(
          key.kid(), new AliasCipher(key.aliasKey()), new CardSecret(key.masterKey()));
    }
  }

  /**
   * A card that an alias can mean.
   *
   * @param serial the card's serial; whether there is such a card is for the ledger to say
   * @param keyIndex the version of the keys under which it means it, 0 = newest
   * @param day the alias's day, since 1970-01-01 in Asia/Shanghai
   */
  public record Candidate(long serial, int keyIndex, long day) {}

  /**
   * @param keys versions in force, newest first
   * @throws IllegalArgumentException if there is none
   */
  public MemberCodes(List<CodeKey> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no code key");
    }
    versions = keys.stream().map(Version::of).toList();
  }

  /**
   * The day a code's alias belongs to: days since 1970-01-01 in Asia/Shanghai.
   *
   * @param unixSeconds seconds since 1970
   */
  public static long dayAt(long unixSeconds) {
    return Math.floorDiv(unixSeconds + SHANGHAI_OFFSET_SECONDS, DAY_SECONDS);
  }

  /** The step of a time in seconds since 1970. */
  public static long stepAt(long unixSeconds) {
    return Math.floorDiv(unixSeconds, STEP_SECONDS);
  }

  /**
   * Every card the alias can mean now, the most likely first: each version of the keys with today's
   * day, and near midnight with the neighbouring day.
   */
  public List<Candidate> candidates(Scan.MemberCode code, long unixSeconds) {
    long step = stepAt(unixSeconds);
    long today = dayOfStep(step);
    long earliest = dayOfStep(step - STEPS_NAMED_EXPIRED);
    long latest = dayOfStep(step + STEPS_AROUND);
    List<Candidate> candidates = new ArrayList<>(versions.size());
    addCandidates(candidates, code, today);
    if (earliest != today) {
      addCandidates(candidates, code, earliest);
    }
    if (latest != today) {
      addCandidates(candidates, code, latest);
    }
    return candidates;
  }

  private void addCandidates(List<Candidate> candidates, Scan.MemberCode code, long day) {
    long alias = Long.parseLong(code.alias());
    for (int i = 0; i < versions.size(); i++) {
      long serial = versions.get(i).aliases().toSerial(alias, day);
      candidates.add(new Candidate(serial, i, day));
    }
  }

  /**
   * Whether the code's password is that card's now.
   *
   * @param epoch the card's epoch, from the ledger
   * @param unixSeconds now, seconds since 1970
   */
  public Match match(Scan.MemberCode code, Candidate candidate, long epoch, long unixSeconds) {
    matched++;
    CardSecret secret = versions.get(candidate.keyIndex()).secret();
    secret.choose(new CardNo(candidate.serial()), epoch);
    long now = stepAt(unixSeconds);
    for (int i = 0; i <= STEPS_AROUND; i++) {
      if (secret.otp(now - i) == code.otp()) {
        return accepted(now - i, candidate.day());
      }
      if (i > 0 && secret.otp(now + i) == code.otp()) {
        return accepted(now + i, candidate.day());
      }
    }
    for (int i = STEPS_AROUND + 1; i <= STEPS_NAMED_EXPIRED; i++) {
      if (secret.otp(now - i) == code.otp()) {
        return Match.EXPIRED;
      }
    }
    return Match.WRONG;
  }

  /** How many candidates were looked at, whether or not there is such a card. */
  public long matched() {
    return matched;
  }

  /** Yesterday's alias lives one step into today, and tomorrow's is born one step early. */
  private static Match accepted(long step, long day) {
    boolean ofThatDay =
        dayOfStep(step - STEPS_AROUND) <= day && day <= dayOfStep(step + STEPS_AROUND);
    return ofThatDay ? new Match(step) : Match.EXPIRED;
  }

  /** What the phone of that card shows, made with the newest keys. */
  public String issue(CardNo card, long epoch, long unixSeconds) {
    CardSecret secret = versions.get(0).secret();
    secret.choose(card, epoch);
    int otp = secret.otp(stepAt(unixSeconds));
    return new Scan.MemberCode(alias(card, dayAt(unixSeconds)), otp).text();
  }

  /** The name of the newest keys. */
  public String kid() {
    return versions.get(0).kid();
  }

  /** The secret a phone is given at activation, 32 bytes, made with the newest keys. */
  public byte[] cardKey(CardNo card, long epoch) {
    return versions.get(0).secret().cardKey(card, epoch);
  }

  /** The card's alias on that day (see {@link #dayAt}), made with the newest keys. */
  public String alias(CardNo card, long day) {
    return new CardNo(versions.get(0).aliases().toAlias(card.serial(), day)).digits();
  }

  private static long dayOfStep(long step) {
    return dayAt(step * STEP_SECONDS);
  }
}
