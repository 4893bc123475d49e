package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.archive.Archive;
import cn.unionecard.gateway.edge.http.access.TestTokens;
import cn.unionecard.gateway.line.Checkout;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.BenefitName;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offer;
import cn.unionecard.gateway.model.Quote;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A line that answers as the scanned code tells it, for what the protocol makes of each answer. It
 * keeps what it recorded, and counts what reached it.
 */
final class ScriptedLine implements Checkout, Archive {
  static final TerminalId UNKNOWN = new TerminalId("UNKNOWN0");
  static final List<String> PATH = List.of("41", "4108", "410802");
  private static final byte[] HASH = new byte[32];

  final AtomicInteger submitted = new AtomicInteger();
  private final Map<String, Reply.Recorded> byKey = new ConcurrentHashMap<>();
  private final Map<TransactionId, Entry> byId = new ConcurrentHashMap<>();

  @Override
  public Future<Reply> submit(Request request) {
    int number = submitted.incrementAndGet();
    if (request.terminal().equals(UNKNOWN)) {
      return Future.succeededFuture(new Reply.Declined(Refusal.TERMINAL_UNKNOWN));
    }
    return switch (request.code()) {
      case "busy" -> Future.failedFuture(new Fault.Busy("the queue is full"));
      case "unknown" -> Future.failedFuture(new Fault.Unknown("the commit was cut"));
      case "in flight" -> Future.failedFuture(new Fault.InFlight("the same key is in flight"));
      case "conflict" -> Future.succeededFuture(new Reply.Declined(Refusal.CONFLICTS_WITH_EARLIER));
      case "never" -> Promise.<Reply>promise().future();
      case "bug" -> Future.failedFuture(new IllegalStateException("secret of the house"));
      case "thrown" -> throw new IllegalStateException("secret of the house");
      default ->
          request.type() == TransactionType.VERIFY
              ? Future.succeededFuture(new Reply.Quoted(quote(request)))
              : Future.succeededFuture(record(request, number));
    };
  }

  private static Quote quote(Request request) {
    if (request.code().equals("expired")) {
      return new Quote(
          Refusal.CODE_EXPIRED, "", "", request.order(), Fen.ZERO, BenefitName.NONE, List.of(), 0);
    }
    boolean priced = request.order().value() > 0;
    Offer offer = new Offer("EAT-01", "暖心餐饮券", Fen.of(500));
    return new Quote(
        null,
        "0001",
        "张**",
        request.order(),
        priced ? Fen.of(500) : Fen.ZERO,
        priced ? offer.name() : BenefitName.NONE,
        List.of(offer),
        1_795_395_720_123L);
  }

  private Reply record(Request request, int number) {
    String key = request.terminal() + "/" + request.requestId() + "/" + request.type();
    Reply.Recorded earlier = byKey.get(key);
    if (earlier != null) {
      return new Reply.Recorded(earlier.receipt(), true);
    }
    Receipt receipt = receipt(request, TransactionId.of(1000L + number, 1, 0));
    Reply.Recorded reply = new Reply.Recorded(receipt, false);
    byKey.put(key, reply);
    byId.put(
        receipt.id(), new Entry(receipt, request.terminal(), null, PATH, List.of("41", "4109")));
    return reply;
  }

  private static Receipt receipt(Request request, TransactionId id) {
    boolean reversal = request.type() == TransactionType.REVERSAL;
    long order = reversal ? -request.order().value() : request.order().value();
    String body =
        "{\"at\":\"2026-11-23T09:00:00.123+08:00\",\"benefitName\":\"无优惠\",\"card\":\"0001\","
            + "\"discountFen\":0,\"form\":2,\"holder\":\"张**\",\"id\":\""
            + id
            + "\",\"memberPaysFen\":"
            + order
            + ",\"merchant\":\"841080000000017\",\"merchantName\":\"老味道\",\"orderFen\":"
            + order
            + ",\"outcome\":\"APPROVED\",\"requestId\":\""
            + request.requestId()
            + "\",\"responseCode\":\"00\",\"say\":\"请收款\",\"terminal\":\""
            + request.terminal()
            + "\",\"type\":\""
            + request.type()
            + "\"}";
    return new Receipt(
        id, body.getBytes(StandardCharsets.UTF_8), 0, List.of(HASH), header(), new byte[64]);
  }

  private static byte[] header() {
    String zeros = "A".repeat(43);
    return ("{\"alg\":\"SM2-SM3\",\"at\":1795395600123,\"kid\":\"r-1\",\"node\":\"n1.0\",\"prev\":\""
            + zeros
            + "\",\"root\":\""
            + zeros
            + "\",\"seq\":1,\"size\":2}")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Future<@Nullable Entry> transaction(TransactionId id) {
    return Future.succeededFuture(byId.get(id));
  }

  /** No account is of a merchant here. */
  @Override
  public Future<@Nullable Entry> transactionOf(String login, TransactionId id) {
    return Future.succeededFuture(null);
  }

  /** Nothing that it recorded had a discount. */
  @Override
  public Future<@Nullable Left> left(TerminalId terminal, TransactionId id) {
    return Future.succeededFuture(byId.containsKey(id) ? new Left(1, 1, List.of()) : null);
  }

  @Override
  public Future<List<Entry>> transactions(TerminalId terminal, RequestId requestId) {
    List<Entry> found = new ArrayList<>();
    for (TransactionType type : List.of(TransactionType.SALE, TransactionType.REVERSAL)) {
      Reply.Recorded reply = byKey.get(terminal + "/" + requestId + "/" + type);
      Entry entry = reply == null ? null : byId.get(reply.receipt().id());
      if (entry != null) {
        found.add(entry);
      }
    }
    return Future.succeededFuture(found);
  }

  @Override
  public Future<@Nullable Block> block(String node, long seq) {
    boolean known = node.equals("n1.0") && seq == 1;
    return Future.succeededFuture(
        known ? new Block(header(), HASH, new byte[64], List.of(HASH, HASH)) : null);
  }

  @Override
  public Future<List<Key>> keys() {
    byte[] spki = TestTokens.spki(TestTokens.p256().getPublic());
    return Future.succeededFuture(List.of(new Key("r-1", "SM2-SM3", spki)));
  }
}
