package cn.unionecard.gateway.delivery;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.feed.EventType;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.keys.Kek;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Subscriptions of the caller's subtree; each change is written into the audit with it. */
final class SubscriptionBook {
  private static final int PAGE_ROWS = 100;

  private static final String LIST =
      """
      select s.id, s.org, o.code, s.kind, s.target, s.kinds, s.status, s.reason, s.position,
        s.created_at, s.succeeded_at
      from subscription s join org o on o.id = s.org
      where $1 = any (o.path) and s.id > $2
      order by s.id limit $3
      """;

  private static final String FIND =
      """
      select s.id, s.org, o.code, s.kind, s.target, s.kinds, s.status, s.reason, s.position,
        s.created_at, s.succeeded_at
      from subscription s join org o on o.id = s.org
      where $1 = any (o.path) and s.id = $2
      for update of s
      """;

  /** Nothing if the topic is another's, or there are enough. */
  private static final String ADD =
      """
      insert into subscription (org, kind, target, kinds, status, position, created_at)
      select o.id, $3, $4, $5::text[], 'ACTIVE', coalesce($6, c.seq), $7
      from org o, feed_cursor c
      where $1 = any (o.path) and o.code = $2 and coalesce($6, c.seq) <= c.seq
        and (select count(*) from subscription) < $8
      on conflict (target) where kind = 'KAFKA' do nothing
      returning id, org
      """;

  private static final String CHANGE =
      "update subscription set target = coalesce($2, target), kinds = coalesce($3, kinds)"
          + " where id = $1";

  private static final String DISABLE =
      "update subscription set status = 'DISABLED', reason = 'STAFF' where id = $1";

  private static final String ENABLE =
      "update subscription set status = 'ACTIVE', reason = null where id = $1";

  /** What was tried in vain begins its schedule anew. */
  private static final String AFRESH =
      """
      update delivery set attempts = 0, first_at = null, due = $2
      where subscription = $1 and status = 'DUE'
      """;

  private static final String REMOVE = "delete from subscription where id = $1";

  private static final String END_KEYS =
      """
      update subscription_key set until = $3
      where subscription = $1 and algorithm = $2 and (until is null or until > $3)
      """;

  private static final String ADD_KEY =
      """
      insert into subscription_key (subscription, algorithm, wrapped, public_key, created_at)
      values ($1, $2, $3, $4, $5)
      """;

  /** A new subscription, as it was asked for: a URL or a topic. */
  record Draft(
      @Nullable String org,
      @Nullable String url,
      @Nullable String topic,
      List<String> kinds,
      @Nullable Long after,
      WebhookKey.Algorithm algorithm) {}

  /** What staff may set. */
  enum Status {
    ACTIVE,
    DISABLED
  }

  private final Kek kek;
  private final SecureRandom random;
  private final int most;
  private final boolean kafka;

  /**
   * @param most subscriptions there may be
   * @param kafka whether topics can be subscribed
   */
  SubscriptionBook(Kek kek, SecureRandom random, int most, boolean kafka) {
    this.kek = kek;
    this.random = random;
    this.most = most;
    this.kafka = kafka;
  }

  Future<DeskReply> list(DeskTransaction tx, long after) {
    return tx.ask(LIST, tx.actor().org(), after, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              rows.forEach(row -> all.add(json(row)));
              return DeskReply.ok(new JsonObject().put("subscriptions", all));
            });
  }

  Future<DeskReply> show(DeskTransaction tx, long id) {
    return require(tx, id).map(row -> DeskReply.ok(json(row)));
  }

  /** The row, locked; fails with NotFound for one of another subtree. */
  static Future<Row> require(DeskTransaction tx, long id) {
    return tx.first(FIND, tx.actor().org(), id)
        .map(found("no such subscription under the caller's organisation"));
  }

  Future<DeskReply> add(DeskTransaction tx, Draft draft) {
    if (draft.topic() != null && !kafka) {
      throw new Fault.Malformed("topic", "topic: this gateway has no Kafka");
    }
    String org = draft.org() == null ? tx.actor().orgCode() : draft.org();
    return tx.org(org)
        .compose(id -> insert(tx, org, draft))
        .compose(
            row ->
                row == null
                    ? Future.succeededFuture(
                        DeskReply.refused(
                            DeskRefusal.ALREADY_TAKEN,
                            "the topic is taken, there are "
                                + most
                                + " subscriptions, or after lies beyond the end of the feed"))
                    : added(tx, row, draft));
  }

  private Future<@Nullable Row> insert(DeskTransaction tx, String org, Draft draft) {
    String target = draft.url() == null ? draft.topic() : draft.url();
    return tx.first(
        ADD,
        tx.actor().org(),
        org,
        draft.url() == null ? "KAFKA" : "WEBHOOK",
        target,
        draft.kinds().toArray(String[]::new),
        draft.after(),
        tx.at(),
        most);
  }

  private Future<DeskReply> added(DeskTransaction tx, Row row, Draft draft) {
    long id = row.getLong("id");
    Future<@Nullable WebhookKey> key =
        draft.url() == null
            ? Future.succeededFuture()
            : storeKey(tx, id, draft.algorithm()).map(made -> made);
    return key.compose(
        made ->
            require(tx, id)
                .compose(
                    stored -> {
                      JsonObject json = json(stored);
                      return noted(tx, "subscription.added", stored, json.copy())
                          .map(
                              done ->
                                  DeskReply.made(
                                      made == null ? json : json.put("key", json(made)),
                                      SubscriptionDesk.PATH + "/" + id));
                    }));
  }

  Future<DeskReply> change(
      DeskTransaction tx, long id, @Nullable String url, @Nullable List<String> kinds) {
    return require(tx, id)
        .compose(
            row -> {
              if (url != null && !row.getString("kind").equals("WEBHOOK")) {
                throw new Fault.Malformed("url", "url: this is a topic");
              }
              return tx.ask(CHANGE, id, url, kinds == null ? null : kinds.toArray(String[]::new));
            })
        .compose(changed -> require(tx, id))
        .compose(row -> noted(tx, "subscription.changed", row, json(row)));
  }

  Future<DeskReply> setStatus(DeskTransaction tx, long id, Status status) {
    return require(tx, id)
        .compose(row -> tx.ask(status == Status.ACTIVE ? ENABLE : DISABLE, id))
        .compose(set -> status == Status.ACTIVE ? tx.ask(AFRESH, id, tx.at()) : none())
        .compose(set -> require(tx, id))
        .compose(row -> noted(tx, "subscription.status", row, json(row)));
  }

  private static <T> Future<T> none() {
    return Future.succeededFuture();
  }

  Future<DeskReply> remove(DeskTransaction tx, long id) {
    return require(tx, id)
        .compose(
            row ->
                tx.ask(REMOVE, id)
                    .compose(gone -> noted(tx, "subscription.removed", row, json(row))));
  }

  Future<DeskReply> addKey(
      DeskTransaction tx, long id, WebhookKey.Algorithm algorithm, int overlapS) {
    return require(tx, id)
        .compose(
            row -> {
              if (!row.getString("kind").equals("WEBHOOK")) {
                throw new Fault.Malformed("", "a topic has no keys");
              }
              return tx.ask(END_KEYS, id, algorithm.title, tx.at().plusSeconds(overlapS))
                  .compose(ended -> storeKey(tx, id, algorithm))
                  .compose(
                      key ->
                          noted(
                                  tx,
                                  "subscription.key-added",
                                  row,
                                  new JsonObject().put("algorithm", algorithm.title))
                              .map(done -> new DeskReply.Said(201, json(key), null)));
            });
  }

  private Future<WebhookKey> storeKey(DeskTransaction tx, long id, WebhookKey.Algorithm algorithm) {
    WebhookKey key = WebhookKey.make(algorithm, random);
    byte[] shown = algorithm == WebhookKey.Algorithm.ED25519 ? key.publicKey() : null;
    return tx.ask(
            ADD_KEY,
            id,
            algorithm.title,
            io.vertx.core.buffer.Buffer.buffer(key.wrap(id, kek, random)),
            shown == null ? null : io.vertx.core.buffer.Buffer.buffer(shown),
            tx.at())
        .map(key);
  }

  private static Future<DeskReply> noted(
      DeskTransaction tx, String action, Row row, JsonObject detail) {
    return tx.note(action, Long.toString(row.getLong("id")), List.of(row.getInteger("org")), detail)
        .map(done -> DeskReply.ok(detail));
  }

  /** Shown this once: the secret of an HMAC can not be read again. */
  private static JsonObject json(WebhookKey key) {
    String name = key.algorithm() == WebhookKey.Algorithm.HMAC ? "secret" : "publicKey";
    return new JsonObject().put("algorithm", key.algorithm().title).put(name, key.shown());
  }

  private static JsonObject json(Row row) {
    JsonArray types = new JsonArray();
    for (String kind : row.getArrayOfStrings("kinds")) {
      types.add(EventType.typeOf(kind));
    }
    JsonObject json =
        new JsonObject()
            .put("id", Long.toString(row.getLong("id")))
            .put("org", row.getString("code"))
            .put(row.getString("kind").equals("WEBHOOK") ? "url" : "topic", row.getString("target"))
            .put("types", types)
            .put("status", row.getString("status"))
            .put("position", Long.toString(row.getLong("position")))
            .put("createdAt", Spelling.time(row.getOffsetDateTime("created_at")));
    if (row.getString("reason") != null) {
      json.put("reason", row.getString("reason"));
    }
    if (row.getOffsetDateTime("succeeded_at") != null) {
      json.put("succeededAt", Spelling.time(row.getOffsetDateTime("succeeded_at")));
    }
    return json;
  }
}
