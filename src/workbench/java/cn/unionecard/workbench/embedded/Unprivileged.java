package cn.unionecard.workbench.embedded;

import cn.unionecard.gateway.runtime.CannotStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The way a command runs as somebody other than root, because PostgreSQL refuses root. An ordinary
 * user runs it as it is. Root runs it in a user namespace without mappings (the process sees itself
 * as nobody, the files stay root's), or, where the container forbids namespaces, as uid 65534 with
 * the one capability that lets it reach a folder below root's home.
 */
enum Unprivileged {
  ALREADY(List.of(), ""),
  NAMESPACE(List.of("unshare", "-U"), "root"),
  OTHER_USER(
      List.of(
          "setpriv",
          "--reuid=65534",
          "--regid=65534",
          "--clear-groups",
          "--inh-caps=+dac_override",
          "--ambient-caps=+dac_override"),
      "65534");

  private final List<String> prefix;
  private final String owner;

  Unprivileged(List<String> prefix, String owner) {
    this.prefix = prefix;
    this.owner = owner;
  }

  /**
   * What works here.
   *
   * @throws CannotStart as root when neither way is open
   */
  static Unprivileged choose() throws InterruptedException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return ALREADY;
    }
    for (Unprivileged way : List.of(NAMESPACE, OTHER_USER)) {
      if (ServerProcess.works(way.command("true").toArray(String[]::new))) {
        return way;
      }
    }
    throw new CannotStart(
        "PostgreSQL refuses to run as root, and neither 'unshare -U' nor 'setpriv' works here;"
            + " start the gateway as an ordinary user");
  }

  List<String> command(String... command) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(List.of(command));
    return all;
  }

  /** Gives the folder and all in it to the user the server runs as, if they are not already. */
  void own(Path folder) throws IOException {
    if (this == ALREADY) {
      return;
    }
    UserPrincipal user =
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(owner);
    if (Files.getOwner(folder).equals(user)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        Files.setOwner(path, user);
      }
    }
  }
}
