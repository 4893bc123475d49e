package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.rules.Campaign.MemberLimits;
import cn.unionecard.gateway.rules.Campaign.Members;
import cn.unionecard.gateway.rules.Campaign.Merchants;
import cn.unionecard.gateway.runtime.json.StrictJson;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code rule} document of a campaign row. Strict: an unknown or misspelt member, word or
 * kind of value is an error that names it, because a rule half understood spends money. The SQL
 * function {@code campaign_rule_fault} refuses the same.
 */
public final class CampaignRule {
  /** Parties that may share a discount: as many as are read of a transaction. */
  static final int FUNDERS_MAX = 64;

  private static final Set<String> MEMBER_CATEGORIES =
      Set.of("ORDINARY", "NEW_EMPLOYMENT_FORM", "HARDSHIP", "MODEL");
  private static final Set<String> MERCHANT_CATEGORIES =
      Set.of("EAT", "STAY", "TRANSPORT", "TOUR", "SHOP", "ENTERTAIN");
  private static final Set<String> SCENES =
      Arrays.stream(Scene.values()).map(Scene::name).collect(Collectors.toUnmodifiableSet());
  private static final int WHOLE = 10_000;
  private static final int NAMES_MAX = 8;
  private static final int SPANS_MAX = 40;

  /** Unions that tighten one campaign: all of a province's counties. */
  private static final int NARROWINGS_MAX = 1_000;

  private static final Pattern HOUR =
      Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]|24:00:00");
  private static final Pattern DAY =
      Pattern.compile("(19[7-9]|[2-9][0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}");

  private static final StrictJson JSON = new StrictJson(StreamReadConstraints.defaults());

  private CampaignRule() {}

  /**
   * Builds the campaign.
   *
   * @param rule the JSON document
   * @throws IllegalArgumentException naming the member that is missing, unknown or out of range
   */
  public static Campaign parse(
      int id,
      String code,
      String publicName,
      boolean running,
      long startsAtMs,
      long endsAtMs,
      String rule) {
    JsonNode root = read(rule);
    allow(
        root,
        "rule",
        Set.of(
            "benefit",
            "funders",
            "members",
            "merchants",
            "limits",
            "orderFenMin",
            "stack",
            "times",
            "scenes"));
    Campaign campaign =
        new Campaign(
            id,
            code,
            publicName,
            running,
            startsAtMs,
            endsAtMs,
            benefit(root.path("benefit")),
            lines(root.path("benefit")),
            funding(root.path("funders")),
            members(optional(root, "members")),
            merchants(optional(root, "merchants")),
            limits(optional(root, "limits")),
            number(root, "orderFenMin", 0, Fen.MAX),
            stacking(optional(root, "stack")),
            times(optional(root, "times")));
    return campaign.in(scenes(root));
  }

  /**
   * Reads what unions below tightened: null or an array. The SQL function {@code
   * campaign_narrowings_fault} refuses the same.
   *
   * @throws IllegalArgumentException naming the member that is missing, unknown or out of range
   */
  public static List<Narrowing> narrowings(@Nullable String text) {
    if (text == null) {
      return List.of();
    }
    JsonNode root = read(text);
    require(root.isArray(), "narrowed is no array");
    require(root.size() <= NARROWINGS_MAX, "narrowed are more than " + NARROWINGS_MAX);
    List<Narrowing> narrowings = new ArrayList<>();
    root.forEach(one -> narrowings.add(narrowing(one)));
    return narrowings;
  }

  private static Narrowing narrowing(JsonNode node) {
    allow(node, "narrowed", Set.of("org", "merchants", "limits", "times", "scenes", "orderFenMin"));
    require(isWhole(node.path("org"), Integer.MAX_VALUE), "narrowed.org is no row's number");
    Merchants where = merchants(optional(node, "merchants"));
    require(where.orgs().isEmpty(), "narrowed.merchants has orgs");
    return new Narrowing(
        node.path("org").intValue(),
        where,
        limits(optional(node, "limits")),
        times(optional(node, "times")),
        scenes(node),
        number(node, "orderFenMin", 0, Fen.MAX));
  }

  private static Set<Scene> scenes(JsonNode root) {
    Set<Scene> scenes = EnumSet.noneOf(Scene.class);
    words(root, "", "scenes", SCENES).forEach(word -> scenes.add(Scene.valueOf(word)));
    return scenes;
  }

  private static JsonNode read(String rule) {
    try {
      return JSON.tree(rule);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("rule is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static JsonNode optional(JsonNode root, String name) {
    return root.has(name) ? root.path(name) : JsonNodeFactory.instance.objectNode();
  }

  private static Benefit benefit(JsonNode node) {
    String kind = node.path("kind").isTextual() ? node.path("kind").textValue() : "";
    return switch (kind) {
      case "PERCENT" -> {
        allowBenefit(node, "basisPoints", "capFen");
        yield new Benefit.Percent(
            (int) required(node, "basisPoints", WHOLE), required(node, "capFen", Fen.MAX));
      }
      case "THRESHOLD" -> {
        allowBenefit(node, "thresholdFen", "offFen");
        yield threshold(node);
      }
      case "TIERED" -> {
        allowBenefit(node, "steps");
        yield new Benefit.Tiered(steps(node.path("steps")));
      }
      case "FIXED" -> {
        allowBenefit(node, "offFen");
        yield new Benefit.Fixed(required(node, "offFen", Fen.MAX));
      }
      case "PRICE" -> {
        allowBenefit(node, "priceFen");
        yield new Benefit.Price(required(node, "priceFen", Fen.MAX));
      }
      case "FREE" -> {
        allowBenefit(node);
        yield new Benefit.Free();
      }
      default ->
          throw new IllegalArgumentException("benefit.kind \"" + cut(kind) + "\" is unknown");
    };
  }

  private static void allowBenefit(JsonNode node, String... numbers) {
    Set<String> names = new HashSet<>(Set.of("kind", "lines"));
    names.addAll(List.of(numbers));
    allow(node, "benefit", names);
  }

  private static Benefit.Threshold threshold(JsonNode node) {
    return new Benefit.Threshold(
        required(node, "thresholdFen", Fen.MAX), required(node, "offFen", Fen.MAX));
  }

  private static List<Benefit.Threshold> steps(JsonNode node) {
    require(node.isArray(), "benefit.steps is no array");
    require(node.size() <= Benefit.Tiered.STEPS_MAX, "benefit.steps are too many");
    List<Benefit.Threshold> steps = new ArrayList<>();
    for (JsonNode step : node) {
      allow(step, "benefit.steps", Set.of("thresholdFen", "offFen"));
      steps.add(threshold(step));
    }
    return steps;
  }

  private static @Nullable String lines(JsonNode benefit) {
    JsonNode mark = benefit.path("lines");
    return mark.isMissingNode() ? null : name(mark, "benefit.lines");
  }

  private static Stacking stacking(JsonNode node) {
    allow(
        node,
        "stack",
        Set.of(
            "priority",
            "base",
            "sets",
            "groups",
            "benefitsMax",
            "payableFenMin",
            "discountFenMax"));
    long most = number(node, "benefitsMax", Stacking.BENEFITS_MAX, Stacking.BENEFITS_MAX);
    long fenMost = number(node, "discountFenMax", Long.MAX_VALUE, Fen.MAX);
    require(most >= 1, "\"benefitsMax\" is 0");
    require(fenMost >= 1, "\"discountFenMax\" is 0");
    return new Stacking(
        (int) number(node, "priority", Stacking.PRIORITY, Stacking.PRIORITY_MAX),
        onOrder(node.path("base")),
        names(node, "sets"),
        names(node, "groups"),
        (int) most,
        number(node, "payableFenMin", 0, Fen.MAX),
        fenMost);
  }

  private static boolean onOrder(JsonNode base) {
    if (base.isMissingNode()) {
      return false;
    }
    String word = base.isTextual() ? base.textValue() : "";
    return switch (word) {
      case "ORDER" -> true;
      case "REST" -> false;
      default -> throw new IllegalArgumentException("stack.base is neither ORDER nor REST");
    };
  }

  private static List<String> names(JsonNode node, String list) {
    List<String> names = new ArrayList<>();
    for (JsonNode name : list(node, "stack.", list)) {
      names.add(name(name, "stack." + list));
    }
    require(names.size() <= NAMES_MAX, "stack." + list + " are more than " + NAMES_MAX);
    return names;
  }

  private static String name(JsonNode node, String path) {
    if (node.isTextual() && Written.BENEFIT.matcher(node.textValue()).matches()) {
      return node.textValue();
    }
    throw new IllegalArgumentException(path + " holds what is no name");
  }

  private static Times times(JsonNode node) {
    allow(node, "times", Set.of("weekdays", "hours", "blackouts"));
    int weekdays = 0;
    for (JsonNode day : list(node, "times.", "weekdays")) {
      require(isWhole(day, 7) && day.intValue() >= 1, "times.weekdays holds no day from 1 to 7");
      weekdays |= 1 << (day.intValue() - 1);
    }
    return new Times(
        weekdays,
        spans(node, "hours", CampaignRule::second),
        spans(node, "blackouts", CampaignRule::day));
  }

  /** The last day of a span is within it, its last second is not. */
  private static List<Times.Span> spans(JsonNode node, String list, ToIntFunction<String> read) {
    List<Times.Span> spans = new ArrayList<>();
    int more = list.equals("blackouts") ? 1 : 0;
    for (JsonNode span : list(node, "times.", list)) {
      allow(span, "times." + list, Set.of("from", "to"));
      require(span.path("from").isTextual(), "times." + list + ".from is no text");
      require(span.path("to").isTextual(), "times." + list + ".to is no text");
      int from = read.applyAsInt(span.path("from").textValue());
      int to = read.applyAsInt(span.path("to").textValue()) + more;
      require(from < to, "times." + list + " holds a span that ends before it begins");
      spans.add(new Times.Span(from, to));
    }
    require(spans.size() <= SPANS_MAX, "times." + list + " are more than " + SPANS_MAX);
    return spans;
  }

  private static int second(String text) {
    require(HOUR.matcher(text).matches(), "times.hours holds what is no time as 09:30:00");
    return text.startsWith("24") ? 86_400 : LocalTime.parse(text).toSecondOfDay();
  }

  private static int day(String text) {
    String fault = "times.blackouts holds what is no day as 2026-10-01";
    require(DAY.matcher(text).matches(), fault);
    try {
      return (int) LocalDate.parse(text).toEpochDay();
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(fault, e);
    }
  }

  private static Funding funding(JsonNode node) {
    require(node.isArray() || node.isMissingNode(), "funders is no array");
    require(node.size() <= FUNDERS_MAX, "funders are more than " + FUNDERS_MAX);
    List<Funding.Share> shares = new ArrayList<>();
    for (JsonNode share : node) {
      allow(share, "funders", Set.of("funder", "org", "shareBp"));
      shares.add(
          new Funding.Share(
              funder(share.path("funder")),
              (int) number(share, "org", 0, Integer.MAX_VALUE),
              (int) required(share, "shareBp", WHOLE)));
    }
    return new Funding(shares);
  }

  private static Funding.Source funder(JsonNode node) {
    for (Funding.Source source : Funding.Source.values()) {
      if (node.isTextual() && node.textValue().equals(source.name())) {
        return source;
      }
    }
    throw new IllegalArgumentException("funders.funder \"" + cut(node.asText()) + "\" is unknown");
  }

  private static Members members(JsonNode node) {
    allow(node, "members", Set.of("orgs", "categories"));
    return new Members(
        rows(node, "members.", "orgs"), words(node, "members.", "categories", MEMBER_CATEGORIES));
  }

  private static Merchants merchants(JsonNode node) {
    allow(node, "merchants", Set.of("categories", "ids", "orgs"));
    return new Merchants(
        words(node, "merchants.", "categories", MERCHANT_CATEGORIES),
        rows(node, "merchants.", "ids"),
        rows(node, "merchants.", "orgs"));
  }

  private static MemberLimits limits(JsonNode node) {
    allow(node, "limits", Set.of("memberCount", "memberFen", "memberDayCount", "memberDayFen"));
    return new MemberLimits(
        limit(node, "memberCount"),
        limit(node, "memberFen"),
        limit(node, "memberDayCount"),
        limit(node, "memberDayFen"));
  }

  private static long limit(JsonNode node, String name) {
    return node.has(name) ? number(node, name, 0, Fen.MAX) : MemberLimits.NONE;
  }

  private static Set<Integer> rows(JsonNode node, String path, String name) {
    Set<Integer> values = new HashSet<>();
    for (JsonNode value : list(node, path, name)) {
      if (!isWhole(value, Integer.MAX_VALUE)) {
        throw new IllegalArgumentException(path + name + " holds what is no row's number");
      }
      values.add(value.intValue());
    }
    return values;
  }

  private static Set<String> words(JsonNode node, String path, String name, Set<String> known) {
    Set<String> values = new HashSet<>();
    for (JsonNode value : list(node, path, name)) {
      if (!value.isTextual() || !known.contains(value.textValue())) {
        throw new IllegalArgumentException(
            path + name + " holds an unknown \"" + cut(value.asText()) + "\"");
      }
      values.add(value.textValue());
    }
    return values;
  }

  private static JsonNode list(JsonNode node, String path, String name) {
    JsonNode list = node.path(name);
    require(list.isArray() || list.isMissingNode(), path + name + " is no array");
    return list;
  }

  private static long required(JsonNode node, String name, long most) {
    require(node.has(name), "\"" + name + "\" is missing");
    return number(node, name, 0, most);
  }

  private static long number(JsonNode node, String name, long absent, long most) {
    JsonNode value = node.path(name);
    if (value.isMissingNode()) {
      return absent;
    }
    require(isWhole(value, most), "\"" + name + "\" is no whole number from 0 to " + most);
    return value.longValue();
  }

  private static boolean isWhole(JsonNode value, long most) {
    return value.isNumber()
        && value.canConvertToExactIntegral()
        && value.canConvertToLong()
        && value.longValue() >= 0
        && value.longValue() <= most;
  }

  private static void allow(JsonNode node, String path, Set<String> names) {
    require(node.isObject(), path + " is no object");
    String unknown = StrictJson.unknownName(node, names);
    if (unknown != null) {
      throw new IllegalArgumentException(path + " has an unknown member \"" + cut(unknown) + "\"");
    }
  }

  private static void require(boolean holds, String fault) {
    if (!holds) {
      throw new IllegalArgumentException(fault);
    }
  }

  /** What is said of a rule goes into logs. */
  private static String cut(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
