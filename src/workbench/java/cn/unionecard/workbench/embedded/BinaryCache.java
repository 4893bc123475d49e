package cn.unionecard.workbench.embedded;

import cn.unionecard.gateway.runtime.CannotStart;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Where the server programs packed in the class path are unpacked once, for all later starts:
 * {@code $XDG_CACHE_HOME/ecard-gateway} or {@code ~/.cache/ecard-gateway}. Two processes may unpack
 * at the same time: each works in a folder of its own, and the first to finish gives it the final
 * name.
 */
final class BinaryCache {
  private static final int OWNER_EXECUTABLE = 0100;

  private BinaryCache() {}

  /** Unpacks a {@code .tar.xz} of the class path; gives the folder. */
  static Path archive(String resource) throws IOException {
    return once(resource, BinaryCache::untar);
  }

  /** Unpacks a single program of the class path; gives the folder that holds it as {@code name}. */
  static Path program(String resource, String name) throws IOException {
    return once(
        resource,
        (in, folder) -> {
          Files.copy(in, folder.resolve(name));
          makeExecutable(folder.resolve(name));
        });
  }

  private interface Unpacking {
    void unpack(InputStream in, Path folder) throws IOException;
  }

  private static Path once(String resource, Unpacking unpacking) throws IOException {
    URL source = BinaryCache.class.getResource("/" + resource);
    if (source == null) {
      throw new CannotStart("no server program for this machine: " + resource + " is missing");
    }
    Path home = home();
    Path ready = home.resolve(resource + "-" + source.openConnection().getContentLengthLong());
    if (Files.isDirectory(ready)) {
      return ready;
    }
    Path work = Files.createTempDirectory(home, "unpacking-");
    try (InputStream in = source.openStream()) {
      unpacking.unpack(in, work);
      Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
      return nameFinally(work, ready);
    } finally {
      deleteTree(work);
    }
  }

  private static Path nameFinally(Path work, Path ready) throws IOException {
    try {
      return Files.move(work, ready);
    } catch (IOException e) {
      if (Files.isDirectory(ready)) {
        return ready; // another process was first
      }
      throw e;
    }
  }

  private static Path home() throws IOException {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path cache =
        xdg == null || xdg.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return Files.createDirectories(cache.resolve("ecard-gateway"));
  }

  private static void untar(InputStream packed, Path folder) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(packed))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new IOException("entry outside the archive: " + entry.getName());
        }
        place(tar, entry, target);
      }
    }
  }

  private static void place(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.resolveSibling(""));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, target);
    if ((entry.getMode() & OWNER_EXECUTABLE) != 0) {
      makeExecutable(target);
    }
  }

  private static void makeExecutable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Removes a folder and all below it; nothing happens when it does not exist. */
  static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
