package cn.unionecard.gateway.pages;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What pages first need, in few files: on a poor line each file costs more than its bytes. Modules
 * that the same pages need first, and the same pages later, become one file below {@code first/};
 * so none is there twice. What most pages need, or is small and needed by some, comes with all of
 * them; what is small besides comes with what it imports. In such a file each module is a scope of
 * its own that gives its exports: {@code export const kit$view = (() => {…})();}. The words that
 * pages first need lie there in both languages; their style sheets become one. The module that
 * begins a page stays alone, and so does whatever is fetched later; they have their imports led to
 * {@code first/}.
 *
 * <p>Understands the form in which our modules are written, and no other: {@code import {…} from
 * '…';} on one line, {@code export} before a declaration or a list, no {@code export let}, no
 * circles.
 */
final class FirstFiles {
  private static final String FOLDER = "first/";

  private static final Pattern BEGUN_WITH =
      Pattern.compile("\n *<script type=\"module\" src=\"/p/~/([^\"]+)\"></script>");
  private static final Pattern STYLED_BY =
      Pattern.compile("(?:\n *<link rel=\"stylesheet\" href=\"/p/~/look/[^\"]+\">)+");
  private static final Pattern SHEET = Pattern.compile("/p/~/look/([^\"]+)\\.css");
  private static final Pattern IMPORT =
      Pattern.compile(
          "^(import|export) (?:\\{([^}]+)\\}|\\* as (\\w+)) from '(\\.[^']+)';$",
          Pattern.MULTILINE);
  private static final Pattern IMPORT_LATER = Pattern.compile("import\\('(\\.[^']+)'\\)");
  private static final Pattern WORDS = Pattern.compile("wordsOf\\(('[^)]*)\\)");
  private static final Pattern QUOTED = Pattern.compile("'([\\w.]+)'");
  private static final Pattern EXPORT =
      Pattern.compile(
          "^export (?=(?:const|function|async function|class) (\\w+))", Pattern.MULTILINE);
  private static final Pattern EXPORT_LIST = Pattern.compile("(?m:^|(?<=;))export ?\\{([^}]+)\\};");
  private static final Pattern SOURCE_MAP =
      Pattern.compile("^//# sourceMappingURL=.*$", Pattern.MULTILINE);

  private static final Pattern COMMENT =
      Pattern.compile("^ *(?://.*\\n|/\\*\\*(?:[^*]|\\*(?!/))*\\*/\\n)", Pattern.MULTILINE);

  /** What we have not written: licences stand in it. */
  private static final Set<String> OTHERS = Set.of("kit/lit-html.js", "camera/picture.js");

  /** Outside of functions: what is inside is indented. */
  private static final Pattern WAITS =
      Pattern.compile("^(?:export )?(?:const [^=]+= )?await\\b", Pattern.MULTILINE);

  private static final String CHINESE = ".zh.js";

  private static final String FIRST = "first";
  private static final String LATER = "later";
  private static final String NEVER = "never";

  /** Modules that are no longer than this cost less where they are not needed than as a file. */
  private static final int SMALL_CHARS = 2_000;

  private final SortedMap<String, String> modules = new TreeMap<>();

  /** By shell: the module that begins it. */
  private final SortedMap<String, String> begunWith = new TreeMap<>();

  /** By shell: its modules in the order in which they have to be run. */
  private final SortedMap<String, Set<String>> first = new TreeMap<>();

  /** By shell, with what is fetched later. */
  private final SortedMap<String, Set<String>> reached = new TreeMap<>();

  /** By module: the file in which it is, if it is in one with others. */
  private final Map<String, String> places = new TreeMap<>();

  private final SortedMap<String, byte[]> served = new TreeMap<>();

  /**
   * @param files by their names; shells end in {@code .html}
   * @throws IllegalStateException if they are not written as is understood here
   */
  FirstFiles(SortedMap<String, byte[]> files) {
    read(files);
    place();
    files.forEach(
        (name, content) -> {
          if (begunWith.containsKey(name)) {
            served.put(name, shell(name, text(content), files).getBytes(StandardCharsets.UTF_8));
          } else if (!modules.containsKey(name)) {
            if (!name.endsWith(".css")) {
              served.put(name, content);
            }
          } else if (isFetchedAlone(name)) {
            served.put(name, alone(name).getBytes(StandardCharsets.UTF_8));
          }
        });
    new TreeSet<>(places.values())
        .forEach(file -> served.put(file, together(file).getBytes(StandardCharsets.UTF_8)));
  }

  /** The files as they are to be served. */
  SortedMap<String, byte[]> served() {
    return served;
  }

  /**
   * All files of scripts and words that a shell may ever fetch, by the names they are served by.
   */
  Set<String> reachedBy(String shell) {
    return files(reached.getOrDefault(shell, Set.of()).stream());
  }

  private Set<String> files(Stream<String> names) {
    return names
        .flatMap(
            name ->
                name.startsWith("words/")
                    ? Stream.of(
                        places.getOrDefault(name, name),
                        name.replace(".js", ".zh.js"),
                        name.replace(".js", ".en.js"))
                    : Stream.of(places.getOrDefault(name, name)))
        .filter(served::containsKey)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private void read(SortedMap<String, byte[]> files) {
    files.forEach(
        (name, content) -> {
          if (name.endsWith(".js") && !name.equals("worker.js")) {
            modules.put(name, OTHERS.contains(name) ? text(content) : bare(text(content)));
          }
        });
    List<String> words =
        modules.keySet().stream()
            .filter(name -> name.startsWith("words/") && name.endsWith(CHINESE))
            .map(name -> name.substring(0, name.length() - CHINESE.length()))
            .toList();
    words.forEach(name -> modules.put(name + ".js", inBothLanguages(name)));
    files.forEach(
        (name, content) -> {
          Matcher begins = BEGUN_WITH.matcher(name.endsWith(".html") ? text(content) : "");
          if (begins.find()) {
            begunWith.put(name, begins.group(1));
            first.put(name, closure(begins.group(1), false));
            reached.put(name, closure(begins.group(1), true));
          }
        });
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.UTF_8);
  }

  /** Without the comments that have lines of their own: a fifth of all bytes. */
  private static String bare(String module) {
    return COMMENT.matcher(module).replaceAll("");
  }

  private String module(String name) {
    String text = modules.get(name);
    if (text == null) {
      throw new IllegalStateException("a page names " + name + ", which is not there");
    }
    return text;
  }

  /** As they are told to {@code kit/words.js}. */
  private String inBothLanguages(String words) {
    return "import {say} from '../kit/words.js';\nsay('"
        + words.substring("words/".length())
        + "', {\nzh: "
        + said(words + CHINESE)
        + ",\nen: "
        + said(words + ".en.js")
        + ",\n});\n";
  }

  private String said(String words) {
    String text = module(words);
    String before = "export default ";
    return text.substring(text.indexOf(before) + before.length(), text.lastIndexOf(';'));
  }

  private Set<String> closure(String entry, boolean isWithLater) {
    Set<String> closed = new LinkedHashSet<>();
    visit(entry, isWithLater, closed, new HashSet<>());
    return closed;
  }

  private void visit(String name, boolean isWithLater, Set<String> closed, Set<String> open) {
    if (closed.contains(name) || (isWithLater && !modules.containsKey(name))) {
      return; // what a build has not made, the page will miss when somebody asks for it
    }
    if (!open.add(name)) {
      if (isWithLater) {
        return; // what is fetched later may lead back
      }
      throw new IllegalStateException("modules of the pages import each other: " + open);
    }
    imported(name, IMPORT, 4).forEach(each -> visit(each, isWithLater, closed, open));
    words(name).forEach(each -> visit(each, isWithLater, closed, open));
    if (isWithLater) {
      imported(name, IMPORT_LATER, 1).forEach(each -> visit(each, true, closed, open));
    }
    closed.add(name);
  }

  private List<String> imported(String name, Pattern pattern, int group) {
    return pattern
        .matcher(module(name))
        .results()
        .map(found -> resolved(name, found.group(group)))
        .toList();
  }

  private static String resolved(String from, String relative) {
    return URI.create("/" + from).resolve(relative).getPath().substring(1);
  }

  private List<String> words(String name) {
    List<String> words = new ArrayList<>();
    for (MatchResult asked : WORDS.matcher(module(name)).results().toList()) {
      words.add("words/kit.js");
      QUOTED
          .matcher(asked.group(1))
          .results()
          .forEach(each -> words.add("words/" + each.group(1) + ".js"));
    }
    return words;
  }

  private void place() {
    SortedMap<String, Set<String>> byNeed = new TreeMap<>();
    for (String name : modules.keySet()) {
      if (!begunWith.containsValue(name)
          && first.values().stream().anyMatch(all -> all.contains(name))) {
        byNeed.computeIfAbsent(need(name), none -> new TreeSet<>()).add(name);
      }
    }
    Set<String> everywhere = byNeed.getOrDefault((FIRST + " ").repeat(begunWith.size()), Set.of());
    byNeed.forEach((need, names) -> join(need, names, everywhere, byNeed));
    int number = 0;
    for (Set<String> names : byNeed.values()) {
      if (!names.isEmpty()) {
        String file = FOLDER + ++number + ".js";
        names.forEach(name -> places.put(name, file));
      }
    }
  }

  /** Takes modules to others, if that costs their pages less than a file of their own. */
  private void join(
      String need,
      Set<String> names,
      Set<String> everywhere,
      SortedMap<String, Set<String>> byNeed) {
    Set<String> others =
        names.stream()
            .flatMap(
                name -> Stream.concat(imported(name, IMPORT, 4).stream(), words(name).stream()))
            .filter(name -> !names.contains(name) && !everywhere.contains(name))
            .collect(Collectors.toSet());
    boolean isSmall = names.stream().mapToInt(name -> module(name).length()).sum() <= SMALL_CHARS;
    long pages = pages(need);
    if (others.isEmpty()) {
      if (names != everywhere && ((isSmall && pages > 1) || pages > begunWith.size() / 2)) {
        everywhere.addAll(names);
        names.clear();
      }
      return;
    }
    String first = need(others.iterator().next());
    Set<String> there = byNeed.getOrDefault(first, Set.of());
    if (isSmall && there.containsAll(others) && firstOf(first).equals(firstOf(need))) {
      there.addAll(names);
      names.clear();
    }
  }

  /** How many pages need that first. */
  private static long pages(String need) {
    return Stream.of(need.split(" ")).filter(FIRST::equals).count();
  }

  private static String firstOf(String need) {
    return need.replace(LATER, NEVER);
  }

  /** Of each shell, whether and when it needs a module. */
  private String need(String name) {
    return begunWith.keySet().stream()
        .map(shell -> in(first, shell, name) ? FIRST : in(reached, shell, name) ? LATER : NEVER)
        .map(each -> each + " ")
        .collect(Collectors.joining());
  }

  private static boolean in(Map<String, Set<String>> by, String shell, String name) {
    return by.getOrDefault(shell, Set.of()).contains(name);
  }

  /** Whether a module, or words of one language, have to be had by their own name. */
  private boolean isFetchedAlone(String name) {
    if (!name.startsWith("words/")) {
      return !places.containsKey(name);
    }
    String words = name.replaceFirst("\\.(?:zh|en)\\.js$", ".js");
    return begunWith.keySet().stream()
        .anyMatch(shell -> in(reached, shell, words) && !in(first, shell, words));
  }

  /** With one style sheet, and all its scripts named at once. */
  private String shell(String name, String text, Map<String, byte[]> files) {
    String styled =
        STYLED_BY
            .matcher(text)
            .replaceAll(
                links -> {
                  List<String> sheets =
                      SHEET.matcher(links.group()).results().map(each -> each.group(1)).toList();
                  String file = FOLDER + String.join("-", sheets) + ".css";
                  String all =
                      sheets.stream()
                          .map(
                              each ->
                                  text(files.getOrDefault("look/" + each + ".css", new byte[0])))
                          .collect(Collectors.joining("\n"));
                  served.put(file, all.getBytes(StandardCharsets.UTF_8));
                  return "\n  <link rel=\"stylesheet\" href=\"/p/~/" + file + "\">";
                });
    String preloaded =
        first.getOrDefault(name, Set.of()).stream()
            .filter(places::containsKey)
            .map(places::get)
            .distinct()
            .map(file -> "\n  <link rel=\"modulepreload\" href=\"/p/~/" + file + "\">")
            .collect(Collectors.joining());
    return BEGUN_WITH.matcher(styled).replaceFirst(begins -> preloaded + begins.group());
  }

  /** A module that stays a file of its own; what begins a page has its words run before it. */
  private String alone(String name) {
    String up = "../".repeat((int) name.chars().filter(each -> each == '/').count());
    String words =
        begunWith.containsValue(name)
            ? closure(name, false).stream()
                .filter(each -> each.startsWith("words/"))
                .map(places::get)
                .distinct()
                .map(place -> "import '" + up + place + "';\n")
                .collect(Collectors.joining())
            : "";
    return words + led(name, up);
  }

  /** With imports that lead to where modules lie together. */
  private String led(String name, String up) {
    Set<String> known = new HashSet<>();
    return IMPORT
        .matcher(module(name))
        .replaceAll(
            found -> {
              String from = resolved(name, found.group(4));
              String place = places.get(from);
              if (place == null) {
                return quoted(found.group());
              }
              String taken =
                  known.add(from) ? "import {" + space(from) + "} from '" + up + place + "'; " : "";
              String given = found.group(1).equals("export") ? "export " : "";
              return quoted(taken + given + "const " + what(found) + " = " + space(from) + ";");
            });
  }

  /** What an import takes, as a declaration has it: {@code {a, b: c}} of {@code {a, b as c}}. */
  private static String what(MatchResult imported) {
    return imported.group(3) == null
        ? "{" + imported.group(2).replace(" as ", ": ") + "}"
        : imported.group(3);
  }

  private static String quoted(String text) {
    return Matcher.quoteReplacement(text);
  }

  /** How a module is called in a file that it shares. */
  private static String space(String name) {
    return name.substring(0, name.length() - ".js".length())
        .replaceAll("[/.]", "\\$")
        .replace('-', '_');
  }

  private String together(String file) {
    Set<String> inside = new LinkedHashSet<>();
    first.values().stream()
        .flatMap(Set::stream)
        .filter(name -> file.equals(places.get(name)))
        .forEach(inside::add);
    SortedMap<String, Set<String>> others = new TreeMap<>();
    StringBuilder scopes = new StringBuilder(16384);
    inside.forEach(name -> scopes.append(scope(name, file, others)));
    StringBuilder text = new StringBuilder(scopes.length() + 256);
    others.forEach(
        (other, names) ->
            text.append("import {")
                .append(String.join(", ", names))
                .append("} from './")
                .append(other.substring(FOLDER.length()))
                .append("';\n"));
    return text.append(scopes).toString();
  }

  /**
   * @param others is told what this needs of other files
   */
  private String scope(String name, String file, SortedMap<String, Set<String>> others) {
    List<String> given = new ArrayList<>();
    String body =
        IMPORT
            .matcher(module(name))
            .replaceAll(
                found -> {
                  String from = resolved(name, found.group(4));
                  String place = places.get(from);
                  if (place == null) {
                    throw new IllegalStateException(name + " imports what begins a page: " + from);
                  }
                  if (!place.equals(file)) {
                    others.computeIfAbsent(place, none -> new TreeSet<>()).add(space(from));
                  }
                  if (found.group(1).equals("export")) {
                    Stream.of(found.group(2).split(", "))
                        .forEach(each -> given.add(each + ": " + space(from) + "." + each));
                    return "";
                  }
                  return quoted("const " + what(found) + " = " + space(from) + ";");
                });
    body =
        EXPORT
            .matcher(body)
            .replaceAll(
                found -> {
                  given.add(found.group(1));
                  return "";
                });
    body =
        EXPORT_LIST
            .matcher(body)
            .replaceAll(
                found -> {
                  Stream.of(found.group(1).split(","))
                      .map(each -> each.strip().split(" as "))
                      .forEach(
                          each -> given.add(each.length == 1 ? each[0] : each[1] + ": " + each[0]));
                  return "";
                });
    body =
        IMPORT_LATER
            .matcher(SOURCE_MAP.matcher(body).replaceAll(""))
            .replaceAll(
                found -> {
                  String later = resolved(name, found.group(1));
                  if (places.containsKey(later)) {
                    throw new IllegalStateException(
                        name + " fetches later what is there: " + later);
                  }
                  return quoted("import('../" + later + "')");
                });
    boolean waits = WAITS.matcher(body).find();
    return "\n// "
        + name
        + "\nexport const "
        + space(name)
        + (waits ? " = await (async () => {\n" : " = (() => {\n")
        + body
        + "\nreturn {"
        + String.join(", ", given)
        + "};\n})();\n";
  }
}
