package cn.unionecard.gateway.pages;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Where modules of the pages are, which are served several in a file. */
final class PageModules {
  private static final Bundle BUNDLE = Bundle.read();

  private PageModules() {}

  /** The address of the file that a module is in. */
  static String fileOf(String module) {
    return BUNDLE.addresses().stream()
        .filter(address -> address.endsWith(".js"))
        .filter(address -> text(address).contains("\nexport const " + spaceOf(module) + " = "))
        .findAny()
        .orElseThrow(() -> new AssertionError(module + " is in no file"));
  }

  /** What a module's exports are called there. */
  static String spaceOf(String module) {
    return module.replace(".js", "").replace('/', '$');
  }

  private static String text(String address) {
    return Objects.requireNonNull(BUNDLE.at(address)).plain().toString(StandardCharsets.UTF_8);
  }
}
