package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.DeskRefusal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.Objects;

/**
 * What a member consents to, purpose by purpose: in which words, when, over which channel. The
 * ledger is only added to; what he said last holds, and taking it back is as easy as giving it.
 */
final class ConsentBook {
  /** Of each purpose the words that hold now, and what he said last. */
  private static final String STANDING =
      """
      select t.purpose, t.version, t.zh, t.en, c.given, c.version as said_version, c.at, c.channel
      from (select distinct on (purpose) purpose, version, zh, en from consent_text
        where valid_from <= $2 order by purpose, version desc) t
      left join lateral (select given, version, at, channel from consent
        where member = (select member from card where serial = $1) and purpose = t.purpose
        order by id desc limit 1) c on true
      order by t.purpose
      """;

  private static final String NEWEST =
      "select max(version) as version from consent_text where purpose = $1 and valid_from <= $2";

  private static final String ADD =
      """
      insert into consent (member, purpose, version, given, channel, at)
      select member, $2, $3, $4, $5, $6 from card where serial = $1
      """;

  private ConsentBook() {}

  /** For what it is. */
  enum Purpose {
    ANALYSIS,
    NOTIFICATION,
    PARTNER
  }

  /** How it came. */
  enum Channel {
    PAGE,
    APP,
    MINI_PROGRAM
  }

  /**
   * What he says.
   *
   * @param version of the words that he was shown
   */
  record Said(Purpose purpose, int version, boolean given, Channel channel) {}

  static Future<DeskReply> read(DeskTransaction tx, CardNo card) {
    return document(tx, card).map(DeskReply::ok);
  }

  static Future<JsonObject> document(DeskTransaction tx, CardNo card) {
    return tx.ask(STANDING, card.serial(), tx.at())
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              rows.forEach(row -> all.add(json(row)));
              return new JsonObject().put("consents", all);
            });
  }

  private static JsonObject json(Row row) {
    JsonObject one =
        new JsonObject()
            .put("purpose", row.getString("purpose"))
            .put("version", row.getInteger("version"))
            .put("zh", row.getString("zh"))
            .put("en", row.getString("en"))
            .put("given", Boolean.TRUE.equals(row.getBoolean("given")));
    return row.getBoolean("given") == null
        ? one
        : one.put("saidVersion", row.getInteger("said_version"))
            .put("at", Spelling.time(row.getOffsetDateTime("at")))
            .put("channel", row.getString("channel"));
  }

  /** Writes down what he says; nobody consents to words that are no longer asked for. */
  static Future<DeskReply> say(DeskTransaction tx, CardNo card, Said said) {
    return tx.first(NEWEST, said.purpose.name(), tx.at())
        .compose(
            newest -> {
              int version = Objects.requireNonNull(newest).getInteger("version");
              if (said.version > version || said.given && said.version < version) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW, "the wording now is version " + version));
              }
              return tx.ask(
                      ADD,
                      card.serial(),
                      said.purpose.name(),
                      said.version,
                      said.given,
                      said.channel.name(),
                      tx.at())
                  .compose(added -> document(tx, card))
                  .map(document -> new DeskReply.Said(201, document, null));
            });
  }
}
