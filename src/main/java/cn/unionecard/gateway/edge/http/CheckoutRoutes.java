package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.archive.Archive;
import cn.unionecard.gateway.line.Checkout;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.ReceiptDocument;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.Deadlines;
import cn.unionecard.gateway.runtime.watch.RequestMeters.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a till sends: sales, holds, verifications, what follows them, reversals, offline sales. */
final class CheckoutRoutes {
  private final Endpoint endpoint;
  private final Body body;
  private final Checkout checkout;
  private final Archive archive;
  private final Deadlines deadlines;
  private final int advicesMax;

  CheckoutRoutes(
      Endpoint endpoint,
      Body body,
      Checkout checkout,
      Archive archive,
      Deadlines deadlines,
      int advicesMax) {
    this.endpoint = endpoint;
    this.body = body;
    this.checkout = checkout;
    this.archive = archive;
    this.deadlines = deadlines;
    this.advicesMax = advicesMax;
  }

  void sale(RoutingContext ctx) {
    endpoint.terminal(
        ctx,
        (exchange, terminal) -> {
          RequestId key = RequestHead.requiredKey(exchange.request().headers());
          return body.read(exchange.request())
              .map(bytes -> RequestJson.sale(bytes, terminal, key))
              .compose(request -> submit(exchange, request));
        });
  }

  /** {@code POST /v1/transactions/{id}/…}: a request that follows the transaction of that id. */
  Handler<RoutingContext> following(TransactionType type) {
    return ctx ->
        endpoint.terminal(
            ctx,
            (exchange, terminal) -> {
              RequestId key = RequestHead.requiredKey(exchange.request().headers());
              TransactionId id = RequestHead.transactionId(ctx.pathParam("id"), "id");
              return body.read(exchange.request())
                  .map(bytes -> RequestJson.following(type, bytes, terminal, key, id))
                  .compose(request -> submit(exchange, request));
            });
  }

  void advices(RoutingContext ctx) {
    endpoint.terminal(
        ctx,
        (exchange, terminal) ->
            body.read(exchange.request())
                .map(bytes -> RequestJson.advices(bytes, terminal, advicesMax))
                .compose(advices -> submitAll(exchange, advices)));
  }

  private Future<Void> submitAll(Exchange exchange, List<Request> advices) {
    List<Future<Reply>> replies = new ArrayList<>();
    for (Request advice : advices) {
      replies.add(
          deadlines.watch(
              checkout.submit(advice), () -> new Fault.Unknown("no answer within the deadline")));
    }
    return Future.join(replies)
        .<Void>mapEmpty()
        .recover(failure -> Future.failedFuture(worst(replies, failure)))
        .compose(
            all ->
                exchange.ok(
                    Documents.advices(advices, replies.stream().map(Future::result).toList())));
  }

  /** If some may have been recorded, the whole list must be sent again. */
  private static Throwable worst(List<Future<Reply>> replies, Throwable first) {
    boolean none = replies.stream().allMatch(reply -> reply.cause() instanceof Fault.Busy);
    boolean faults = replies.stream().allMatch(r -> r.succeeded() || r.cause() instanceof Fault);
    return none || !faults
        ? first
        : new Fault.Unknown("not all advices were answered; send the same list again");
  }

  void verify(RoutingContext ctx) {
    endpoint.terminal(
        ctx,
        (exchange, terminal) -> {
          RequestId key = RequestHead.key(exchange.request().headers());
          RequestId own = key == null ? new RequestId(exchange.traceId()) : key;
          return body.read(exchange.request())
              .map(bytes -> RequestJson.verify(bytes, terminal, own))
              .compose(request -> submit(exchange, request));
        });
  }

  void reverseByKey(RoutingContext ctx) {
    endpoint.terminal(
        ctx,
        (exchange, terminal) ->
            body.read(exchange.request())
                .map(bytes -> RequestJson.reversal(bytes, terminal))
                .compose(request -> submit(exchange, request)));
  }

  void reverseById(RoutingContext ctx) {
    endpoint.terminal(
        ctx,
        (exchange, terminal) -> {
          TransactionId id = RequestHead.transactionId(ctx.pathParam("id"), "id");
          return body.read(exchange.request())
              .map(RequestJson::reversalAmount)
              .compose(amount -> reverse(exchange, terminal, id, amount));
        });
  }

  private Future<Void> reverse(
      Exchange exchange, TerminalId terminal, TransactionId id, Fen amount) {
    return deadlines
        .watch(archive.transaction(id), () -> new Fault.Busy("the archive is slow"))
        .compose(
            entry -> {
              ReceiptHead original = ownOriginal(entry, terminal);
              boolean asked = original.type() != TransactionType.REVERSAL;
              if (!asked || original.type() == TransactionType.EXPIRY) {
                return answer(exchange, new Reply.Declined(Refusal.TYPE_NOT_SUPPORTED));
              }
              Request reversal = Request.reversal(terminal, original.requestId(), amount);
              return submit(exchange, reversal);
            });
  }

  private static ReceiptHead ownOriginal(Archive.@Nullable Entry entry, TerminalId terminal) {
    if (entry == null || !entry.terminal().equals(terminal)) {
      throw ArchiveRoutes.noTransaction();
    }
    return ReceiptHead.of(entry.receipt());
  }

  private Future<Void> submit(Exchange exchange, Request request) {
    exchange.asks(request.type());
    return deadlines
        .watch(checkout.submit(request), () -> new Fault.Unknown("no answer within the deadline"))
        .compose(reply -> answer(exchange, reply));
  }

  private static Future<Void> answer(Exchange exchange, Reply reply) {
    if (reply instanceof Reply.Recorded recorded) {
      boolean approved = ReceiptHead.isApproved(recorded.receipt());
      exchange.counts(approved ? Outcome.APPROVED : Outcome.REFUSED);
      return exchange.created(
          recorded.receipt().id(), recorded.replayed(), ReceiptDocument.write(recorded.receipt()));
    }
    if (reply instanceof Reply.Quoted quoted) {
      boolean approved = quoted.quote().refusal() == null;
      exchange.counts(approved ? Outcome.APPROVED : Outcome.REFUSED);
      return exchange.ok(Documents.quote(quoted.quote()));
    }
    return exchange.problem(Problem.declined(((Reply.Declined) reply).refusal()));
  }
}
