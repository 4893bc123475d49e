package cn.unionecard.gateway.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/** Files that only their owner may read, and the secrets kept in them. */
public final class Secrets {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  private Secrets() {}

  /** Random bytes in lower-case hex. */
  public static String hex(SecureRandom random, int bytes) {
    byte[] secret = new byte[bytes];
    random.nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }

  /** The secret kept in the file; a new one of so many random bytes when there is no file yet. */
  public static String keep(Path file, SecureRandom random, int bytes) throws IOException {
    if (!Files.exists(file)) {
      write(file, hex(random, bytes) + "\n");
    }
    return Files.readString(file).strip();
  }

  /**
   * Whether others than its owner may read the file; false where the file system knows no owners.
   */
  public static boolean isOpenToOthers(Path file) {
    try {
      return !Collections.disjoint(Files.getPosixFilePermissions(file), OTHERS);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Writes a file readable by its owner alone, all or nothing, replacing an older one. */
  public static void write(Path file, String content) throws IOException {
    Path folder = file.toAbsolutePath().resolveSibling("");
    Path work = Files.createTempFile(folder, "secret-", ".tmp", OWNER_ONLY);
    try {
      Files.writeString(work, content);
      Files.move(work, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(work);
    }
  }
}
