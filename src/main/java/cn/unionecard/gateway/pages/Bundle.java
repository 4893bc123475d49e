package cn.unionecard.gateway.pages;

import cn.unionecard.gateway.runtime.ResourceFolder;
import cn.unionecard.gateway.runtime.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pages as they are served: the shells, each at its address, and everything that shells name,
 * below one address that has the hash of it all. So whatever a browser keeps belongs together, and
 * relative imports need no rewriting. Immutable, thread-safe.
 *
 * <p>A shell writes {@code /p/~/} for the address of the rest. The worker, which keeps the pages
 * for phones without a network, has {@code ~hash~} and {@code ~files~} filled in.
 */
public final class Bundle {
  /** Where a shell stands. */
  private static final Map<String, String> SHELLS =
      Map.of(
          "index.html", "/",
          "receipt.html", "/r",
          "till.html", "/till",
          "card.html", "/card",
          "union.html", "/union",
          "shop.html", "/shop",
          "card.webmanifest", "/card.webmanifest",
          "worker.js", "/worker.js",
          "status.html", Bundle.STATUS,
          "look.html", Bundle.LOOK);

  /** The shell for operators, which stands at {@code /} of their own listener, and nowhere else. */
  static final String STATUS = "/status";

  /** What pages are made of, for who writes them: on the operators' listener, too. */
  static final String LOOK = "/look";

  /** What works on a phone without a network, but for the camera. */
  private static final List<String> KEPT = List.of("card.html", "receipt.html");

  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "webmanifest", "application/manifest+json",
          "txt", "text/plain; charset=utf-8");

  /** What is not ours: its name here, and where it lies on the class path. */
  private static final Map<String, String> LIBRARIES =
      Map.of(
          "kit/lit-html.js", "META-INF/resources/_static/lit-html/3.3.3/lit-html.js",
          "kit/lit-html-licence.txt", "META-INF/resources/_static/lit-html/3.3.3/LICENSE");

  private static final String FOLDER = "pages";
  private static final String HERE = "/p/~/";
  private static final int HASH_BYTES = 8;

  /**
   * What a browser lets a shell use: cameras where codes are scanned, ports where a box may scan.
   */
  private static final Map<String, Set<String>> USED =
      Map.of("till.html", Set.of("camera", "serial"), "receipt.html", Set.of("camera"));

  private final String hash;
  private final Map<String, PageFile> byAddress;

  private Bundle(String hash, Map<String, PageFile> byAddress) {
    this.hash = hash;
    this.byAddress = Map.copyOf(byAddress);
  }

  /** Reads it from the class path; blocks. */
  public static Bundle read() {
    FirstFiles first = new FirstFiles(sources());
    SortedMap<String, byte[]> files = first.served();
    String hash = hashOf(files);
    String kept = kept(first, hash);
    Map<String, PageFile> byAddress = new TreeMap<>();
    files.forEach(
        (name, content) -> {
          String shell = SHELLS.get(name);
          if (shell == null) {
            byAddress.put(
                "/p/" + hash + "/" + name,
                new PageFile(mediaType(name), true, content, hash, Set.of()));
          } else {
            byAddress.put(
                shell,
                new PageFile(
                    mediaType(name),
                    false,
                    linked(content, hash, kept),
                    hash,
                    USED.getOrDefault(name, Set.of())));
          }
        });
    return new Bundle(hash, byAddress);
  }

  /** The files as they are written, and what is made of others, by their names. */
  static SortedMap<String, byte[]> sources() {
    SortedMap<String, byte[]> files = ResourceFolder.files(FOLDER, "index.html");
    LIBRARIES.forEach((name, resource) -> files.put(name, resource(resource)));
    byte[] contract = resource("openapi.yaml");
    files.put("kit/contract.js", ContractModule.operations(contract));
    files.put("kit/roles.js", ContractModule.roles(contract));
    return files;
  }

  /** The file at a path of the pages listener; null if there is none. */
  public @Nullable PageFile at(String path) {
    return byAddress.get(path);
  }

  /** The paths of the shells on the pages listener. */
  public List<String> shells() {
    return SHELLS.values().stream()
        .filter(path -> !path.equals(STATUS) && !path.equals(LOOK))
        .sorted()
        .toList();
  }

  /** What operators are shown at a path of their listener; null if there is nothing. */
  public @Nullable PageFile ofOperators(String path) {
    if (path.equals("/")) {
      return at(STATUS);
    }
    return path.equals(LOOK) || path.startsWith(prefix()) ? at(path) : null;
  }

  /** All paths. */
  List<String> addresses() {
    return byAddress.keySet().stream().sorted().toList();
  }

  /** The address below which everything but the shells lies. */
  public String prefix() {
    return "/p/" + hash + "/";
  }

  /** The list of what a phone keeps, as its worker has it. */
  private static String kept(FirstFiles first, String hash) {
    Stream<String> looks =
        first.served().keySet().stream()
            .filter(name -> name.endsWith(".svg") || name.endsWith(".css"))
            .filter(
                name ->
                    KEPT.stream()
                        .anyMatch(
                            shell ->
                                text(first.served().getOrDefault(shell, new byte[0]))
                                    .contains(HERE + name)));
    return Stream.concat(KEPT.stream().flatMap(shell -> first.reachedBy(shell).stream()), looks)
        .filter(name -> !name.contains("camera"))
        .sorted()
        .distinct()
        .map(name -> "'/p/" + hash + "/" + name + "'")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static byte[] linked(byte[] shell, String hash, String kept) {
    return text(shell)
        .replace(HERE, "/p/" + hash + "/")
        .replace("~hash~", hash)
        .replace("~files~", kept)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.UTF_8);
  }

  private static String mediaType(String name) {
    String type = MEDIA_TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null) {
      throw new IllegalStateException("pages: no media type is known for " + name);
    }
    return type;
  }

  private static String hashOf(SortedMap<String, byte[]> files) {
    MessageDigest digest = Sha256.digest();
    files.forEach(
        (name, content) -> {
          digest.update(name.getBytes(StandardCharsets.UTF_8));
          digest.update((byte) 0);
          digest.update(Sha256.of(content));
        });
    return HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
  }

  private static byte[] resource(String name) {
    try (InputStream in = Bundle.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("not on the class path: " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
