package cn.unionecard.gateway.member;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.member.MemberVault.Column;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MemberVaultTest {
  private static final String NAME = "欧阳测试";
  private final MemberVault vault = new MemberVault(key(1), new SecureRandom());

  @Test
  void givesBackWhatItTook() {
    assertEquals(NAME, vault.decrypt(Column.NAME, 7, vault.encrypt(Column.NAME, 7, NAME)));
    assertEquals("", vault.decrypt(Column.NAME, 7, vault.encrypt(Column.NAME, 7, "")));
  }

  @Test
  void theSameNameNeverLooksTheSameTwice() {
    assertFalse(
        Arrays.equals(vault.encrypt(Column.NAME, 7, NAME), vault.encrypt(Column.NAME, 7, NAME)));
  }

  @Test
  void everyChangedByteIsNoticed() {
    byte[] cipherText = vault.encrypt(Column.NAME, 7, NAME);
    for (int i = 0; i < cipherText.length; i++) {
      byte[] changed = cipherText.clone();
      changed[i] ^= 1;
      assertRefused(vault, Column.NAME, 7, changed);
    }
    assertRefused(vault, Column.NAME, 7, Arrays.copyOf(cipherText, 20));
    assertRefused(vault, Column.NAME, 7, new byte[0]);
  }

  @Test
  void aCipherTextBelongsToItsMemberItsColumnAndItsKey() {
    byte[] cipherText = vault.encrypt(Column.NAME, 7, NAME);
    assertRefused(vault, Column.NAME, 8, cipherText);
    assertRefused(vault, Column.IDENTITY, 7, cipherText);
    assertRefused(new MemberVault(key(2), new SecureRandom()), Column.NAME, 7, cipherText);
  }

  @Test
  void theIndexDependsOnNumberAndKeyOnly() {
    MemberVault again = new MemberVault(key(1), new SecureRandom());
    assertArrayEquals(vault.index("11010519491231002X"), again.index("11010519491231002X"));
    assertFalse(
        Arrays.equals(vault.index("11010519491231002X"), vault.index("440524188001010014")));
    MemberVault other = new MemberVault(key(2), new SecureRandom());
    assertFalse(
        Arrays.equals(vault.index("11010519491231002X"), other.index("11010519491231002X")));
  }

  @Test
  void aKeyOfAnotherLengthIsABug() {
    assertThrows(
        IllegalArgumentException.class, () -> new MemberVault(new byte[47], new SecureRandom()));
  }

  private static void assertRefused(MemberVault vault, Column column, long member, byte[] bytes) {
    assertThrows(
        IllegalArgumentException.class, () -> vault.decrypt(column, member, bytes).length());
  }

  private static byte[] key(int first) {
    byte[] key = new byte[MemberVault.KEY_BYTES];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (first + i);
    }
    return key;
  }
}
