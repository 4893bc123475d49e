package cn.unionecard.gateway.voucher;

import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** What a campaign gives out, as somebody asks for it; {@code rules.Grants} reads what is kept. */
final class GrantTerms {
  private static final int COUNT_MAX = 9_999;
  private static final int CLOSED_DAYS_MAX = 400;

  /** What is given. */
  enum Kind {
    VOUCHER,
    QUOTA,
    PASS
  }

  /** What pays it: what a member may be given of each in a year has a cap of its own. */
  enum Pool {
    WELFARE,
    AGRI_AID,
    XINJIANG_AID,
    TRAVEL
  }

  private GrantTerms() {}

  /**
   * The terms as they are kept.
   *
   * @throws Fault.Malformed naming the member that is wrong
   */
  static JsonObject of(Map<String, Object> body) {
    Fields fields =
        Fields.of(
            body, "kind", "perMember", "pool", "returnDays", "siteCount", "siteDayCount", "closed");
    Kind kind = fields.oneOf("kind", Kind.class);
    JsonObject terms = new JsonObject().put("kind", kind.name());
    number(fields, terms, "perMember", 1);
    number(fields, terms, "returnDays", 0);
    if (body.containsKey("pool")) {
      terms.put("pool", fields.oneOf("pool", Pool.class).name());
    }
    for (String name : List.of("siteCount", "siteDayCount", "closed")) {
      if (body.containsKey(name) && kind != Kind.PASS) {
        throw new Fault.Malformed(name, "only a pass has sites");
      }
    }
    number(fields, terms, "siteCount", 1);
    number(fields, terms, "siteDayCount", 1);
    if (body.containsKey("closed")) {
      terms.put("closed", days(fields.texts("closed", CLOSED_DAYS_MAX)));
    }
    return terms;
  }

  private static void number(Fields fields, JsonObject terms, String name, int least) {
    Long number = fields.optionalWhole(name, least, COUNT_MAX);
    if (number != null) {
      terms.put(name, number);
    }
  }

  private static JsonArray days(List<String> texts) {
    JsonArray days = new JsonArray();
    for (String text : texts) {
      try {
        LocalDate day = LocalDate.parse(text);
        if (day.getYear() < 2000 || day.getYear() > 2099) {
          throw new DateTimeException("no year of this century");
        }
        days.add(day.toString());
      } catch (DateTimeException e) {
        throw new Fault.Malformed(
            "closed", "closed[" + days.size() + "] is no date like 2026-10-01");
      }
    }
    return days;
  }
}
