package cn.unionecard.gateway.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PasswordsTest {
  private final Passwords passwords = new Passwords(new SecureRandom());

  @Test
  void aHashFitsItsPasswordOnly() {
    String hash = passwords.hash("correct horse battery");
    assertTrue(hash.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"), hash);
    assertTrue(passwords.matches("correct horse battery", hash));
    assertFalse(passwords.matches("correct horse batterz", hash));
    assertNotEquals(hash, passwords.hash("correct horse battery"), "salted");
    assertFalse(passwords.matchesNobody("correct horse battery"));
  }

  /** Made by the reference implementation: argon2 -id -t 2 -m 16 -p 1 -l 32 -e. */
  @Test
  void readsWhatOthersMade() {
    String hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQwMTIzNDU2Nw$" + "A".repeat(43);
    assertFalse(passwords.matches("password", hash), "another cost than ours is read, too");
  }

  @Test
  void madePasswordsDifferAndAreAcceptable() {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      String password = passwords.make();
      assertTrue(Passwords.isAcceptable(password), password);
      made.add(password);
    }
    assertEquals(1_000, made.size());
    assertFalse(Passwords.isAcceptable("short"));
    assertFalse(Passwords.isAcceptable("has a\nline break"));
  }
}
