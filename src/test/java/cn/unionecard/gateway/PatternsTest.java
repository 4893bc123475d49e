package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No regular expression of the product is dearer than linear: texts that strangers chose are held
 * against most of them. Judged by how often the text is looked at.
 */
class PatternsTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final int SHORT = 300;
  private static final Pattern INLINE =
      Pattern.compile(
          "(?:\\.(?:matches|split|replaceAll(?=\\([^()\\n]*,)|replaceFirst(?=\\([^()\\n]*,))"
              + "|Pattern\\.compile)\\(\\s*(\"(?:[^\"\\\\\\n]|\\\\.)*\")[,)]");

  @Test
  void everyPatternIsLinear() throws IOException {
    Map<String, Pattern> patterns = new TreeMap<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        collect(file, patterns);
      }
    }
    assertTrue(patterns.size() > 50, patterns.size() + " were found");
    TreeSet<String> dear = new TreeSet<>();
    patterns.forEach(
        (where, pattern) -> {
          for (String part : CountedText.PARTS) {
            if (!isLinear(pattern, part, where.endsWith("searched"))) {
              dear.add(where + " " + pattern + " over " + part);
            }
          }
        });
    assertEquals(new TreeSet<>(), dear);
  }

  private static void collect(Path file, Map<String, Pattern> patterns) throws IOException {
    String source = Files.readString(file);
    boolean searched = source.contains(".find()") || source.contains(".replace");
    String name = SOURCES.relativize(file).toString().replace(".java", "").replace('/', '.');
    String kind = searched ? " searched" : " matched";
    Matcher inline = INLINE.matcher(source);
    while (inline.find()) {
      String literal = inline.group(1);
      String regex = literal.substring(1, literal.length() - 1).translateEscapes();
      patterns.put(name + "@" + inline.start() + kind, Pattern.compile(regex));
    }
    if (source.contains("Pattern ") && !file.endsWith("package-info.java")) {
      for (Field field : declared(name)) {
        if (field.getType() == Pattern.class && Modifier.isStatic(field.getModifiers())) {
          patterns.put(name + "." + field.getName() + kind, read(field));
        }
      }
    }
  }

  private static List<Field> declared(String name) {
    try {
      Class<?> type = Class.forName(name);
      List<Field> fields = new ArrayList<>(List.of(type.getDeclaredFields()));
      for (Class<?> inner : type.getDeclaredClasses()) {
        fields.addAll(List.of(inner.getDeclaredFields()));
      }
      return fields;
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static Pattern read(Field field) {
    try {
      field.setAccessible(true);
      return (Pattern) field.get(null);
    } catch (IllegalAccessException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private static boolean isLinear(Pattern pattern, String part, boolean searched) {
    long once = steps(pattern, part.repeat(SHORT) + "\u0007", searched);
    long twice = steps(pattern, part.repeat(2 * SHORT) + "\u0007", searched);
    return twice <= 2.5 * once + 100;
  }

  private static long steps(Pattern pattern, String text, boolean searched) {
    CountedText counted = new CountedText(text);
    Matcher matcher = pattern.matcher(counted);
    int found = matcher.matches() ? 1 : 0;
    matcher.reset();
    while (searched && matcher.find()) {
      found++;
    }
    return counted.steps() + found;
  }
}
