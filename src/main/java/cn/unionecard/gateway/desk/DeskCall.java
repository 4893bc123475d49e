package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.model.Fault;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call as the edge has read it: nothing in it is believed yet.
 *
 * @param path parameters of the path
 * @param query parameters of the query, each at most once
 * @param body members of the JSON object; empty if none was to be sent
 * @param accepts media types the caller can read, the best one first; empty: it did not say
 * @param origin where it comes from, as far as strangers can be told apart
 */
public record DeskCall(
    Map<String, String> path,
    Map<String, String> query,
    Map<String, Object> body,
    List<String> accepts,
    String origin) {
  private static final Pattern DATE = Pattern.compile("20[0-9]{2}-[0-9]{2}-[0-9]{2}");

  /** Of the media types there are, the one the caller likes best; else the first. */
  public String preferred(String... offered) {
    List<String> there = List.of(offered);
    return accepts.stream().filter(there::contains).findFirst().orElse(offered[0]);
  }

  /** The body, which may have these members and no others. */
  public Fields fields(String... names) {
    return Fields.of(body, names);
  }

  /**
   * A parameter of the path.
   *
   * @throws Fault.NotFound if it does not match: there is nothing of that name
   */
  public String path(String name, Pattern pattern) {
    String value = path.getOrDefault(name, "");
    if (!pattern.matcher(value).matches()) {
      throw new Fault.NotFound("no such " + name);
    }
    return value;
  }

  /**
   * A parameter of the query, or null.
   *
   * @throws Fault.Malformed if it does not match
   */
  public @Nullable String query(String name, Pattern pattern) {
    String value = query.get(name);
    if (value != null && !pattern.matcher(value).matches()) {
      throw new Fault.Malformed(name, name + " does not match " + pattern);
    }
    return value;
  }

  /**
   * A query parameter that is the name of one of these; null if it is not there.
   *
   * @throws Fault.Malformed if it names none of them: an answer without a row would look as if
   *     there were none
   */
  public @Nullable String query(String name, Class<? extends Enum<?>> type) {
    String value = query.get(name);
    if (value == null) {
      return null;
    }
    for (Enum<?> one : type.getEnumConstants()) {
      if (one.name().equals(value)) {
        return value;
      }
    }
    throw new Fault.Malformed(name, name + " is none of " + List.of(type.getEnumConstants()));
  }

  /**
   * A query parameter that is a day of this century; null if it is not there.
   *
   * @throws Fault.Malformed if it is none
   */
  public @Nullable LocalDate date(String name) {
    String text = query(name, DATE);
    try {
      return text == null ? null : LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw new Fault.Malformed(name, name + " is no date like 2026-11-24");
    }
  }

  /** Passes when the query has no parameters but these. */
  public void onlyQuery(String... names) {
    Set<String> known = Set.copyOf(List.of(names));
    for (String name : query.keySet()) {
      if (!known.contains(name)) {
        throw new Fault.Malformed(name, "unknown parameter");
      }
    }
  }
}
