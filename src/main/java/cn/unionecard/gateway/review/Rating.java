package cn.unionecard.gateway.review;

import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.RatingKeys;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a review says.
 *
 * @param stars 1 to 5; 1 and 2 are bad
 * @param quality 品控, 1 to 5
 * @param service 服务, 1 to 5
 * @param afterSales 售后, 1 to 5
 * @param text its own words, or null
 * @param tags of {@link Tag}, none twice
 */
record Rating(
    int stars, int quality, int service, int afterSales, @Nullable String text, List<Tag> tags) {
  static final int BEST = RatingKeys.BEST;
  private static final int TAGS_MAX = 5;

  /** The names of the members it is read from. */
  static final List<String> FIELDS =
      List.of("stars", "quality", "service", "afterSales", "text", "tags");

  /** What may be said with one press. */
  enum Tag {
    GENUINE,
    FRESH,
    FAIR_PRICE,
    FRIENDLY,
    FAST,
    CLEAN,
    GOOD_AFTER_SALES,
    QUALITY_PROBLEM,
    SHORT_WEIGHT,
    OVERCHARGED,
    RUDE,
    SLOW,
    DIRTY,
    REFUND_REFUSED,
    CARD_REFUSED
  }

  Rating {
    within("stars", stars);
    within("quality", quality);
    within("service", service);
    within("afterSales", afterSales);
    tags = List.copyOf(tags);
    if (tags.size() > TAGS_MAX || tags.stream().distinct().count() < tags.size()) {
      throw new Fault.Malformed("tags", "at most " + TAGS_MAX + " tags, none of them twice");
    }
  }

  private static void within(String name, int value) {
    if (value < 1 || value > BEST) {
      throw new Fault.Malformed(name, name + " is not 1 to " + BEST);
    }
  }

  static Rating of(DeskCall call, Fields fields, int textCharactersMax) {
    return new Rating(
        fields.integer("stars", BEST),
        fields.integer("quality", BEST),
        fields.integer("service", BEST),
        fields.integer("afterSales", BEST),
        fields.optionalWords("text", textCharactersMax),
        call.body().containsKey("tags") ? tags(fields.texts("tags", TAGS_MAX)) : List.of());
  }

  /** What the keys of a till can say: no words and no tags. */
  static Rating pressed(RatingKeys.Figures figures) {
    return new Rating(
        figures.stars(),
        figures.quality(),
        figures.service(),
        figures.afterSales(),
        null,
        List.of());
  }

  private static List<Tag> tags(List<String> names) {
    List<Tag> tags = new ArrayList<>();
    for (String name : names) {
      tags.add(tag(name, "tags[" + tags.size() + "]"));
    }
    return tags;
  }

  private static Tag tag(String name, String at) {
    for (Tag tag : Tag.values()) {
      if (tag.name().equals(name)) {
        return tag;
      }
    }
    throw new Fault.Malformed(at, at + " is no tag there is");
  }

  String[] tagNames() {
    return tags.stream().map(Tag::name).toArray(String[]::new);
  }

  /** All but its words, which may be personal. */
  JsonObject figures() {
    return new JsonObject()
        .put("stars", stars)
        .put("quality", quality)
        .put("service", service)
        .put("afterSales", afterSales)
        .put("tags", new JsonArray(List.of((Object[]) tagNames())));
  }
}
