package cn.unionecard.gateway.report;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A report made from recorded CloudEvents and nothing else, as a subscriber would: by union and
 * name of the figure, {@link #TOTAL} for the whole. What is zero is not there.
 */
final class Recount {
  static final String TOTAL = "";

  /** What a report is about. */
  record Wish(
      Collection<String> unions, boolean signing, Instant from, Instant end, Instant asOf) {}

  private final Wish wish;
  private final Map<String, Map<String, Long>> figures = new TreeMap<>();
  private final Map<String, Map<String, List<Long>>> times = new TreeMap<>();

  private Recount(Wish wish) {
    this.wish = wish;
  }

  static Map<String, Map<String, Long>> of(List<JsonObject> events, Wish wish) {
    Recount recount = new Recount(wish);
    Map<String, List<JsonObject>> merchants = new LinkedHashMap<>();
    for (JsonObject event : events) {
      JsonObject data = event.getJsonObject("data");
      if (kind(event).equals("merchant.left")) {
        merchants.computeIfAbsent(data.getString("merchant"), m -> new ArrayList<>()).add(event);
      } else if (event.getString("subject").matches("[0-9]{15}")) {
        merchants.computeIfAbsent(event.getString("subject"), m -> new ArrayList<>()).add(event);
      }
    }
    merchants.values().forEach(recount::merchant);
    recount.finish();
    return recount.figures;
  }

  static String kind(JsonObject event) {
    return event.getString("type").replaceAll("^cn\\.unionecard\\.|\\.v1$", "");
  }

  private static Instant time(JsonObject event) {
    return OffsetDateTime.parse(event.getString("time")).toInstant();
  }

  private boolean within(Instant time) {
    return !time.isBefore(wish.from) && time.isBefore(wish.end);
  }

  private void add(String union, String name, long more) {
    for (String line : List.of(union, TOTAL)) {
      figures.computeIfAbsent(line, l -> new TreeMap<>()).merge(name, more, Long::sum);
    }
  }

  private void time(String union, String name, long ms) {
    for (String line : List.of(union, TOTAL)) {
      times
          .computeIfAbsent(line, l -> new TreeMap<>())
          .computeIfAbsent(name, n -> new ArrayList<>())
          .add(ms);
    }
  }

  private void merchant(List<JsonObject> events) {
    JsonObject last = events.get(events.size() - 1);
    String union = last.getString(wish.signing ? "signingorg" : "org");
    if (kind(last).equals("merchant.left") || !wish.unions.contains(union)) {
      return;
    }
    state(union, events);
    Map<Long, JsonObject> reviews = new TreeMap<>();
    Map<String, List<JsonObject>> complaints = new TreeMap<>();
    for (JsonObject event : events) {
      JsonObject data = event.getJsonObject("data");
      switch (kind(event)) {
        case "review.posted", "review.edited" -> review(reviews, event);
        case "complaint.opened", "complaint.step", "complaint.closed" ->
            complaints
                .computeIfAbsent(data.getString("complaint"), c -> new ArrayList<>())
                .add(event);
        default -> transaction(union, event);
      }
    }
    reviews.values().forEach(said -> reviewed(union, said));
    complaints.values().forEach(steps -> new ComplaintRecount(this, union, steps).count());
    decisions(union, events);
  }

  private void state(String union, List<JsonObject> events) {
    String state = null;
    String first = null;
    String category = null;
    for (JsonObject event : events) {
      JsonObject data = event.getJsonObject("data");
      category = data.getString("category", category);
      if (kind(event).startsWith("merchant.") && data.containsKey("to")) {
        first = first == null ? data.getString("from") : first;
        state = time(event).isBefore(wish.end) ? data.getString("to") : state;
      }
    }
    String standing = state == null ? first : state;
    if (!"NONE".equals(standing)) {
      boolean trading = Set.of("LIVE", "RECTIFYING").contains(String.valueOf(standing));
      add(union, "merchants.total", 1);
      add(union, "merchants.byState." + standing, 1);
      add(union, "merchants.byCategory." + category + ".total", 1);
      add(union, "merchants.trading", trading ? 1 : 0);
      add(union, "merchants.byCategory." + category + ".trading", trading ? 1 : 0);
    }
  }

  private void transaction(String union, JsonObject event) {
    JsonObject data = event.getJsonObject("data");
    String effect = data.getString("effect", "NONE");
    boolean sells = Set.of("SPENT", "FINISHED").contains(effect);
    if (!within(time(event)) || !(sells || Set.of("RETURNED", "UNFINISHED").contains(effect))) {
      return;
    }
    String type = data.getString("type");
    boolean anew = Set.of("SALE", "COMPLETION", "ADVICE").contains(type);
    String move = anew ? "transactions" : sells ? "restored" : "undone";
    String scene = move + ".byScene." + data.getString("scene", "OFFLINE_POS");
    for (String at : List.of(move, scene)) {
      add(union, at + ".count", 1);
      add(union, at + ".grossFen", Math.abs(data.getLong("orderFen")));
    }
    add(union, scene + ".discountFen", Math.abs(data.getLong("discountFen")));
    for (Object each : data.getJsonArray("allocations")) {
      JsonObject allocation = (JsonObject) each;
      add(
          union,
          move + ".discountFen." + allocation.getString("funder"),
          Math.abs(allocation.getLong("fen")));
    }
  }

  private void review(Map<Long, JsonObject> reviews, JsonObject event) {
    long review = event.getJsonObject("data").getLong("review");
    boolean begins = kind(event).equals("review.posted") && within(time(event));
    boolean goesOn = reviews.containsKey(review) && time(event).isBefore(wish.end);
    if (begins || goesOn) {
      reviews.put(review, event.getJsonObject("data"));
    }
  }

  private void reviewed(String union, JsonObject said) {
    add(union, "reviews.count", 1);
    add(union, "reviews.bad", said.getInteger("stars") <= 2 ? 1 : 0);
    add(union, "reviews.stars", said.getInteger("stars"));
    for (String dimension : List.of("quality", "service", "afterSales")) {
      int stars = said.getInteger(dimension);
      add(union, "reviews." + dimension + ".bad", stars <= 2 ? 1 : 0);
      add(union, "reviews." + dimension + ".stars", stars);
    }
  }

  private void decisions(String union, List<JsonObject> events) {
    Map<String, Instant> proposed = new TreeMap<>();
    for (JsonObject event : events) {
      JsonObject data = event.getJsonObject("data");
      Instant at = time(event);
      boolean decided = data.containsKey("decision") && data.containsKey("tookMicros");
      if (decided && within(at)) {
        add(union, "supervision.decisions." + data.getString("stage"), 1);
      }
      if (decided && kind(event).equals("supervision.proposed")) {
        proposed.put(data.getString("stage"), at);
      } else if (decided && data.containsKey("step") && within(at)) {
        time(union, "supervision.timeToEffect", data.getLong("tookMicros") / 1_000);
      } else if (!decided && data.containsKey("step")) {
        Instant since = proposed.remove(stage(data.getString("step")));
        if (since != null && within(at)) {
          time(union, "supervision.timeToEffect", at.toEpochMilli() - since.toEpochMilli());
        }
      }
    }
  }

  private static String stage(String step) {
    return step.equals("SUSPEND") ? step : step.equals("ORDER_RECTIFICATION") ? "RECTIFY" : "";
  }

  /** One complaint's events, of the open lane. */
  private record ComplaintRecount(Recount of, String union, List<JsonObject> steps) {
    void count() {
      String kind = steps.get(0).getJsonObject("data").getString("kind");
      Instant opened = time(steps.get(0));
      boolean marked = false;
      boolean accepted = false;
      boolean answered = false;
      boolean missed = false;
      JsonObject last = null;
      Instant deadline = null;
      for (JsonObject event : steps) {
        Instant at = time(event);
        if (!at.isBefore(of.wish.end)) {
          break;
        }
        missed |= last != null && ranOut(last, deadline, at);
        JsonObject data = event.getJsonObject("data");
        String step = data.getString("step", "OPEN");
        if (of.within(at)) {
          flow(kind, step, data);
          if (step.equals("ACCEPT") && !accepted) {
            of.time(union, "complaints.timeToAccept", at.toEpochMilli() - opened.toEpochMilli());
          }
          if (step.equals("ANSWER") && !answered) {
            of.time(union, "complaints.timeToAnswer", at.toEpochMilli() - opened.toEpochMilli());
          }
        }
        accepted |= step.equals("ACCEPT");
        answered |= step.equals("ANSWER");
        marked |= step.equals("OVERDUE");
        last = data;
        String due = data.getString("deadline");
        deadline = due == null ? null : OffsetDateTime.parse(due).toInstant();
      }
      if (last != null) {
        missed |= ranOut(last, deadline, null);
        of.add(union, "complaints.missed", missed ? 1 : 0);
        stands(kind, last, marked || (deadline != null && !deadline.isAfter(of.wish.asOf)));
      }
    }

    private void flow(String kind, String step, JsonObject data) {
      switch (step) {
        case "OPEN" -> {
          of.add(union, "complaints.opened", 1);
          of.add(union, "complaints.byKind." + kind + ".opened", 1);
        }
        case "CLOSE" -> {
          of.add(union, "complaints.closed", 1);
          of.add(union, "complaints.byKind." + kind + ".closed", 1);
        }
        case "WITHDRAW" -> of.add(union, "complaints.withdrawn", 1);
        case "ESCALATE" -> of.add(union, "complaints.escalated", 1);
        default -> {}
      }
    }

    private boolean ranOut(JsonObject step, @Nullable Instant deadline, @Nullable Instant next) {
      return deadline != null
          && !Set.of("ANSWERED", "SATISFIED").contains(step.getString("to", "OPENED"))
          && !deadline.isBefore(of.wish.from)
          && deadline.isBefore(of.wish.asOf)
          && (next == null || next.isAfter(deadline));
    }

    private void stands(String kind, JsonObject last, boolean late) {
      if (!Set.of("CLOSED", "WITHDRAWN").contains(last.getString("to", "OPENED"))) {
        of.add(union, "complaints.open", 1);
        of.add(union, "complaints.overdue", late ? 1 : 0);
        of.add(union, "complaints.byKind." + kind + ".overdue", late ? 1 : 0);
      }
    }
  }

  /** Averages, shares, and the middle of what took time. */
  private void finish() {
    figures.values().forEach(Recount::average);
    times.forEach(
        (line, names) ->
            names.forEach(
                (name, all) -> {
                  Map<String, Long> of = figures.computeIfAbsent(line, l -> new TreeMap<>());
                  all.sort(null);
                  of.put(name + ".count", (long) all.size());
                  of.put(name + ".medianMs", all.get((int) Math.ceil(0.5 * all.size()) - 1));
                  of.put(name + ".p90Ms", all.get((int) Math.ceil(0.9 * all.size()) - 1));
                }));
  }

  private static void average(Map<String, Long> line) {
    Long count = line.get("reviews.count");
    if (count == null) {
      return;
    }
    line.put(
        "reviews.badPermille", Math.round(1_000.0 * line.getOrDefault("reviews.bad", 0L) / count));
    for (String name : List.of("stars", "quality.stars", "service.stars", "afterSales.stars")) {
      line.compute(
          "reviews." + name, (n, stars) -> Math.round(100.0 * (stars == null ? 0 : stars) / count));
    }
  }
}
