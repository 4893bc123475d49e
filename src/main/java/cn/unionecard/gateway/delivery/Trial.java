package cn.unionecard.gateway.delivery;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.feed.TestEvent;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.keys.Kek;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends a test to a webhook, as a courier sends an event, and says what came back. Once: whatever
 * comes of it, nothing is tried again, planned, counted or switched off; the audit has a line. One
 * for each event loop.
 */
final class Trial {
  private static final int UNDER_WAY_MAX = 8;
  private static final int ID_BYTES = 8;

  private final Office office;
  private final WebhookSender sender;
  private final WebhookKeyring keys;
  private final SecureRandom random;
  private int underWay;

  Trial(Office office, WebhookSender sender, Kek kek, SecureRandom random) {
    this.office = office;
    this.sender = sender;
    this.keys = new WebhookKeyring(kek);
    this.random = random;
  }

  /**
   * One test of a subscription, whether it is switched on or not.
   *
   * @return fails with {@link Fault.Malformed} for a topic, whose readers would keep it
   * @throws Fault.Busy while as many are under way as may be
   */
  Future<DeskReply> of(Caller.Staff caller, long id) {
    if (underWay >= UNDER_WAY_MAX) {
      throw new Fault.Busy("there are " + UNDER_WAY_MAX + " tests under way");
    }
    underWay++;
    return office
        .serve(caller, tx -> noted(tx, id))
        .compose(this::send)
        .onComplete(done -> underWay--);
  }

  /** What is to be sent; the transaction is over before it is. */
  private Future<WebhookMessage> noted(DeskTransaction tx, long id) {
    String event = "test-" + Secrets.hex(random, ID_BYTES);
    return SubscriptionBook.require(tx, id)
        .compose(
            row ->
                message(tx, id, row, event)
                    .compose(message -> note(tx, id, row, event).map(message)));
  }

  private Future<WebhookMessage> message(DeskTransaction tx, long id, Row row, String event) {
    if (!row.getString("kind").equals("WEBHOOK")) {
      throw new Fault.Malformed("", "a topic takes no test: its readers would keep it");
    }
    String body = new TestEvent(event, row.getString("code"), id, tx.at()).json();
    return tx.ask(Deliveries.KEYS, new Long[] {id}, tx.at())
        .map(rows -> keys.opened(Deliveries.stored(rows)).getOrDefault(id, List.of()))
        .map(signing -> new WebhookMessage(row.getString("target"), event, body, signing));
  }

  private static Future<Void> note(DeskTransaction tx, long id, Row row, String event) {
    return tx.note(
        "subscription.tested",
        Long.toString(id),
        List.of(row.getInteger("org")),
        new JsonObject().put("event", event));
  }

  private Future<DeskReply> send(WebhookMessage message) {
    long began = System.nanoTime();
    return sender
        .post(message)
        .map(
            answer -> {
              JsonObject json =
                  new JsonObject()
                      .put("id", message.id())
                      .put("outcome", answer.word())
                      .put("tookMs", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
              if (answer.status() != 0) {
                json.put("httpStatus", answer.status());
              }
              if (answer.problem() != null) {
                json.put("problem", answer.problem());
              }
              return DeskReply.ok(json);
            });
  }
}
