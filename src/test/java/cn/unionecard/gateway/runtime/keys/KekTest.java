package cn.unionecard.gateway.runtime.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KekTest {
  private static final String HEX = "00112233445566778899aabbccddeeff".repeat(2);
  private static final byte[] SECRET = {1, 2, 3, 4, 5};
  private final SecureRandom random = new SecureRandom();

  @Test
  void opensWhatItWrapped() {
    Kek kek = Kek.ofHex(HEX, "test");
    byte[] wrapped = kek.wrap(SECRET, "a|b|c", random);
    assertEquals(1 + 32 + SECRET.length + 16, wrapped.length);
    assertArrayEquals(SECRET, Kek.ofHex(HEX, "test").unwrap(wrapped, "a|b|c"));
  }

  @Test
  void neverWrapsTheSameWayTwice() {
    Kek kek = Kek.ofHex(HEX, "test");
    assertFalse(Arrays.equals(kek.wrap(SECRET, "x", random), kek.wrap(SECRET, "x", random)));
  }

  @Test
  void refusesEveryFlippedBit() {
    Kek kek = Kek.ofHex(HEX, "test");
    byte[] wrapped = kek.wrap(SECRET, "x", random);
    for (int bit = 0; bit < wrapped.length * Byte.SIZE; bit++) {
      byte[] changed = wrapped.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      assertThrows(CannotStart.class, () -> kek.unwrap(changed, "x"), "bit " + bit);
    }
    for (int length = 0; length < wrapped.length; length++) {
      byte[] cut = Arrays.copyOf(wrapped, length);
      assertThrows(CannotStart.class, () -> kek.unwrap(cut, "x"), "cut to " + length);
    }
    assertThrows(CannotStart.class, () -> kek.unwrap(wrapped, "y"));
  }

  @Test
  void isReadFromFileOrEnvironment(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("kek"), HEX + "\n");
    byte[] wrapped =
        Kek.of(new Config.Keys(file.toString(), null, "SM2")).wrap(SECRET, "x", random);
    assertArrayEquals(SECRET, Kek.of(new Config.Keys(null, HEX, "SM2")).unwrap(wrapped, "x"));
  }

  @Test
  void refusesWithoutRepeatingTheDigits() {
    for (String wrong : new String[] {"", HEX + "0", HEX.replace('0', 'g'), "0x" + HEX}) {
      CannotStart refusal =
          assertThrows(CannotStart.class, () -> Kek.of(new Config.Keys(null, wrong, "SM2")));
      assertEquals("keys.kek must hold 64 hex digits (32 bytes)", refusal.getMessage());
    }
    CannotStart none =
        assertThrows(CannotStart.class, () -> Kek.of(new Config.Keys(null, null, "SM2")));
    assertTrue(none.getMessage().contains("ECARD_KEYS_KEK"));
    assertFalse(Kek.ofHex(HEX, "x").toString().contains("00"));
  }

  @Test
  void ofSeveralTheFirstWrapsAndAllOpen(@TempDir Path folder) throws Exception {
    String next = HEX.replace('0', 'a');
    Kek former = Kek.ofHex(HEX, "test");
    Kek both = Kek.of(new Config.Keys(null, next + "," + HEX, "SM2"));
    assertArrayEquals(SECRET, both.unwrap(former.wrap(SECRET, "x", random), "x"));
    assertArrayEquals(SECRET, both.unwrap(former.wrapNamed(SECRET, "x", random), "x"));
    byte[] wrapped = both.wrap(SECRET, "x", random);
    assertArrayEquals(both.mark(), Arrays.copyOf(wrapped, both.mark().length));
    assertEquals(both.names().get(0), Kek.ofHex(next, "test").names().get(0));
    assertArrayEquals(SECRET, Kek.ofHex(next, "test").unwrap(wrapped, "x"));
    assertThrows(CannotStart.class, () -> former.unwrap(wrapped, "x"));
    for (int bit = 0; bit < wrapped.length * Byte.SIZE; bit++) {
      byte[] changed = wrapped.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      assertThrows(CannotStart.class, () -> both.unwrap(changed, "x"), "bit " + bit);
    }
    CannotStart twice =
        assertThrows(
            CannotStart.class, () -> Kek.of(new Config.Keys(null, HEX + "," + HEX, "SM2")));
    assertEquals("keys.kek holds one key twice", twice.getMessage());
  }

  @Test
  void itsFileIsReadAgain(@TempDir Path folder) throws Exception {
    String next = HEX.replace('0', 'a');
    Path file = Files.writeString(folder.resolve("kek"), HEX + "\n");
    Kek kek = Kek.of(new Config.Keys(file.toString(), null, "SM2"));
    byte[] before = kek.wrap(SECRET, "x", random);
    assertFalse(kek.reload());
    Files.writeString(file, "");
    assertThrows(CannotStart.class, kek::reload);
    assertArrayEquals(SECRET, kek.unwrap(before, "x"), "half a file changes nothing");
    Files.writeString(file, next + "\n" + HEX + "\n");
    assertTrue(kek.reload());
    assertArrayEquals(SECRET, kek.unwrap(before, "x"));
    assertArrayEquals(SECRET, Kek.ofHex(next, "x").unwrap(kek.wrap(SECRET, "x", random), "x"));
  }
}
