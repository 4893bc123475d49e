package cn.unionecard.gateway.voucher;

import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Written;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A round as somebody asks for it.
 *
 * @param name what members read
 * @param each how many one person gets
 * @param most how many all together get at most
 * @param fen QUOTA: what a lot holds
 * @param entries PASS: entries in total
 * @param delayMinutes from granting to being good
 * @param goodUntil its end; null: {@code goodDays} tell it
 * @param org QUERY: members of that union and below
 * @param opensAt CLAIM, LOTTERY: the first moment
 * @param closesAt CLAIM, LOTTERY: the first moment after the last
 */
record RoundTerms(
    String campaign,
    String name,
    String documentNo,
    Way way,
    int each,
    int most,
    @Nullable Long fen,
    @Nullable Long entries,
    int delayMinutes,
    @Nullable OffsetDateTime goodUntil,
    @Nullable Long goodDays,
    @Nullable String org,
    @Nullable String category,
    @Nullable OffsetDateTime opensAt,
    @Nullable OffsetDateTime closesAt) {

  /** How it comes to members. */
  enum Way {
    /** To those on sheets. */
    SHEET,
    /** To those whom a query finds. */
    QUERY,
    /** To who comes first. */
    CLAIM,
    /** By lot. */
    LOTTERY;

    boolean isClaimed() {
      return this == CLAIM || this == LOTTERY;
    }
  }

  private enum Category {
    ORDINARY,
    NEW_EMPLOYMENT_FORM,
    HARDSHIP,
    MODEL
  }

  private static final int NAME_LENGTH_MAX = 40;
  private static final int DOCUMENT_LENGTH_MAX = 60;
  private static final int EACH_MAX = 100;
  private static final int MOST_MAX = 10_000_000;
  private static final int DELAY_MINUTES_MAX = 525_600;
  private static final int DAYS_MAX = 3_660;
  private static final int ENTRIES_MAX = 1_000_000;
  private static final Instant TIME_END = Instant.parse("9999-12-31T15:59:59Z");

  /**
   * Reads a body.
   *
   * @throws Fault.Malformed naming the member that is wrong
   */
  static RoundTerms of(Map<String, Object> body) {
    Fields fields =
        Fields.of(
            body,
            "campaign",
            "name",
            "documentNo",
            "way",
            "each",
            "most",
            "fen",
            "entries",
            "delayMinutes",
            "goodUntil",
            "goodDays",
            "org",
            "category",
            "opensAt",
            "closesAt");
    Way way = fields.oneOf("way", Way.class);
    only(body, way == Way.QUERY, way, "org", "category");
    only(body, way.isClaimed(), way, "opensAt", "closesAt");
    if (body.containsKey("goodUntil") == body.containsKey("goodDays")) {
      throw new Fault.Malformed(
          "goodUntil", "either goodUntil or goodDays says how long it is good");
    }
    int each = (int) fields.whole("each", 1, EACH_MAX);
    RoundTerms terms =
        new RoundTerms(
            fields.matching("campaign", Written.BENEFIT),
            fields.text("name", NAME_LENGTH_MAX),
            fields.text("documentNo", DOCUMENT_LENGTH_MAX),
            way,
            each,
            (int) fields.whole("most", each, MOST_MAX),
            fields.optionalWhole("fen", 1, Fen.MAX),
            fields.optionalWhole("entries", 1, ENTRIES_MAX),
            Objects.requireNonNullElse(
                    fields.optionalWhole("delayMinutes", 0, DELAY_MINUTES_MAX), 0L)
                .intValue(),
            time(fields, "goodUntil", false),
            fields.optionalWhole("goodDays", 1, DAYS_MAX),
            way == Way.QUERY ? fields.matching("org", Written.ORG) : null,
            body.containsKey("category") ? fields.oneOf("category", Category.class).name() : null,
            time(fields, "opensAt", way.isClaimed()),
            time(fields, "closesAt", way.isClaimed()));
    if (terms.opensAt != null && !terms.opensAt.isBefore(terms.closesAt)) {
      throw new Fault.Malformed("closesAt", "closesAt is not after opensAt");
    }
    return terms;
  }

  private static void only(Map<String, Object> body, boolean may, Way way, String... names) {
    for (String name : names) {
      if (!may && body.containsKey(name)) {
        throw new Fault.Malformed(name, name + " says nothing in a round by " + way);
      }
    }
  }

  private static @Nullable OffsetDateTime time(Fields fields, String name, boolean needed) {
    Instant time = fields.optionalTime(name);
    if (time == null) {
      if (needed) {
        throw new Fault.Malformed(name, name + " is missing");
      }
      return null;
    }
    if (time.isBefore(Instant.EPOCH) || !time.isBefore(TIME_END)) {
      throw new Fault.Malformed(name, name + " is not from 1970 to 9999");
    }
    return time.truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
  }
}
