package cn.unionecard.workbench.simulate;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/** How often each kind of visit happens: parts of the whole, at least one above zero. */
public final class Mix {
  private static final Kind[] KINDS = Kind.values();

  private final int[] parts;
  private final int sum;

  private Mix(int[] parts) {
    int all = 0;
    for (int part : parts) {
      all += part;
    }
    if (all <= 0) {
      throw new IllegalArgumentException("the mix has no parts");
    }
    this.parts = parts;
    this.sum = all;
  }

  /** Every kind at its {@link Kind#usualShare}. */
  public static Mix usual() {
    int[] parts = new int[KINDS.length];
    for (Kind kind : KINDS) {
      parts[kind.ordinal()] = kind.usualShare;
    }
    return new Mix(parts);
  }

  /** Nothing but one kind. */
  public static Mix only(Kind kind) {
    int[] parts = new int[KINDS.length];
    parts[kind.ordinal()] = 1;
    return new Mix(parts);
  }

  /**
   * Reads {@code sale=70,verify=10,reversal-first=3}: kinds in lower case with {@code -}, parts as
   * whole numbers; kinds not named do not happen.
   *
   * @throws IllegalArgumentException naming the part that is no kind or no number
   */
  public static Mix parse(String text) {
    int[] parts = new int[KINDS.length];
    for (String item : text.split(",", -1)) {
      int equals = item.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("\"" + item + "\" is not kind=parts");
      }
      Kind kind = kind(item.substring(0, equals).strip());
      parts[kind.ordinal()] = parts(item.substring(equals + 1).strip());
    }
    return new Mix(parts);
  }

  /** The same mix without a kind, unless nothing would be left. */
  Mix without(Kind kind) {
    int[] rest = parts.clone();
    rest[kind.ordinal()] = 0;
    return new Mix(rest);
  }

  Kind draw(RandomGenerator chance) {
    int n = chance.nextInt(sum);
    int i = 0;
    while (n >= parts[i]) {
      n -= parts[i++];
    }
    return KINDS[i];
  }

  private static Kind kind(String name) {
    for (Kind kind : KINDS) {
      if (nameOf(kind).equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("\"" + name + "\" is no kind of visit");
  }

  private static int parts(String text) {
    try {
      int n = Integer.parseInt(text);
      if (n >= 0 && n <= 1_000_000) {
        return n;
      }
    } catch (NumberFormatException e) {
      // said below, as for a number out of range
    }
    throw new IllegalArgumentException("\"" + text + "\" is not a number of parts");
  }

  static String nameOf(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public String toString() {
    Map<Kind, Integer> shown = new EnumMap<>(Kind.class);
    for (Kind kind : KINDS) {
      if (parts[kind.ordinal()] > 0) {
        shown.put(kind, parts[kind.ordinal()]);
      }
    }
    StringBuilder text = new StringBuilder();
    shown.forEach(
        (kind, part) ->
            text.append(text.isEmpty() ? "" : ",").append(nameOf(kind)).append('=').append(part));
    return text.toString();
  }
}
