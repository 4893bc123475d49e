package cn.unionecard.gateway.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of secrets. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class SecretsTest {
  @TempDir Path folder;

  @Test
  void whatIsKeptIsTheOwnersAlone() throws IOException {
    Path file = folder.resolve("secret");
    String kept = Secrets.keep(file, new SecureRandom(), 16);
    assertEquals(kept, Secrets.keep(file, new SecureRandom(), 16));
    assertFalse(Secrets.isOpenToOthers(file));
  }

  @Test
  void whatAnyoneElseMayReadIsOpen() throws IOException {
    Path file = Files.createFile(folder.resolve("open"));
    for (String open : new String[] {"rw-r-----", "rw----r--", "rw-r--r--"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
      assertTrue(Secrets.isOpenToOthers(file), open);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx-w--wx"));
    assertFalse(Secrets.isOpenToOthers(file));
  }

  @Test
  void whatIsNotThereIsNotOpen() {
    assertFalse(Secrets.isOpenToOthers(folder.resolve("nothing")));
  }
}
