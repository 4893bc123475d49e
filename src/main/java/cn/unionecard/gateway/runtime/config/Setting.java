package cn.unionecard.gateway.runtime.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One key of the configuration: its name, what it may hold, and how it is printed. It is declared
 * once, as a component of a record in {@link Config}: an int or long that is {@link Whole}, a
 * String that is {@link Text}, or an enum whose constants are the allowed words.
 */
record Setting(String key, Type type, Secrecy secrecy) {
  private static final Pattern URL_PASSWORD = Pattern.compile("(://[^:@/]*:)[^@/]*@");
  private static final Pattern CAPITAL = Pattern.compile("([A-Z])");
  private static final String PREFIX = "ECARD_";

  /** What is printed of a value. */
  enum Secrecy {
    OPEN,
    /** All but the password of the URL. */
    URL,
    /** Nothing; and it is taken from the environment only, never from a file or a command line. */
    ENVIRONMENT_ONLY
  }

  /** What a value may be. */
  sealed interface Type {
    /** In words, for comments and refusals. */
    String range();

    boolean accepts(String value);

    /** The value of the component, from a text that is accepted. */
    @Nullable Object read(String value);
  }

  /** A whole number. */
  record WholeNumber(long min, long max, boolean isLong) implements Type {
    @Override
    public String range() {
      return min + " to " + max;
    }

    @Override
    public boolean accepts(String value) {
      if (!value.matches("-?[0-9]{1,18}")) {
        return false;
      }
      long number = Long.parseLong(value);
      return min <= number && number <= max;
    }

    @Override
    public Object read(String value) {
      // not "? :", which would make a long of both
      if (isLong) {
        return Long.parseLong(value);
      }
      return Integer.parseInt(value);
    }
  }

  /** A text that matches; empty is null where null may be. */
  record Matching(String pattern, String range, boolean isNullable) implements Type {
    @Override
    public boolean accepts(String value) {
      return value.matches(pattern);
    }

    @Override
    public @Nullable Object read(String value) {
      return isNullable && value.isEmpty() ? null : value;
    }
  }

  /** One of an enum's constants, in small letters. */
  record Word(List<? extends Enum<?>> constants) implements Type {
    @Override
    public String range() {
      List<String> words = constants.stream().map(Word::word).toList();
      int last = words.size() - 1;
      return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    @Override
    public boolean accepts(String value) {
      return constants.stream().anyMatch(constant -> word(constant).equals(value));
    }

    @Override
    public Object read(String value) {
      return constants.stream()
          .filter(constant -> word(constant).equals(value))
          .findFirst()
          .orElseThrow();
    }

    private static String word(Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    }
  }

  /** All keys, in the order of the file. */
  static final List<Setting> ALL = of(Config.class);

  /**
   * The keys that the sections of a record declare.
   *
   * @throws IllegalStateException naming a component that does not say what it may hold
   */
  static List<Setting> of(Class<? extends Record> config) {
    List<Setting> all = new ArrayList<>();
    for (RecordComponent section : config.getRecordComponents()) {
      for (RecordComponent component : sectionType(section).getRecordComponents()) {
        all.add(of(section.getName() + "." + component.getName(), component));
      }
    }
    return List.copyOf(all);
  }

  /**
   * The record with its sections filled.
   *
   * @param values an accepted value of each key
   */
  static <T extends Record> T fill(Class<T> config, Function<String, String> values) {
    return create(
        config,
        section ->
            create(
                sectionType(section),
                component -> {
                  Setting setting = of(section.getName() + "." + component.getName(), component);
                  return setting.type().read(values.apply(setting.key()));
                }));
  }

  private static <T extends Record> T create(
      Class<T> record, Function<RecordComponent, @Nullable Object> value) {
    RecordComponent[] components = record.getRecordComponents();
    try {
      return record
          .getDeclaredConstructor(
              Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
          .newInstance(Stream.of(components).map(value).toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<? extends Record> sectionType(RecordComponent section) {
    require(section.getType().isRecord(), section.getName(), "is not a section");
    return section.getType().asSubclass(Record.class);
  }

  private static Setting of(String key, RecordComponent component) {
    boolean isUrl = component.isAnnotationPresent(Url.class);
    boolean isSecret = component.isAnnotationPresent(FromEnvironmentOnly.class);
    require(!isUrl || !isSecret, key, "is @Url and @FromEnvironmentOnly");
    Secrecy secrecy = isUrl ? Secrecy.URL : isSecret ? Secrecy.ENVIRONMENT_ONLY : Secrecy.OPEN;
    return new Setting(key, typeOf(key, component), secrecy);
  }

  private static Type typeOf(String key, RecordComponent component) {
    Class<?> type = component.getType();
    Whole whole = component.getAnnotation(Whole.class);
    Text text = component.getAnnotation(Text.class);
    if (whole != null && text == null) {
      require(type == int.class || type == long.class, key, "is @Whole, but no int or long");
      boolean fits = type == long.class || isInt(whole.min()) && isInt(whole.max());
      require(fits && whole.min() <= whole.max(), key, "is @Whole in a range that does not fit");
      return new WholeNumber(whole.min(), whole.max(), type == long.class);
    }
    if (text != null && whole == null) {
      require(type == String.class, key, "is @Text, but no String");
      boolean isNullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      return new Matching(text.pattern(), text.range(), isNullable);
    }
    require(whole == null && text == null && type.isEnum(), key, "does not say what it may hold");
    return new Word(
        Stream.of(type.getEnumConstants()).<Enum<?>>map(constant -> (Enum<?>) constant).toList());
  }

  private static boolean isInt(long value) {
    return value == (int) value;
  }

  private static void require(boolean condition, String key, String fault) {
    if (!condition) {
      throw new IllegalStateException("configuration: " + key + " " + fault);
    }
  }

  /** {@code limits.deadlineMs} → {@code ECARD_LIMITS_DEADLINE_MS}. */
  String variable() {
    String words = CAPITAL.matcher(key.replace('.', '_')).replaceAll("_$1");
    return PREFIX + words.toUpperCase(Locale.ROOT);
  }

  static boolean isVariable(String name) {
    return name.startsWith(PREFIX);
  }

  boolean accepts(String value) {
    return type.accepts(value);
  }

  /** Whether it holds a number, which a file gives without quotes. */
  boolean isNumber() {
    return type instanceof WholeNumber;
  }

  /** The value as it may be shown. */
  String shown(String value) {
    return switch (secrecy) {
      case OPEN -> value;
      case URL -> URL_PASSWORD.matcher(value).replaceAll("$1***@");
      case ENVIRONMENT_ONLY -> value.isEmpty() ? "" : "***";
    };
  }
}
