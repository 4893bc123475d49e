package cn.unionecard.gateway;

import java.util.ArrayList;
import java.util.List;

/** A text that counts how often it is looked at: what something costs, without a clock. */
public final class CountedText implements CharSequence {
  private static final List<String> SIGNS =
      List.of(
          "0", "1", "8", "a", "e", "A", "J", "-", ".", " ", "\t", ":", "/", "=", "@", "%", "+", "|",
          "\\", "_", ",", "\"", "\n", "X", "\u3000", "\u5e97", "\uff18");

  /** What to repeat: each sign that patterns tell apart, each two of them, and known openings. */
  public static final List<String> PARTS = parts();

  private final String text;
  private final long[] steps;

  public CountedText(String text) {
    this(text, new long[1]);
  }

  private CountedText(String text, long[] steps) {
    this.text = text;
    this.steps = steps;
  }

  private static List<String> parts() {
    List<String> parts = new ArrayList<>(SIGNS);
    for (String one : SIGNS) {
      for (String other : SIGNS) {
        if (!one.equals(other)) {
          parts.add(one + other);
        }
      }
    }
    parts.addAll(
        List.of(
            "eyJ",
            "eyJa.",
            ".eyJ",
            "eyJ.a.",
            "://",
            "://:",
            "://a:b",
            "bearer ",
            "bearer  ",
            "84 ",
            "138-",
            "%25",
            "\\u00",
            "\\u0038",
            "\ud835\udfd6",
            "cn.",
            "-----",
            "2026-"));
    return List.copyOf(parts);
  }

  /** How often a character was looked at. */
  public long steps() {
    return steps[0];
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    steps[0]++;
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new CountedText(text.substring(start, end), steps);
  }

  @Override
  public String toString() {
    return text;
  }
}
