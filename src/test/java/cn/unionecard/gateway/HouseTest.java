package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The plan of the house, enforced: which package may know which. */
class HouseTest {
  private static final String HOUSE = "cn.unionecard.gateway";

  /** Room → the rooms it may import. {@code cli} and the wiring may import all. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("model", Set.of()),
          Map.entry("runtime", Set.of("model")),
          Map.entry("code", Set.of("model")),
          Map.entry("rules", Set.of("model", "code")),
          Map.entry("ledger", Set.of("model", "rules", "runtime")),
          Map.entry("receipt", Set.of("model", "runtime")),
          Map.entry("checkout", Set.of("model", "code", "rules", "ledger", "receipt", "runtime")),
          Map.entry("edge.iso8583", Set.of("model", "checkout", "runtime")),
          Map.entry("edge.http", Set.of("model", "checkout", "runtime")),
          Map.entry("feed", Set.of("model", "runtime")),
          Map.entry("push", Set.of("model", "rules", "runtime")),
          Map.entry("merchant", Set.of("model", "runtime")),
          Map.entry("campaign", Set.of("model", "runtime")),
          Map.entry("member", Set.of("model", "runtime")),
          Map.entry("voice", Set.of("model", "runtime")),
          Map.entry("union", Set.of("model", "runtime")),
          Map.entry("report", Set.of("model", "runtime")),
          Map.entry("statement", Set.of("model", "runtime")),
          Map.entry("console", Set.of("model", "runtime")));

  /** Rooms that wire the others together; nobody imports them. */
  private static final List<String> TOP = List.of("cli", "gateway");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(HOUSE);

  @Test
  void importsPointOneWay() {
    Set<String> breaches = new TreeSet<>();
    for (JavaClass origin : CLASSES) {
      for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
        String from = room(origin);
        String to = room(dependency.getTargetClass().getBaseComponentType());
        if (!allowed(from, to)) {
          breaches.add(from + " → " + to + ": " + dependency.getDescription());
        }
      }
    }
    assertEquals(Set.of(), breaches, () -> String.join("\n", breaches));
  }

  @Test
  void everyRoomIsInThePlan() {
    Set<String> unknown = new TreeSet<>();
    for (JavaClass each : CLASSES) {
      String room = room(each);
      if (!MAY_IMPORT.containsKey(room) && !TOP.contains(room)) {
        unknown.add(room + ": " + each.getName());
      }
    }
    assertEquals(Set.of(), unknown);
  }

  @Test
  void everyPackageIsNullMarkedAndSaysWhatItIs() {
    Set<String> silent = new TreeSet<>();
    for (JavaClass each : CLASSES) {
      JavaPackage home = each.getPackage();
      if (!home.isAnnotatedWith(NullMarked.class)) {
        silent.add(home.getName());
      }
    }
    assertEquals(Set.of(), silent, "packages without @NullMarked package-info");
  }

  @Test
  void somethingWasRead() {
    assertTrue(CLASSES.size() > 50, "classes read: " + CLASSES.size());
  }

  private static boolean allowed(String from, String to) {
    boolean outside = to.isEmpty() || from.equals(to);
    return outside || TOP.contains(from) || MAY_IMPORT.getOrDefault(from, Set.of()).contains(to);
  }

  /** The room a class is in; empty for classes that are not ours. */
  private static String room(JavaClass each) {
    String name = each.getPackageName();
    if (name.equals(HOUSE)) {
      return "gateway";
    }
    if (!name.startsWith(HOUSE + ".")) {
      return "";
    }
    String[] parts = name.substring(HOUSE.length() + 1).split("\\.");
    return parts[0].equals("edge") && parts.length > 1 ? parts[0] + "." + parts[1] : parts[0];
  }
}
