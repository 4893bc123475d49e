package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.archive.Archive;
import cn.unionecard.gateway.archive.ReceiptCheck;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.ReceiptDocument;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.Deadlines;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was recorded, read again: transactions, receipts, blocks, keys.
 *
 * <p>A terminal sees what it made itself and what can come back at its merchant, a merchant what
 * was made there, a member what his card paid with, staff what was made at merchants that its
 * organisation's subtree authorised or signed. The rest does not exist for them: one answer, 404.
 */
final class ArchiveRoutes {
  private static final Pattern NODE = Pattern.compile("[a-z0-9.-]{1,40}");

  private final Endpoint endpoint;
  private final Body body;
  private final Archive archive;
  private final ReceiptCheck receipts;
  private final Deadlines deadlines;

  ArchiveRoutes(
      Endpoint endpoint, Body body, Archive archive, ReceiptCheck receipts, Deadlines deadlines) {
    this.endpoint = endpoint;
    this.body = body;
    this.archive = archive;
    this.receipts = receipts;
    this.deadlines = deadlines;
  }

  /** {@code GET /v1/transactions/{id}} and {@code GET /v1/receipts/{id}}. */
  void transaction(RoutingContext ctx) {
    endpoint.caller(
        ctx,
        (exchange, caller) -> {
          if (!isMerchants(caller)) {
            requireReader(caller);
          }
          TransactionId id = RequestHead.transactionId(ctx.pathParam("id"), "id");
          return read(found(id, caller))
              .compose(
                  entry -> {
                    if (entry == null) {
                      throw noTransaction();
                    }
                    return exchange.ok(ReceiptDocument.write(entry.receipt()));
                  });
        });
  }

  /** Null: there is none that the caller may see. */
  private Future<Archive.@Nullable Entry> found(TransactionId id, Caller caller) {
    if (isMerchants(caller)) {
      return archive.transactionOf(((Caller.Staff) caller).subject(), id);
    }
    return archive
        .transaction(id)
        .map(entry -> entry == null || !maySee(entry, caller) ? null : entry);
  }

  /** {@code GET /v1/transactions?requestId=…}. */
  void transactions(RoutingContext ctx) {
    endpoint.terminal(
        ctx,
        (exchange, terminal) -> {
          String text = RequestHead.requiredParameter(ctx.queryParams(), "requestId");
          RequestId key = RequestJson.requestId(text, "requestId");
          return read(archive.transactions(terminal, key))
              .compose(entries -> exchange.ok(Documents.transactions(entries)));
        });
  }

  /** {@code GET /v1/transactions/{id}/elements}: of any purchase at the terminal's merchant. */
  void elements(RoutingContext ctx) {
    endpoint.terminal(
        ctx,
        (exchange, terminal) -> {
          TransactionId id = RequestHead.transactionId(ctx.pathParam("id"), "id");
          return read(archive.left(terminal, id))
              .compose(
                  left -> {
                    if (left == null) {
                      throw noTransaction();
                    }
                    return exchange.ok(Documents.left(left));
                  });
        });
  }

  void block(RoutingContext ctx) {
    endpoint.caller(
        ctx,
        (exchange, caller) -> {
          requireReader(caller);
          if (caller instanceof Caller.Member) {
            throw new Fault.Forbidden(
                "a member reads receipts, which have all of a block he needs");
          }
          String node = matching(ctx.pathParam("node"), NODE, "node");
          String seq = matching(ctx.pathParam("seq"), Written.ROW, "seq");
          return read(archive.block(node, Long.parseLong(seq)))
              .compose(
                  block -> {
                    if (block == null) {
                      throw new Fault.NotFound("no such block");
                    }
                    return exchange.ok(Documents.block(block));
                  });
        });
  }

  void keys(RoutingContext ctx) {
    endpoint.anybody(
        ctx, exchange -> read(archive.keys()).compose(keys -> exchange.ok(Documents.keys(keys))));
  }

  void verify(RoutingContext ctx) {
    endpoint.anybody(
        ctx,
        exchange ->
            body.read(exchange.request())
                .map(receipts::check)
                .compose(finding -> exchange.ok(Documents.finding(finding))));
  }

  /** {@code POST /v1/receipt-views}: unknown and unproved sound alike. */
  void view(RoutingContext ctx) {
    endpoint.anybody(
        ctx,
        exchange ->
            body.read(exchange.request())
                .map(RequestJson::heldReceipt)
                .compose(
                    held ->
                        read(archive.transaction(held.transaction()))
                            .map(entry -> proved(entry, held.digest())))
                .compose(receipt -> exchange.ok(ReceiptDocument.write(receipt))));
  }

  private static Receipt proved(Archive.@Nullable Entry entry, byte[] digest) {
    byte[] stored = entry == null ? new byte[0] : entry.receipt().body();
    if (!MessageDigest.isEqual(Sha256.of(stored), digest) || entry == null) {
      throw new Fault.NotFound("no such receipt, or not proved to be held");
    }
    return entry.receipt();
  }

  private <T extends @Nullable Object> Future<T> read(Future<T> future) {
    return deadlines.watch(future, () -> new Fault.Busy("the archive is slow"));
  }

  private static String matching(String text, Pattern pattern, String name) {
    if (!pattern.matcher(text).matches()) {
      throw new Fault.Malformed(name, name + " does not match " + pattern);
    }
    return text;
  }

  private static boolean isMerchants(Caller caller) {
    return caller instanceof Caller.Staff staff && staff.isMerchants();
  }

  private static void requireReader(Caller caller) {
    if (caller instanceof Caller.Staff staff && !staff.reads()) {
      throw new Fault.Forbidden("partners and merchants read nothing here");
    }
  }

  private static boolean maySee(Archive.Entry entry, Caller caller) {
    if (caller instanceof Caller.Staff staff) {
      return entry.authorisingPath().contains(staff.org())
          || entry.signingPath().contains(staff.org());
    }
    if (caller instanceof Caller.Member member) {
      return member.card().equals(entry.card());
    }
    return entry.terminal().equals(((Caller.Terminal) caller).id());
  }

  static Fault.NotFound noTransaction() {
    return new Fault.NotFound("no such transaction");
  }
}
