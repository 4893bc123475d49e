package cn.unionecard.gateway.code;

import java.nio.ByteBuffer;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * One direction of FF1 (NIST SP 800-38G, AES-256, radix 10) between serials and aliases. The tweak
 * is the day as eight bytes big-endian. Not thread-safe.
 */
final class AliasCipher {
  private static final int RADIX = 10;
  private static final int DIGITS = MemberCodes.ALIAS_DIGITS;

  private final KeyParameter key;
  private final boolean encrypt;
  private final FPEFF1Engine ff1 = new FPEFF1Engine(AESEngine.newInstance());
  private final byte[] digits = new byte[DIGITS];
  private long tweakDay;
  private boolean tweaked;

  private AliasCipher(byte[] key, boolean encrypt) {
    this.key = new KeyParameter(key);
    this.encrypt = encrypt;
  }

  static AliasCipher toAlias(byte[] key) {
    return new AliasCipher(key, true);
  }

  static AliasCipher toSerial(byte[] key) {
    return new AliasCipher(key, false);
  }

  private static byte[] bigEndian(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  /** Ten digits for ten digits. */
  String apply(String text, long day) {
    if (!tweaked || day != tweakDay) {
      ff1.init(encrypt, new FPEParameters(key, RADIX, bigEndian(day)));
      tweakDay = day;
      tweaked = true;
    }
    for (int i = 0; i < DIGITS; i++) {
      digits[i] = (byte) (text.charAt(i) - '0');
    }
    ff1.processBlock(digits, 0, DIGITS, digits, 0);
    StringBuilder result = new StringBuilder(DIGITS);
    for (byte digit : digits) {
      result.append((char) ('0' + digit));
    }
    return result.toString();
  }
}
