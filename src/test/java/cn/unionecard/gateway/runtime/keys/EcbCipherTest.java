package cn.unionecard.gateway.runtime.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.KeyAlgorithm;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EcbCipherTest {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private final SecureRandom random = new SecureRandom();

  private static byte[] hex(String digits) {
    return HEX.parseHex(digits);
  }

  @ParameterizedTest
  @CsvSource({
    "TRIPLE_DES, 0123456789ABCDEF, D5D44FF7",
    "TRIPLE_DES, 0123456789ABCDEFFEDCBA9876543210, 08D7B4FB",
    "TRIPLE_DES, 00000000000000000000000000000000, 8CA64DE9",
  })
  void checkValuesAreThoseOfTheField(KeyAlgorithm algorithm, String key, String check) {
    assertEquals(check, HEX.formatHex(EcbCipher.checkValue(algorithm, hex(key))));
  }

  @Test
  void sm4IsThatOfTheStandard() {
    byte[] key = hex("0123456789ABCDEFFEDCBA9876543210");
    assertEquals(
        "681EDF34D206965E86B3E94F536E4246",
        HEX.formatHex(EcbCipher.encrypt(KeyAlgorithm.SM4, key, key)));
    assertArrayEquals(
        key, EcbCipher.decrypt(KeyAlgorithm.SM4, key, hex("681EDF34D206965E86B3E94F536E4246")));
  }

  @Test
  void encryptsAsTheJdkDoes() throws Exception {
    byte[] tmk = EcbCipher.newKey(KeyAlgorithm.TRIPLE_DES, 16, random);
    byte[] blocks = new byte[24];
    random.nextBytes(blocks);
    Cipher jdk = Cipher.getInstance("DESede/ECB/NoPadding");
    byte[] three = Arrays.copyOf(tmk, 24);
    System.arraycopy(tmk, 0, three, 16, 8);
    jdk.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(three, "DESede"));
    byte[] encrypted = EcbCipher.encrypt(KeyAlgorithm.TRIPLE_DES, tmk, blocks);
    assertArrayEquals(jdk.doFinal(blocks), encrypted);
    assertArrayEquals(blocks, EcbCipher.decrypt(KeyAlgorithm.TRIPLE_DES, tmk, encrypted));
  }

  @Test
  void newKeysOfDesHaveOddParity() {
    for (byte b : EcbCipher.newKey(KeyAlgorithm.TRIPLE_DES, 16, random)) {
      assertEquals(1, Integer.bitCount(b & 0xff) % 2);
    }
  }

  @Test
  void knowsWeakKeys() {
    assertTrue(EcbCipher.isWeak(KeyAlgorithm.TRIPLE_DES, hex("0101010101010101")));
    assertTrue(EcbCipher.isWeak(KeyAlgorithm.TRIPLE_DES, new byte[16]));
    byte[] halves = hex("0123456789ABCDEF0123456789ABCDEE");
    assertTrue(EcbCipher.isWeak(KeyAlgorithm.TRIPLE_DES, halves), "equal but for parity");
    assertFalse(EcbCipher.isWeak(KeyAlgorithm.SM4, halves));
    assertFalse(EcbCipher.isWeak(KeyAlgorithm.TRIPLE_DES, hex("0123456789ABCDEFFEDCBA9876543210")));
  }

  @Test
  void refusesOtherLengths() {
    byte[] key = new byte[24];
    assertThrows(
        IllegalArgumentException.class,
        () -> EcbCipher.encrypt(KeyAlgorithm.SM4, key, new byte[16]));
    assertThrows(
        IllegalArgumentException.class,
        () -> EcbCipher.encrypt(KeyAlgorithm.SM4, new byte[16], new byte[15]));
  }
}
