package cn.unionecard.gateway.review;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Objects;

/**
 * Takes the reviews that a partner sends, one transaction for each, in the order they were sent: a
 * refused one spoils no other, and one that was taken stays taken. The partner's own reference
 * makes a repeat harmless. Of a program on trial everything is judged, and nothing kept.
 */
final class PartnerBook {
  /** One request of a partner at a time, on all nodes together. */
  private static final String LOCK = "select pg_advisory_xact_lock(hashtext('partner_review'), $1)";

  private static final String FIND =
      "select review, digest from partner_review where staff = $1 and reference = $2";

  private static final String ADD =
      "insert into partner_review (staff, reference, review, digest) values ($1, $2, $3, $4)";

  private static final String SCOPE =
      """
      select m.authorising_org, m.signing_org from merchant m
      where m.id = $1 and (org_within(m.authorising_org, $2) or org_within(m.signing_org, $2))
      """;

  private static final String TRIED =
      """
      update partner set tried = array_append(tried, 'REVIEWS')
      where account = $1 and not 'REVIEWS' = any (tried)
      """;

  /** One review of a list. */
  sealed interface Sent {
    String reference();
  }

  /**
   * One that can be read.
   *
   * @param receiptDigest SHA-256 of the receipt's body, hex
   */
  record Review(String reference, TransactionId purchase, String receiptDigest, Rating rating)
      implements Sent {

    /** The same for the same, whatever the order of the members was. */
    byte[] digest() {
      JsonObject all =
          rating
              .figures()
              .put("transaction", purchase.toString())
              .put("receiptDigest", receiptDigest)
              .put("text", rating.text());
      return Sha256.of(all.encode());
    }
  }

  /** One that cannot. */
  record Unreadable(String reference, Fault.Malformed why) implements Sent {}

  private final Office office;
  private final ReviewBook reviews;

  PartnerBook(Office office, ReviewBook reviews) {
    this.office = office;
    this.reviews = reviews;
  }

  /** What became of each. Fails with a fault that says to send the list again if some may be. */
  Future<DeskReply> take(Caller.Staff caller, List<Sent> sent) {
    return take(caller, sent, new JsonArray())
        .compose(
            results -> {
              JsonObject said = new JsonObject().put("results", results);
              return isOnTrial(caller)
                  ? tried(caller, results.size()).map(noted -> said.put("rehearsed", true))
                  : Future.succeededFuture(said);
            })
        .map(DeskReply::ok);
  }

  private static boolean isOnTrial(Caller.Staff caller) {
    return caller.terms() != null && caller.terms().trial();
  }

  /** It has shown that it can. */
  private Future<Void> tried(Caller.Staff caller, int reviews) {
    return office.serve(
        caller,
        tx ->
            tx.ask(TRIED, tx.actor().id())
                .compose(
                    done ->
                        tx.note(
                            "review.rehearsed",
                            caller.subject(),
                            List.of(tx.actor().org()),
                            new JsonObject().put("reviews", reviews))));
  }

  private Future<JsonArray> take(Caller.Staff caller, List<Sent> sent, JsonArray results) {
    if (results.size() == sent.size()) {
      return Future.succeededFuture(results);
    }
    Sent next = sent.get(results.size());
    return (isOnTrial(caller) ? rehearse(caller, next) : office.serve(caller, tx -> take(tx, next)))
        .recover(failure -> Future.failedFuture(whole(failure, results)))
        .compose(result -> take(caller, sent, results.add(result)));
  }

  /** As in earnest, and then undone. */
  private Future<JsonObject> rehearse(Caller.Staff caller, Sent one) {
    return office
        .<JsonObject>serve(
            caller, tx -> take(tx, one).compose(result -> Future.failedFuture(new Undo(result))))
        .recover(
            failure ->
                failure instanceof Undo undo
                    ? Future.succeededFuture(undo.result)
                    : Future.failedFuture(failure));
  }

  /** Ends a rehearsal's transaction. */
  private static final class Undo extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient JsonObject result;

    Undo(JsonObject result) {
      super("a rehearsal", null, false, false);
      this.result = result;
    }
  }

  /** Busy is "nothing happened", which is true of the first alone. */
  private static Throwable whole(Throwable failure, JsonArray results) {
    return failure instanceof Fault.Busy && !results.isEmpty()
        ? new Fault.Unknown("not all were taken; send the same list again")
        : failure;
  }

  private Future<JsonObject> take(DeskTransaction tx, Sent sent) {
    if (sent instanceof Unreadable unreadable) {
      JsonObject result = refused(sent, "MALFORMED", "格式不符，请按接口文档修改");
      return Future.succeededFuture(
          result
              .put("field", unreadable.why().field)
              .put("detail", String.valueOf(unreadable.why().getMessage())));
    }
    Review review = (Review) sent;
    int partner = tx.actor().id();
    return tx.ask(LOCK, partner)
        .compose(locked -> tx.first(FIND, partner, review.reference()))
        .compose(
            row -> row == null ? post(tx, review) : Future.succeededFuture(known(review, row)));
  }

  private static JsonObject known(Review review, Row row) {
    if (!row.getBuffer("digest").equals(Spelling.bytes(review.digest()))) {
      return refused(review, DeskRefusal.ALREADY_TAKEN);
    }
    return result(review, "DUPLICATE").put("review", row.getLong("review"));
  }

  private Future<JsonObject> post(DeskTransaction tx, Review review) {
    DeskTransaction ours = tx.inTheGatewaysName();
    return Purchase.proved(ours, review.purchase(), review.receiptDigest())
        .compose(
            purchase ->
                tx.first(SCOPE, purchase.merchant(), tx.actor().org())
                    .compose(
                        scope ->
                            scope == null
                                ? notProved(tx, review)
                                : reviews
                                    .postByPartner(ours, purchase, review.rating())
                                    .compose(reply -> posted(tx, review, reply, orgs(scope)))))
        .recover(
            failure ->
                failure instanceof Fault.NotFound
                    ? notProved(tx, review)
                    : Future.failedFuture(failure));
  }

  private static List<Integer> orgs(Row scope) {
    return List.of(scope.getInteger("authorising_org"), scope.getInteger("signing_org"));
  }

  private static Future<JsonObject> posted(
      DeskTransaction tx, Review review, DeskReply reply, List<Integer> orgs) {
    if (reply instanceof DeskReply.Refused refused) {
      return refuse(tx, review, refused.refusal(), orgs);
    }
    Long no = Objects.requireNonNull(((DeskReply.Said) reply).document().getLong("review"));
    return tx.ask(ADD, tx.actor().id(), review.reference(), no, Spelling.bytes(review.digest()))
        .compose(added -> tx.note("review.sent", subject(review), orgs, review(no)))
        .map(noted -> result(review, "ACCEPTED").put("review", no));
  }

  private static JsonObject review(long no) {
    return new JsonObject().put("review", no);
  }

  private static Future<JsonObject> notProved(DeskTransaction tx, Review review) {
    return refuse(tx, review, DeskRefusal.RECEIPT_NOT_PROVED, List.of(tx.actor().org()));
  }

  private static Future<JsonObject> refuse(
      DeskTransaction tx, Review review, DeskRefusal refusal, List<Integer> orgs) {
    return tx.noteRefused(
            "review.sent", subject(review), orgs, new DeskReply.Refused(refusal, refusal.english))
        .map(noted -> refused(review, refusal));
  }

  private static String subject(Review review) {
    return "reference " + review.reference();
  }

  private static JsonObject refused(Sent sent, DeskRefusal refusal) {
    return refused(sent, refusal.name(), refusal.chinese).put("detail", refusal.english);
  }

  private static JsonObject refused(Sent sent, String refusal, String say) {
    return result(sent, "REFUSED").put("refusal", refusal).put("say", say);
  }

  private static JsonObject result(Sent sent, String outcome) {
    return new JsonObject().put("reference", sent.reference()).put("outcome", outcome);
  }
}
