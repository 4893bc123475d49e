package cn.unionecard.gateway.union;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Sitting;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where somebody is signed in before the pages, as he sees it himself; he signs out there. */
final class OwnSessions {
  private static final Logger LOG = LoggerFactory.getLogger(OwnSessions.class);

  /** Used is told once a minute. */
  private static final Duration TOLD = Duration.ofMinutes(2);

  private static final String LIST =
      """
      select id, began_at, used_at, origin, browser, system from staff_session
      where staff = $1 and epoch = (select epoch from staff where id = $1) and used_at > $2
        and not exists (select from session_ended e where e.id = staff_session.id)
      order by used_at desc, id
      """;

  private static final String OWN = "delete from staff_session where id = $1 and staff = $2";

  private static final String END =
      "insert into session_ended (id, until) values ($1, $2) on conflict (id) do nothing";

  private static final String ALL = "update staff set signed_out_at = $2 where id = $1";

  private static final String FORGET = "delete from staff_session where staff = $1";

  private static final String USED = "update staff_session set used_at = $2 where id = $1";

  private OwnSessions() {}

  static Future<DeskReply> list(DeskTransaction tx) {
    return tx.ask(LIST, tx.actor().id(), tx.at().minus(Sitting.IDLE).minus(TOLD))
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              rows.forEach(
                  row ->
                      all.add(
                          new JsonObject()
                              .put("session", row.getString("id"))
                              .put("beganAt", Spelling.time(row.getOffsetDateTime("began_at")))
                              .put("usedAt", Spelling.time(row.getOffsetDateTime("used_at")))
                              .put("origin", row.getString("origin"))
                              .put("browser", row.getString("browser"))
                              .put("system", row.getString("system"))));
              return DeskReply.ok(new JsonObject().put("sessions", all));
            });
  }

  /** Ends one of one's own, wherever its cookie is. */
  static Future<DeskReply> end(DeskTransaction tx, String session) {
    return tx.ask(OWN, session, tx.actor().id())
        .compose(
            rows -> {
              if (rows.rowCount() == 0) {
                throw new Fault.NotFound("no such session of the caller's");
              }
              return tx.ask(END, session, tx.at().plus(Sitting.IDLE));
            })
        .compose(ended -> note(tx, "staff.signed-out"))
        .compose(noted -> list(tx));
  }

  /** Ends all of them and every token of the account, this one, too. */
  static Future<DeskReply> endAll(DeskTransaction tx) {
    return tx.ask(ALL, tx.actor().id(), tx.at())
        .compose(ended -> tx.ask(FORGET, tx.actor().id()))
        .compose(ended -> note(tx, "staff.signed-out-everywhere"))
        .map(noted -> DeskReply.ok(new JsonObject().put("sessions", new JsonArray())));
  }

  private static Future<Void> note(DeskTransaction tx, String action) {
    return tx.note(action, tx.actor().login(), List.of(tx.actor().org()), new JsonObject());
  }

  /** Told while it is used, behind the answer: nobody waits for it. */
  static void used(Pool pool, Clock clock, String session) {
    var unused =
        pool.preparedQuery(USED)
            .execute(Tuple.of(session, clock.instant().atOffset(ZoneOffset.UTC)))
            .onFailure(
                failure -> LOG.debug("a session in use is not told: {}", failure.toString()));
  }
}
