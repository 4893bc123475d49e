package cn.unionecard.gateway.union;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Locale;
import javax.crypto.spec.SecretKeySpec;

/**
 * Codes by time (RFC 6238) as every authenticator makes them: six digits of HMAC-SHA-1, a new one
 * each 30 seconds. One of the step before or after is taken, too, for clocks differ.
 */
final class TimeCodes {
  /** Of a secret: as long as a hash of SHA-1, as RFC 4226 recommends. */
  static final int SECRET_BYTES = 20;

  private static final long STEP_SECONDS = 30;
  private static final int STEPS_AROUND = 1;

  private final TimeBasedOneTimePasswordGenerator generator =
      new TimeBasedOneTimePasswordGenerator();

  /**
   * Which step a code is of. Every step is compared, in constant time.
   *
   * @param behind the step that was used last
   * @return 0 where it is of none that may be used now
   */
  long step(byte[] secret, String code, Instant now, long behind) {
    long middle = now.getEpochSecond() / STEP_SECONDS;
    long found = 0;
    for (long step = middle - STEPS_AROUND; step <= middle + STEPS_AROUND; step++) {
      if (isOf(secret, step, code) && step > behind) {
        found = step;
      }
    }
    return found;
  }

  private boolean isOf(byte[] secret, long step, String code) {
    return MessageDigest.isEqual(ascii(code(secret, step)), ascii(code));
  }

  private String code(byte[] secret, long step) {
    Key key = new SecretKeySpec(secret, generator.getAlgorithm());
    try {
      return generator.generateOneTimePasswordString(
          key, Instant.ofEpochSecond(step * STEP_SECONDS), Locale.ROOT);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
