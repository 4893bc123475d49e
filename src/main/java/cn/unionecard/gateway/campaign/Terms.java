package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks for: a campaign as it is written down before anybody decides.
 *
 * @param org code of the union whose campaign it is
 * @param name the union's own
 * @param publicName what tills show; null: the neutral one
 * @param documentNo the document (文号) that it stands on
 * @param budgetSource out of which money it is paid; null: as its funders say
 * @param deed which of the year's ten good deeds (十件实事) it counts for; null: none
 * @param startsAt first moment
 * @param endsAt first moment after its end
 * @param rule with organisations and merchants by their public numbers
 */
record Terms(
    String code,
    String org,
    String name,
    @Nullable String publicName,
    String documentNo,
    @Nullable String budgetSource,
    @Nullable String deed,
    Instant startsAt,
    Instant endsAt,
    Budget budget,
    JsonObject rule) {

  /** Year 9999 here (+08:00), which is within the CHECK {@code campaign_times_finite}. */
  private static final Instant TIME_END = Instant.parse("9999-12-31T15:59:59Z");

  private static final int NAME_LENGTH_MAX = 60;
  private static final int PUBLIC_NAME_LENGTH_MAX = 40;

  /**
   * Reads the members of a body.
   *
   * @throws Fault.Malformed naming the one that is wrong
   */
  static Terms of(Map<String, Object> body) {
    Fields fields =
        Fields.of(
            body,
            "code",
            "org",
            "name",
            "publicName",
            "documentNo",
            "budgetSource",
            "deed",
            "startsAt",
            "endsAt",
            "budget",
            "rule");
    Terms terms =
        new Terms(
            fields.matching("code", Written.BENEFIT),
            fields.matching("org", Written.ORG),
            fields.text("name", NAME_LENGTH_MAX),
            fields.optionalText("publicName", PUBLIC_NAME_LENGTH_MAX),
            fields.text("documentNo", NAME_LENGTH_MAX),
            fields.optionalText("budgetSource", NAME_LENGTH_MAX),
            fields.optionalText("deed", NAME_LENGTH_MAX),
            time(fields, "startsAt"),
            time(fields, "endsAt"),
            Budget.of(Budget.fields(fields)),
            rule(body));
    if (!terms.startsAt.isBefore(terms.endsAt)) {
      throw new Fault.Malformed("endsAt", "endsAt is not after startsAt");
    }
    return terms;
  }

  /** In the line's milliseconds, and within its years. */
  private static Instant time(Fields fields, String name) {
    Instant time = fields.optionalTime(name);
    if (time == null) {
      throw new Fault.Malformed(name, name + " is missing");
    }
    if (time.isBefore(Instant.EPOCH) || !time.isBefore(TIME_END)) {
      throw new Fault.Malformed(name, name + " is not from 1970 to 9999");
    }
    return time.truncatedTo(ChronoUnit.MILLIS);
  }

  @SuppressWarnings("unchecked") // the keys of a JSON object are texts
  private static JsonObject rule(Map<String, Object> body) {
    if (body.get("rule") instanceof Map<?, ?> rule) {
      return new JsonObject((Map<String, Object>) rule);
    }
    throw new Fault.Malformed("rule", "rule is not an object");
  }
}
