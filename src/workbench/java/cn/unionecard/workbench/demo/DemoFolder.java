package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.workbench.embedded.Leftovers;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder in which a demo keeps everything it makes: stores, keys, certificates, demo.json. */
public record DemoFolder(Path root) {

  /** What a demo makes here, and all that {@link #clear} takes away again. */
  private static final List<String> OURS =
      List.of("postgres", "redis", "certs", "kek", "demo.json");

  /** Uses the folder; makes it, closed to the eyes of others, when there is none. */
  public static DemoFolder open(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      Files.createDirectories(root);
      // Others may pass through: as root, PostgreSQL runs as a user of its own.
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
    }
    return new DemoFolder(root.toRealPath());
  }

  public Path postgres() {
    return root.resolve("postgres");
  }

  public Path redis() {
    return root.resolve("redis");
  }

  public Path certs() {
    return root.resolve("certs");
  }

  /** The file of the key-encryption key. */
  public Path kek() {
    return root.resolve("kek");
  }

  public Path demoJson() {
    return root.resolve("demo.json");
  }

  /**
   * Takes away what an earlier demo made here, and nothing else.
   *
   * @throws CannotStart when a demo is running in it
   */
  public void clear() throws IOException, InterruptedException {
    requireNotInUse();
    for (Path server : List.of(postgres(), redis())) {
      Leftovers.end(server.resolve("data"), "INT"); // of a demo that was killed
    }
    for (String name : OURS) {
      delete(root.resolve(name));
    }
  }

  /** Takes its certificates and their keys away. */
  void clearCertificates() throws IOException {
    delete(certs());
  }

  /**
   * @throws CannotStart when a demo is running in it
   */
  public void requireNotInUse() throws IOException {
    for (Path server : List.of(postgres(), redis())) {
      requireNotInUse(server.resolve("lock"));
    }
  }

  /** What is to be done about a folder that this release cannot go on with. */
  CannotStart isOfAnother(CannotStart reason) {
    return new CannotStart(
        root
            + " 是另一版本或另一规模的演示，--fresh 重新开始，或用 --data-folder 另选文件夹"
            + "  holds the demo of another release or size: begin anew with --fresh,"
            + " or choose another --data-folder ("
            + reason.getMessage()
            + ")",
        reason);
  }

  private void requireNotInUse(Path lock) throws IOException {
    if (!Files.exists(lock)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      if (channel.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException heldByThisProcess) {
      // falls through: in use as well
    }
    throw new CannotStart(
        root
            + " 中已有演示在运行，请先结束它"
            + "  a demo is running in this folder: end it, or choose another --data-folder");
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
