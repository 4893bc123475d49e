package cn.unionecard.gateway.runtime.watch;

import io.micrometer.core.instrument.Tag;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The labels that meters may have, and their values: the one place where they are declared. Each
 * value is a time series that is kept for ever, in a node and in whatever reads its metrics, so
 * none may be a caller's to choose.
 */
public final class Labels {
  /** The value that stands for all that are not told apart. */
  public static final String OTHER = "other";

  private static final String METHOD = "method";
  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9 ._'()-]{0,59}");
  private static final Pattern NUMBER = Pattern.compile("[0-9.E+-]{1,24}|\\+Inf");
  private static final Pattern VERSION = Pattern.compile("[0-9][0-9A-Za-z.-]{0,23}");
  private static final Pattern STATUS = Pattern.compile("[1-5][0-9]{2}");

  private static final Map<String, Tag> METHODS =
      Stream.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
          .collect(Collectors.toUnmodifiableMap(Function.identity(), name -> Tag.of(METHOD, name)));

  /** The pools that have a name of ours, or one of Vert.x's own. */
  private static final Set<String> POOLS =
      Set.of(
          "ecard-archive",
          "ecard-desk",
          "ecard-voice",
          "ecard-report",
          "ecard-shop",
          "ecard-analysis",
          "ecard-feed",
          "ecard-lane",
          "ecard-probe",
          "ecard-members",
          "vert.x-worker-thread",
          "vert.x-internal-blocking",
          OTHER);

  /** What POS terminals send, by type; all else is {@link #OTHER}. */
  private static final Set<String> MTIS =
      Set.of("0100", "0200", "0220", "0320", "0400", "0500", "0620", "0800", "0820", OTHER);

  private static final List<Tag> NO_METHOD = List.of(Tag.of(METHOD, OTHER));

  /** Which values a label may have. Those of the JVM name its parts and are words of its own. */
  private static final Map<String, Predicate<String>> ALLOWED =
      Map.ofEntries(
          Map.entry(METHOD, value -> METHODS.containsKey(value) || value.equals(OTHER)),
          Map.entry("code", STATUS.asMatchPredicate()),
          Map.entry("pool_type", Set.of("worker", "sql", "redis", "http", "tcp")::contains),
          Map.entry("pool_name", POOLS::contains),
          Map.entry("edge", Set.of("https", "pages", "iso8583")::contains),
          Map.entry("mti", MTIS::contains),
          Map.entry("store", Set.of("postgres", "redis")::contains),
          Map.entry("reason", WORD.asMatchPredicate()),
          Map.entry("failure", WORD.asMatchPredicate()),
          Map.entry("kind", WORD.asMatchPredicate()),
          Map.entry("type", WORD.asMatchPredicate()),
          Map.entry("outcome", WORD.asMatchPredicate()),
          Map.entry("how", WORD.asMatchPredicate()),
          Map.entry("who", Set.of("proved", "unproved")::contains),
          // the operator's own word: the database that the node is configured for
          Map.entry("database", WORD.asMatchPredicate()),
          Map.entry("version", VERSION.asMatchPredicate()),
          Map.entry("direction", Set.of("ahead", "behind")::contains),
          Map.entry("action", WORD.asMatchPredicate()),
          Map.entry("cause", WORD.asMatchPredicate()),
          Map.entry("gc", WORD.asMatchPredicate()),
          Map.entry("area", Set.of("heap", "nonheap")::contains),
          Map.entry("id", WORD.asMatchPredicate()),
          Map.entry("state", WORD.asMatchPredicate()),
          Map.entry("stage", WORD.asMatchPredicate()),
          Map.entry("le", NUMBER.asMatchPredicate()),
          Map.entry("quantile", NUMBER.asMatchPredicate()));

  private Labels() {}

  /** The method of a request as a label; one value for all that nobody serves. */
  static List<Tag> method(HttpMethod method) {
    Tag known = METHODS.get(method.name());
    return known == null ? NO_METHOD : List.of(known);
  }

  /** A pool's name as a label; one value for all that others have named. */
  static String pool(String name) {
    return POOLS.contains(name) ? name : OTHER;
  }

  /**
   * The type of a message as a label; one value for all that no terminal of ours sends.
   *
   * @param mti without what says that it repeats, such as 0x0200
   */
  public static String mti(int mti) {
    String digits = String.format(Locale.ROOT, "%04x", mti);
    return MTIS.contains(digits) ? digits : OTHER;
  }

  /** What of a meter's labels is not declared here, by name. */
  public static Map<String, String> undeclared(Map<String, String> labels) {
    Map<String, String> undeclared = new TreeMap<>(labels);
    undeclared
        .entrySet()
        .removeIf(one -> ALLOWED.getOrDefault(one.getKey(), value -> false).test(one.getValue()));
    return undeclared;
  }
}
