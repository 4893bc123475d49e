package cn.unionecard.gateway.privacy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemberVaultTest {
  private static final String NAME = "欧阳测试";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final MemberVault vault = vault(1, "5a");
  private final MemberKey key = vault.make(7);

  private static MemberVault vault(int first, String kek) {
    Config.Keys keys = new Config.Keys(null, kek.repeat(Kek.BYTES), "SM2");
    return new MemberVault(bytes(first), Kek.of(keys), RANDOM);
  }

  private static byte[] bytes(int first) {
    byte[] key = new byte[MemberVault.KEY_BYTES];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (first + i);
    }
    return key;
  }

  @Test
  void aStoredKeyGivesBackWhatItTook() {
    byte[] cipherText = key.encrypt(Column.NAME, NAME);
    MemberKey again = vault.open(7, key.wrapped());
    assertEquals(NAME, again.decrypt(Column.NAME, cipherText));
    assertEquals("", again.decrypt(Column.PHONE, key.encrypt(Column.PHONE, "")));
  }

  @Test
  void theSameNameNeverLooksTheSameTwice() {
    assertFalse(Arrays.equals(key.encrypt(Column.NAME, NAME), key.encrypt(Column.NAME, NAME)));
    assertFalse(Arrays.equals(key.wrapped(), vault.make(7).wrapped()));
  }

  @Test
  void everyChangedByteIsNoticed() {
    byte[] cipherText = key.encrypt(Column.NAME, NAME);
    for (int i = 0; i < cipherText.length; i++) {
      byte[] changed = cipherText.clone();
      changed[i] ^= 1;
      assertRefused(key, Column.NAME, changed);
    }
    assertRefused(key, Column.NAME, Arrays.copyOf(cipherText, 20));
    assertRefused(key, Column.NAME, new byte[0]);
    byte[] wrapped = key.wrapped();
    for (int i = 0; i < wrapped.length; i++) {
      byte[] changed = wrapped.clone();
      changed[i] ^= 1;
      assertThrows(IllegalArgumentException.class, () -> vault.open(7, changed).toString());
    }
  }

  @Test
  void aCipherTextBelongsToItsColumnAndItsKeyAndAKeyToItsMember() {
    byte[] cipherText = key.encrypt(Column.NAME, NAME);
    assertRefused(key, Column.IDENTITY, cipherText);
    assertRefused(vault.make(7), Column.NAME, cipherText);
    assertThrows(IllegalArgumentException.class, () -> vault.open(8, key.wrapped()).toString());
    assertThrows(
        IllegalArgumentException.class, () -> vault(1, "5b").open(7, key.wrapped()).toString());
  }

  @Test
  void aKeyIsNoneOfTheVaultsOwn() {
    byte[] before = vault.encryptAsBefore(Column.NAME, 7, NAME);
    assertEquals(NAME, vault.decryptAsBefore(Column.NAME, 7, before));
    assertRefused(key, Column.NAME, before);
    byte[] cipherText = key.encrypt(Column.NAME, NAME);
    assertThrows(
        IllegalArgumentException.class,
        () -> vault.decryptAsBefore(Column.NAME, 7, cipherText).length());
  }

  @Test
  void eachMerchantHasANameOfItsOwnForACustomer() {
    Set<String> names = new HashSet<>();
    for (int merchant = 1; merchant <= 1_000; merchant++) {
      String name = key.pseudonym(merchant);
      assertTrue(name.matches("[0-9A-HJKMNP-TV-Z]{12}"), name);
      assertEquals(name, vault.open(7, key.wrapped()).pseudonym(merchant));
      assertTrue(names.add(name), name);
    }
    assertNotEquals(key.pseudonym(1), vault.make(7).pseudonym(1), "with another key");
  }

  @Test
  void theIndexDependsOnNumberAndKeyOnly() {
    MemberVault again = vault(1, "5b");
    assertArrayEquals(vault.index("11010519491231002X"), again.index("11010519491231002X"));
    assertFalse(
        Arrays.equals(vault.index("11010519491231002X"), vault.index("440524188001010014")));
    MemberVault other = vault(2, "5a");
    assertFalse(
        Arrays.equals(vault.index("11010519491231002X"), other.index("11010519491231002X")));
  }

  @Test
  void aKeyOfAnotherLengthIsABug() {
    Kek kek = Kek.of(new Config.Keys(null, "5a".repeat(Kek.BYTES), "SM2"));
    assertThrows(IllegalArgumentException.class, () -> new MemberVault(new byte[47], kek, RANDOM));
  }

  private static void assertRefused(MemberKey key, Column column, byte[] bytes) {
    assertThrows(IllegalArgumentException.class, () -> key.decrypt(column, bytes).length());
  }
}
