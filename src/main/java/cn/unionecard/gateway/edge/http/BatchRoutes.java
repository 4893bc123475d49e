package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Deadlines;
import cn.unionecard.gateway.terminal.BatchReply;
import cn.unionecard.gateway.terminal.Batches;
import cn.unionecard.gateway.terminal.TerminalPlaces;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a till stands, and what it sends at the end of its shift: the totals of a batch, and the
 * list behind them.
 */
final class BatchRoutes {
  private final Endpoint endpoint;
  private final Body body;
  private final Batches batches;
  private final TerminalPlaces places;
  private final Deadlines deadlines;

  BatchRoutes(
      Endpoint endpoint, Body body, Batches batches, TerminalPlaces places, Deadlines deadlines) {
    this.endpoint = endpoint;
    this.body = body;
    this.batches = batches;
    this.places = places;
    this.deadlines = deadlines;
  }

  void close(RoutingContext ctx) {
    endpoint.terminal(
        ctx,
        (exchange, terminal) -> {
          BatchNo batch = batch(ctx.pathParam("no"));
          return body.read(exchange.request())
              .map(BatchJson::read)
              .compose(
                  asked ->
                      deadlines.watch(
                          close(terminal, batch, asked),
                          () -> new Fault.InFlight("the batch is closing, ask again")))
              .compose(reply -> answer(exchange, reply));
        });
  }

  /** What a till shows above all the rest. */
  void place(RoutingContext ctx) {
    endpoint.terminal(
        ctx,
        (exchange, terminal) ->
            deadlines
                .watch(places.of(terminal), () -> new Fault.Busy("no answer within the deadline"))
                .compose(
                    place ->
                        place == null
                            ? exchange.problem(Problem.declined(Refusal.TERMINAL_UNKNOWN))
                            : exchange.ok(Documents.place(place))));
  }

  /** For a till that has lost its memory, or never had one. */
  void current(RoutingContext ctx) {
    endpoint.terminal(
        ctx,
        (exchange, terminal) ->
            deadlines
                .watch(
                    batches.current(terminal),
                    () -> new Fault.Busy("no answer within the deadline"))
                .compose(
                    current ->
                        current == null
                            ? exchange.problem(Problem.declined(Refusal.TERMINAL_UNKNOWN))
                            : exchange.ok(BatchJson.write(terminal, current))));
  }

  private Future<BatchReply> close(TerminalId terminal, BatchNo batch, BatchJson.Closing asked) {
    return batches
        .close(terminal, batch, asked.totals())
        .compose(
            reply ->
                asked.details() == null
                        || !(reply instanceof BatchReply.Closed closed)
                        || closed.balanced()
                    ? Future.succeededFuture(reply)
                    : batches
                        .upload(terminal, batch, asked.details())
                        .compose(uploaded -> batches.end(terminal, batch)));
  }

  private static BatchNo batch(@Nullable String text) {
    if (text == null || !text.matches("[0-9]{1,6}") || Integer.parseInt(text) == 0) {
      throw new Fault.Malformed("no", "the batch number is not 1 to " + BatchNo.MAX);
    }
    return new BatchNo(Integer.parseInt(text));
  }

  private static Future<Void> answer(Exchange exchange, BatchReply reply) {
    return reply instanceof BatchReply.Closed closed
        ? exchange.ok(BatchJson.write(closed))
        : exchange.problem(Problem.declined(((BatchReply.Refused) reply).refusal()));
  }
}
