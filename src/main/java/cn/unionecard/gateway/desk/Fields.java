package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Text;
import cn.unionecard.gateway.model.Written;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object, read strictly: every fault is a {@link Fault.Malformed} that names
 * the member.
 */
public final class Fields {

  private static final int ELEMENT_LENGTH_MAX = 200;

  private final Map<String, Object> members;

  private Fields(Map<String, Object> members) {
    this.members = members;
  }

  /** An object that may have these members. */
  public static Fields of(Map<String, Object> members, String... names) {
    Set<String> known = Set.of(names);
    for (String name : members.keySet()) {
      if (!known.contains(name)) {
        throw new Fault.Malformed(name, name + " is not known here");
      }
    }
    return new Fields(members);
  }

  /** The one line of a member ({@link Text#line}), or null if it is absent. */
  public @Nullable String optionalText(String name, int lengthMax) {
    Object value = members.get(name);
    return value == null ? null : Text.line(name, string(name, value), lengthMax);
  }

  public String text(String name, int lengthMax) {
    return present(name, optionalText(name, lengthMax));
  }

  /** What somebody wrote in a member ({@link Text#words}), or null if it is absent. */
  public @Nullable String optionalWords(String name, int lengthMax) {
    Object value = members.get(name);
    return value == null ? null : Text.words(name, string(name, value), lengthMax);
  }

  public String words(String name, int lengthMax) {
    return present(name, optionalWords(name, lengthMax));
  }

  /** A text as it came, of any length and with whatever signs. */
  public String raw(String name) {
    return string(name, present(name, members.get(name)));
  }

  /** A moment ({@link Text#time}), or null if it is absent. */
  public @Nullable Instant optionalTime(String name) {
    Object value = members.get(name);
    return value == null ? null : Text.time(name, string(name, value));
  }

  private static String string(String name, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new Fault.Malformed(name, name + " is not text");
  }

  /** A text that matches. */
  public String matching(String name, Pattern pattern) {
    return match(name, text(name, 200), pattern);
  }

  /** A text that matches, or null if it is absent. */
  public @Nullable String optionalMatching(String name, Pattern pattern) {
    String text = optionalText(name, 200);
    return text == null ? null : match(name, text, pattern);
  }

  private static String match(String name, String text, Pattern pattern) {
    if (!pattern.matcher(text).matches()) {
      throw new Fault.Malformed(name, name + " does not match " + pattern);
    }
    return text;
  }

  /** One of an enum's names. */
  public <E extends Enum<E>> E oneOf(String name, Class<E> type) {
    String text = text(name, 60);
    for (E one : type.getEnumConstants()) {
      if (one.name().equals(text)) {
        return one;
      }
    }
    throw new Fault.Malformed(name, name + " is none of " + List.of(type.getEnumConstants()));
  }

  /** The same, or another where it is absent. */
  public <E extends Enum<E>> E oneOf(String name, E absent) {
    return members.containsKey(name) ? oneOf(name, absent.getDeclaringClass()) : absent;
  }

  /** A whole number from 0 to {@code max}. */
  public int integer(String name, int max) {
    Object value = present(name, members.get(name));
    if (!(value instanceof Integer number) || number < 0 || number > max) {
      throw new Fault.Malformed(name, name + " is not a whole number from 0 to " + max);
    }
    return number;
  }

  /** A whole number from {@code min} to {@code max}. */
  public long whole(String name, long min, long max) {
    Object value = present(name, members.get(name));
    boolean whole = value instanceof Integer || value instanceof Long;
    if (!whole || ((Number) value).longValue() < min || ((Number) value).longValue() > max) {
      throw new Fault.Malformed(name, name + " is not a whole number from " + min + " to " + max);
    }
    return ((Number) value).longValue();
  }

  /** The same, or null if it is absent. */
  public @Nullable Long optionalWhole(String name, long min, long max) {
    return members.containsKey(name) ? (Long) whole(name, min, max) : null;
  }

  public boolean truth(String name) {
    if (present(name, members.get(name)) instanceof Boolean truth) {
      return truth;
    }
    throw new Fault.Malformed(name, name + " is neither true nor false");
  }

  /** A date as {@code 2026-11-24}. */
  public LocalDate date(String name) {
    return present(name, optionalDate(name));
  }

  public @Nullable LocalDate optionalDate(String name) {
    String text = optionalText(name, 10);
    try {
      return text == null ? null : LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new Fault.Malformed(name, name + " is no date like 2026-11-24");
    }
  }

  /** A SHA-256 digest, 64 lower-case hex digits. */
  public String digest(String name) {
    return matching(name, Written.SHA_256);
  }

  /** Lines, at least one and at most so many; a fault in one names its place. */
  public List<String> texts(String name, int most) {
    if (present(name, members.get(name)) instanceof List<?> list
        && !list.isEmpty()
        && list.size() <= most) {
      List<String> texts = new ArrayList<>();
      for (Object one : list) {
        String at = name + "[" + texts.size() + "]";
        texts.add(Text.line(at, string(at, one), ELEMENT_LENGTH_MAX));
      }
      return texts;
    }
    throw new Fault.Malformed(name, name + " is not a list of 1 to " + most + " texts");
  }

  /** Whole numbers, at most so many; null if it is absent. */
  public @Nullable List<Integer> optionalWholes(String name, int most, int min, int max) {
    if (!members.containsKey(name)) {
      return null;
    }
    if (members.get(name) instanceof List<?> list
        && list.size() <= most
        && list.stream().allMatch(each -> each instanceof Integer n && n >= min && n <= max)) {
      return list.stream().map(Integer.class::cast).toList();
    }
    throw new Fault.Malformed(
        name,
        name + " is not a list of at most " + most + " whole numbers from " + min + " to " + max);
  }

  /** An object that may have these members; faults name them without what they are in. */
  @SuppressWarnings("unchecked") // the keys of a JSON object are texts
  public Fields object(String name, String... names) {
    if (present(name, members.get(name)) instanceof Map<?, ?> object) {
      return of((Map<String, Object>) object, names);
    }
    throw new Fault.Malformed(name, name + " is not an object");
  }

  /** Objects, at least one and at most so many. */
  @SuppressWarnings("unchecked") // the keys of a JSON object are texts
  public List<Map<String, Object>> objects(String name, int most) {
    if (present(name, members.get(name)) instanceof List<?> list
        && !list.isEmpty()
        && list.size() <= most
        && list.stream().allMatch(Map.class::isInstance)) {
      return list.stream().map(object -> (Map<String, Object>) object).toList();
    }
    throw new Fault.Malformed(name, name + " is not a list of 1 to " + most + " objects");
  }

  private static <T> T present(String name, @Nullable T value) {
    if (value == null) {
      throw new Fault.Malformed(name, name + " is missing");
    }
    return value;
  }
}
