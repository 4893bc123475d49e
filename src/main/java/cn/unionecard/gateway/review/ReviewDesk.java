package cn.unionecard.gateway.review;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.AUDITOR;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;
import static cn.unionecard.gateway.model.Caller.Role.MERCHANT;
import static cn.unionecard.gateway.model.Caller.Role.SUPERVISOR;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The routes of reviews. One instance for each event loop. */
public final class ReviewDesk implements Desk {
  private static final Set<Caller.Role> READERS =
      Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR, MERCHANT);

  private final Office office;
  private final ReviewBook book;
  private final Config.Review limits;

  ReviewDesk(Office office, Pool pool, Config.Review limits, Clock clock) {
    this.office = office;
    this.book = new ReviewBook(pool, limits, clock);
    this.limits = limits;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.memberOrAnybody(HttpMethod.POST, "/v1/reviews", this::post);
    routes.memberOrAnybody(HttpMethod.POST, "/v1/reviews/:review/edition", this::edit);
    routes.terminal(HttpMethod.POST, "/v1/transactions/:id/review", this::postAtTill);
    routes.staff(HttpMethod.GET, "/v1/reviews", READERS, this::list);
    routes.staff(HttpMethod.GET, "/v1/reviews/:review", READERS, this::find);
    routes.staff(
        HttpMethod.POST,
        "/v1/reviews/:review/reply",
        Set.of(CLERK, SUPERVISOR, MERCHANT),
        this::reply);
    routes.staff(HttpMethod.POST, "/v1/reviews/:review/hiding", Set.of(SUPERVISOR), this::hide);
  }

  private Future<DeskReply> post(DeskCall call, Caller.@Nullable Member member) {
    Fields fields = proofAndRating(call);
    return book.post(purchase(call, fields, member), rating(call, fields));
  }

  private Future<DeskReply> edit(DeskCall call, Caller.@Nullable Member member) {
    Fields fields = proofAndRating(call);
    long review = Long.parseLong(call.path("review", Written.ROW));
    return book.edit(review, purchase(call, fields, member), rating(call, fields));
  }

  /** By the receipt if its digest is given, else the member's own. */
  private static Function<DeskTransaction, Future<Purchase>> purchase(
      DeskCall call, Fields fields, Caller.@Nullable Member member) {
    TransactionId id = transaction(fields);
    if (member != null && !call.body().containsKey("receiptDigest")) {
      return tx -> Purchase.of(tx, id, member.card());
    }
    String digest = fields.digest("receiptDigest");
    return tx -> Purchase.proved(tx, id, digest);
  }

  private Future<DeskReply> postAtTill(DeskCall call, TerminalId terminal) {
    Fields fields = call.fields("stars", "quality", "service", "afterSales", "tags");
    TransactionId id = TransactionId.parse(call.path("id", Written.TRANSACTION));
    return book.postAtTill(new OriginalRef.Id(id), terminal, rating(call, fields));
  }

  private static Fields proofAndRating(DeskCall call) {
    return call.fields(
        Stream.concat(Stream.of("transaction", "receiptDigest"), Rating.FIELDS.stream())
            .toArray(String[]::new));
  }

  static TransactionId transaction(Fields fields) {
    try {
      return TransactionId.parse(fields.matching("transaction", Written.TRANSACTION));
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed("transaction", "transaction is no transaction id");
    }
  }

  private Rating rating(DeskCall call, Fields fields) {
    return Rating.of(call, fields, limits.textCharactersMax());
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("merchant", "before");
    String merchant = call.query("merchant", Written.MERCHANT_NO);
    String before = call.query("before", Written.ROW);
    long below = Long.parseLong(before == null ? Written.ABOVE_ALL_ROWS : before);
    return office.serve(caller, tx -> ReviewShelf.list(tx, merchant, below, limits.pageRows()));
  }

  private Future<DeskReply> find(DeskCall call, Caller.Staff caller) {
    long review = Long.parseLong(call.path("review", Written.ROW));
    return office.serve(caller, tx -> ReviewShelf.find(tx, review));
  }

  private Future<DeskReply> reply(DeskCall call, Caller.Staff caller) {
    long review = Long.parseLong(call.path("review", Written.ROW));
    String text = call.fields("text").words("text", limits.textCharactersMax());
    return office.serve(caller, tx -> ReviewShelf.reply(tx, review, text));
  }

  private Future<DeskReply> hide(DeskCall call, Caller.Staff caller) {
    long review = Long.parseLong(call.path("review", Written.ROW));
    ReviewShelf.Hiding why = call.fields("reason").oneOf("reason", ReviewShelf.Hiding.class);
    return office.serve(caller, tx -> ReviewShelf.hide(tx, review, why));
  }
}
