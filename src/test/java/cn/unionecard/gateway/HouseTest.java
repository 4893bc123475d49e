package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * The plan of the house, enforced: every package is a room, and a room imports only what its row
 * says. The rows have no circles, so the house has none.
 */
class HouseTest {
  private static final String PRODUCT = "cn.unionecard.gateway";
  private static final String WORKBENCH = "cn.unionecard.workbench";

  /** What every process needs; it may be imported together. */
  private static final Set<String> PROCESS = Set.of("model", "runtime", "runtime.config");

  /** What every desk stands on. */
  private static final Set<String> DESK = and(PROCESS, "desk", "runtime.stores");

  /** Room of the product → the rooms it may import. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("model", Set.of()),
          Map.entry("runtime", Set.of()),
          Map.entry("runtime.config", Set.of("runtime")),
          Map.entry("runtime.http", Set.of("model")),
          Map.entry("runtime.json", Set.of()),
          Map.entry("runtime.keys", PROCESS),
          Map.entry("runtime.tls", PROCESS),
          Map.entry("runtime.stores", PROCESS),
          Map.entry("runtime.admission", PROCESS),
          Map.entry(
              "runtime.watch", and(PROCESS, "runtime.admission", "runtime.http", "runtime.stores")),
          Map.entry("code", Set.of("model")),
          Map.entry("rules", Set.of("model", "code", "runtime.json")),
          Map.entry("receipt", Set.of("model", "runtime.json")),
          Map.entry("ledger", Set.of("model", "definitions", "rules", "runtime", "runtime.stores")),
          Map.entry("ledger.audit", Set.of("receipt", "runtime", "runtime.stores")),
          Map.entry("archive", Set.of("model", "receipt", "runtime.stores")),
          Map.entry("pages", Set.of("runtime", "runtime.http")),
          Map.entry("definitions", Set.of("model", "rules", "runtime.stores")),
          Map.entry(
              "line",
              and(
                  PROCESS,
                  "runtime.watch",
                  "archive",
                  "code",
                  "definitions",
                  "ledger",
                  "receipt",
                  "rules")),
          Map.entry("terminal", and(PROCESS, "runtime.keys", "runtime.stores")),
          Map.entry("terminal.push", and(PROCESS, "rules", "runtime.stores")),
          Map.entry("desk", Set.of("model", "runtime", "runtime.stores", "runtime.watch")),
          Map.entry("privacy", and(DESK, "runtime.keys", "runtime.watch")),
          Map.entry("member", and(DESK, "code", "privacy", "runtime.watch")),
          Map.entry("union", and(DESK, "runtime.keys")),
          Map.entry("merchant", and(DESK, "runtime.keys", "runtime.tls")),
          Map.entry("campaign", and(DESK, "rules")),
          Map.entry("voucher", DESK),
          Map.entry("supervision", DESK),
          Map.entry("province", and(DESK, "member", "runtime.json", "runtime.watch")),
          Map.entry("partner", and(DESK, "runtime.watch")),
          Map.entry("review", and(DESK, "supervision")),
          Map.entry("complaint", and(DESK, "supervision")),
          Map.entry("report", DESK),
          Map.entry("progress", and(DESK, "runtime.keys", "runtime.watch")),
          Map.entry("tasks", DESK),
          Map.entry("shop", DESK),
          Map.entry("settlement", and(DESK, "runtime.keys")),
          Map.entry("feed", and(PROCESS, "runtime.stores")),
          Map.entry("delivery", and(DESK, "feed", "runtime.keys")),
          Map.entry(
              "edge.http.access",
              Set.of(
                  "model", "runtime", "runtime.json", "runtime.stores", "runtime.tls", "terminal")),
          Map.entry(
              "edge.http",
              and(
                  DESK,
                  "edge.http.access",
                  "archive",
                  "line",
                  "pages",
                  "terminal",
                  "runtime.admission",
                  "runtime.http",
                  "runtime.json",
                  "runtime.watch")),
          Map.entry("edge.iso8583.codec", Set.of("model", "runtime.keys")),
          Map.entry(
              "edge.iso8583",
              and(
                  DESK,
                  "edge.iso8583.codec",
                  "line",
                  "terminal",
                  "runtime.admission",
                  "runtime.tls",
                  "runtime.watch")));

  /** Rooms that know all the others; each may import those before it. */
  private static final List<String> TOP = List.of("node", "cli");

  /** Room of the workbench → those of the workbench it may import; all may import the product. */
  private static final Map<String, Set<String>> ON_THE_BENCH =
      Map.of(
          "embedded", Set.of(),
          "demo", Set.of("embedded"),
          "pos", Set.of(),
          "certify", Set.of("pos"),
          "simulate", Set.of("demo", "pos"),
          "story", Set.of("demo", "pos", "simulate"),
          "", Set.of("embedded", "demo", "pos", "certify", "simulate", "story"));

  /** What the operator's jar comes without. */
  private static final List<String> NOT_DELIVERED =
      List.of(
          "io.zonky.",
          "redis.embedded.",
          "org.tukaani.",
          "org.apache.commons.pool2.",
          "org.HdrHistogram.",
          "com.google.zxing.",
          "org.teavm.");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(PRODUCT, WORKBENCH);

  private static Set<String> and(Set<String> some, String... more) {
    return Stream.concat(some.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
  }

  @Test
  void importsPointOneWay() {
    Set<String> breaches = new TreeSet<>();
    for (JavaClass origin : CLASSES) {
      for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
        String from = origin.getPackageName();
        String to = dependency.getTargetClass().getBaseComponentType().getPackageName();
        if (!allowed(from, to)) {
          breaches.add(from + " → " + to + ": " + dependency.getDescription());
        }
      }
    }
    assertTrue(breaches.isEmpty(), () -> String.join("\n", breaches));
  }

  @Test
  void theProductNeedsNothingThatItIsDeliveredWithout() {
    Set<String> needed = new TreeSet<>();
    for (JavaClass origin : CLASSES) {
      for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
        String to = dependency.getTargetClass().getBaseComponentType().getName();
        if (isIn(PRODUCT, origin.getPackageName())
            && NOT_DELIVERED.stream().anyMatch(to::startsWith)) {
          needed.add(dependency.getDescription());
        }
      }
    }
    assertEquals(Set.of(), needed);
  }

  @Test
  void noRowLeadsBackToItself() {
    for (Map<String, Set<String>> plan : List.of(MAY_IMPORT, ON_THE_BENCH)) {
      for (String room : plan.keySet()) {
        Set<String> reached = new TreeSet<>(plan.get(room));
        while (reached.addAll(
            reached.stream()
                .flatMap(next -> plan.getOrDefault(next, Set.of()).stream())
                .collect(Collectors.toSet()))) {
          assertTrue(plan.keySet().containsAll(reached), () -> room + " imports " + reached);
        }
        assertFalse(reached.contains(room), () -> room + " is in a circle of " + reached);
      }
    }
  }

  @Test
  void everyRoomIsInThePlanAndEveryRowHasItsRoom() {
    Set<String> rooms = new TreeSet<>();
    CLASSES.forEach(each -> rooms.add(each.getPackageName()));
    Set<String> planned = new TreeSet<>();
    MAY_IMPORT.keySet().forEach(room -> planned.add(PRODUCT + "." + room));
    TOP.forEach(room -> planned.add(PRODUCT + "." + room));
    ON_THE_BENCH
        .keySet()
        .forEach(room -> planned.add(room.isEmpty() ? WORKBENCH : WORKBENCH + "." + room));
    assertEquals(planned, rooms);
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
    assertTrue(CLASSES.size() > 500, "classes read: " + CLASSES.size());
  }

  private static boolean allowed(String from, String to) {
    if (from.equals(to) || !isIn(PRODUCT, to) && !isIn(WORKBENCH, to)) {
      return true;
    }
    if (isIn(WORKBENCH, from)) {
      return isIn(PRODUCT, to)
          || ON_THE_BENCH.get(room(WORKBENCH, from)).contains(room(WORKBENCH, to));
    }
    if (isIn(WORKBENCH, to)) {
      return false;
    }
    String home = room(PRODUCT, from);
    String other = room(PRODUCT, to);
    return TOP.contains(home)
        ? TOP.indexOf(other) < TOP.indexOf(home)
        : MAY_IMPORT.getOrDefault(home, Set.of()).contains(other);
  }

  private static boolean isIn(String house, String name) {
    return name.equals(house) || name.startsWith(house + ".");
  }

  private static String room(String house, String name) {
    return name.equals(house) ? "" : name.substring(house.length() + 1);
  }
}
