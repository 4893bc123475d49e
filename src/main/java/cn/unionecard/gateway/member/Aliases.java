package cn.unionecard.gateway.member;

import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.model.CardNo;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.LocalDate;
import java.time.OffsetDateTime;

/** The names that a card has on its next days, which a phone is given beforehand. */
final class Aliases {
  /** The days for which a phone is given the card's alias, today among them. */
  static final int DAYS = 8;

  private Aliases() {}

  static JsonArray from(OffsetDateTime now, CardNo card, MemberCodes codes) {
    long today = today(now);
    JsonArray aliases = new JsonArray();
    for (long day = today; day < today + DAYS; day++) {
      aliases.add(
          new JsonObject()
              .put("day", LocalDate.ofEpochDay(day).toString())
              .put("alias", codes.alias(card, day)));
    }
    return aliases;
  }

  /** The last of these days. */
  static LocalDate until(OffsetDateTime now) {
    return LocalDate.ofEpochDay(today(now) + DAYS - 1);
  }

  private static long today(OffsetDateTime now) {
    return MemberCodes.dayAt(now.toEpochSecond());
  }
}
