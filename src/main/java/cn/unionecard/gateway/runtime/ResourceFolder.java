package cn.unionecard.gateway.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** A folder of files on the class path, in a jar or not. */
public final class ResourceFolder {
  private ResourceFolder() {}

  /**
   * Its files and those of folders in it, by their names below it, in order.
   *
   * @param folder such as {@code db/migration}
   * @param known one of its files, by which it is found: a jar need not name folders
   * @throws IllegalStateException if it is not on the class path
   */
  public static SortedMap<String, byte[]> files(String folder, String known) {
    URL found = ResourceFolder.class.getClassLoader().getResource(folder + "/" + known);
    if (found == null) {
      throw new IllegalStateException(folder + " is not on the class path");
    }
    try {
      return found.openConnection() instanceof JarURLConnection inJar
          ? read(Path.of(inJar.getJarFileURL().toURI()), folder + "/")
          : read(Path.of(found.toURI()).resolveSibling(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The class loader has the jar's index in memory already. */
  private static SortedMap<String, byte[]> read(Path jar, String prefix) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (JarFile open = new JarFile(jar.toFile(), false)) {
      for (JarEntry entry : (Iterable<JarEntry>) open.stream()::iterator) {
        if (entry.getName().startsWith(prefix) && !entry.isDirectory()) {
          try (InputStream in = open.getInputStream(entry)) {
            files.put(entry.getName().substring(prefix.length()), in.readAllBytes());
          }
        }
      }
    }
    return files;
  }

  private static SortedMap<String, byte[]> read(Path folder) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        files.put(name, Files.readAllBytes(file));
      }
    }
    return files;
  }
}
