package cn.unionecard.gateway.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Random;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

class AliasCipherTest {
  private static final long END = 10_000_000_000L;

  /** 100,000 numbers under 100 keys, on days before and after 1970, the ends among them. */
  @Test
  void isTheFf1OfAnotherMaker() {
    Random random = new Random(800_38);
    for (int k = 0; k < 100; k++) {
      byte[] key = new byte[CodeKey.KEY_BYTES];
      random.nextBytes(key);
      AliasCipher ours = new AliasCipher(key);
      for (int d = 0; d < 10; d++) {
        long day = d == 0 ? -1 : random.nextLong() >>> random.nextInt(64);
        FPEFF1Engine theirs = new FPEFF1Engine(AESEngine.newInstance());
        byte[] tweak = ByteBuffer.allocate(Long.BYTES).putLong(day).array();
        theirs.init(true, new FPEParameters(new KeyParameter(key), 10, tweak));
        for (int n = 0; n < 100; n++) {
          long serial = n == 0 ? 0 : n == 1 ? END - 1 : random.nextLong(END);
          long alias = ours.toAlias(serial, day);
          assertEquals(encrypted(theirs, serial), alias);
          assertEquals(serial, ours.toSerial(alias, day));
        }
      }
    }
  }

  @Test
  void refusesWhatHasNotTenDigits() {
    AliasCipher cipher = new AliasCipher(new byte[CodeKey.KEY_BYTES]);
    assertThrows(IllegalArgumentException.class, () -> cipher.toAlias(END, 1));
    assertThrows(IllegalArgumentException.class, () -> cipher.toSerial(-1, 1));
  }

  private static long encrypted(FPEFF1Engine engine, long number) {
    byte[] digits = new byte[10];
    for (int i = 9; i >= 0; i--, number /= 10) {
      digits[i] = (byte) (number % 10);
    }
    engine.processBlock(digits, 0, 10, digits, 0);
    long result = 0;
    for (byte digit : digits) {
      result = result * 10 + digit;
    }
    return result;
  }
}
