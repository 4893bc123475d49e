package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offline;
import cn.unionecard.gateway.model.OrderLine;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.Text;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import cn.unionecard.gateway.model.Written;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The bodies that ask for something, JSON to {@link Request}. Faults name the field. */
final class RequestJson {
  /** Twelve digits, the same as in ISO 8583 field 4. */
  static final long ORDER_FEN_MAX = 999_999_999_999L;

  /** A compact JWT; ours have about 400 characters. */
  static final int ASSERTION_LENGTH_MAX = 4096;

  private static final int BENEFIT_LENGTH_MAX = 24;
  private static final Pattern MEMBER_CODE = Pattern.compile("84[0-9]{18}");
  private static final int WORD_LENGTH_MAX = 16;
  private static final int DIGEST_LENGTH = 64;
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final int TIME_LENGTH_MAX = 40;

  private static final String LINES = "lines";
  private static final String[] LINE = {"mark", "fen"};

  /** Members of an offline sale. */
  private static final String[] ADVICE = {
    "requestId", "code", "orderFen", "benefit", "withoutBenefit", "at", "counter"
  };

  private RequestJson() {}

  /** {@code POST /v1/transactions}. */
  static Request sale(byte[] body, TerminalId terminal, RequestId key) {
    FlatJson json =
        FlatJson.readWithList(
            body, LINES, LINE, "type", "code", "orderFen", "benefit", "withoutBenefit", "batch");
    String benefit = benefit(json);
    Fen order = Fen.of(json.requiredInteger("orderFen", ORDER_FEN_MAX));
    return new Request(
            saleType(json.requiredText("type", WORD_LENGTH_MAX)),
            terminal,
            key,
            json.requiredText("code", Request.CODE_LENGTH_MAX),
            order,
            benefit,
            withoutBenefit(json, unsaid(benefit)))
        .with(lines(json, order))
        .inBatch(batch(json));
  }

  private static List<OrderLine> lines(FlatJson json, Fen order) {
    List<FlatJson> items = json.list();
    if (items == null) {
      return List.of();
    }
    if (items.size() > OrderLine.LINES_MAX) {
      throw new Fault.Malformed(LINES, "lines has more than " + OrderLine.LINES_MAX);
    }
    List<OrderLine> lines = new ArrayList<>(items.size());
    long sum = 0;
    for (FlatJson item : items) {
      String mark = item.requiredText("mark", BENEFIT_LENGTH_MAX);
      if (!Written.BENEFIT.matcher(mark).matches()) {
        throw malformed(item, "mark", " is not 1 to 24 of A-Z 0-9 -");
      }
      long fen = item.requiredInteger("fen", ORDER_FEN_MAX);
      sum += fen;
      lines.add(new OrderLine(mark, Fen.of(fen)));
    }
    if (sum > order.value()) {
      throw new Fault.Malformed(LINES, "lines sum to " + sum + " fen, more than orderFen");
    }
    return lines;
  }

  private static TransactionType saleType(String word) {
    return switch (word) {
      case "SALE" -> TransactionType.SALE;
      case "HOLD" -> TransactionType.HOLD;
      default ->
          throw new Fault.Malformed("type", "type is neither SALE nor HOLD; see the other paths");
    };
  }

  /** {@code POST /v1/transactions/{id}/…}: what follows the transaction of that id. */
  static Request following(
      TransactionType type, byte[] body, TerminalId terminal, RequestId key, TransactionId id) {
    if (type == TransactionType.REFUND) {
      return refund(body, terminal, key, id);
    }
    FlatJson json = FlatJson.read(body, "orderFen", "batch");
    return Request.following(type, terminal, key, new OriginalRef.Id(id), order(json))
        .inBatch(batch(json));
  }

  /** Of the whole, or of what one benefit or one mark of lines gave. */
  private static Request refund(byte[] body, TerminalId terminal, RequestId key, TransactionId id) {
    FlatJson json = FlatJson.read(body, "orderFen", "batch", "benefit", "mark");
    Fen order = Fen.of(json.requiredInteger("orderFen", ORDER_FEN_MAX));
    Request refund =
        Request.following(TransactionType.REFUND, terminal, key, new OriginalRef.Id(id), order)
            .inBatch(batch(json));
    String benefit = benefit(json);
    String mark = mark(json);
    if (benefit != null && mark != null) {
      throw malformed(json, "mark", " stands beside benefit; one of them names what comes back");
    }
    return benefit != null
        ? refund.ofBenefit(benefit)
        : mark != null ? refund.ofLines(mark) : refund;
  }

  private static @Nullable String mark(FlatJson json) {
    String mark = json.text("mark", BENEFIT_LENGTH_MAX);
    if (mark != null && !Written.BENEFIT.matcher(mark).matches()) {
      throw malformed(json, "mark", " is not 1 to 24 of A-Z 0-9 -");
    }
    return mark;
  }

  /** {@code POST /v1/advices}. */
  static List<Request> advices(byte[] body, TerminalId terminal, int most) {
    List<Request> advices =
        FlatJson.readWithList(body, "advices", ADVICE).requiredList(most).stream()
            .map(json -> advice(json, terminal))
            .toList();
    Set<RequestId> keys = new HashSet<>();
    for (Request advice : advices) {
      if (!keys.add(advice.requestId())) {
        throw new Fault.Malformed("advices", advice.requestId() + " stands twice");
      }
    }
    return advices;
  }

  private static Request advice(FlatJson json, TerminalId terminal) {
    String benefit = benefit(json);
    long counter = json.requiredInteger("counter", Offline.COUNTER_MAX);
    if (counter == 0) {
      throw malformed(json, "counter", " is 0; the first is 1");
    }
    return Request.advice(
        terminal,
        requestId(json.requiredText("requestId", RequestId.LENGTH_MAX), json.path("requestId")),
        json.requiredText("code", Request.CODE_LENGTH_MAX),
        Fen.of(json.requiredInteger("orderFen", ORDER_FEN_MAX)),
        benefit,
        withoutBenefit(json, benefit == null ? WithoutBenefit.APPROVE : WithoutBenefit.REFUSE),
        new Offline(time(json, "at"), counter));
  }

  private static long time(FlatJson json, String name) {
    String text = json.requiredText(name, TIME_LENGTH_MAX);
    long ms = Text.time(json.path(name), text).toEpochMilli();
    if (ms < 0) {
      throw malformed(json, name, " is before 1970");
    }
    return ms;
  }

  private static Fault.Malformed malformed(FlatJson json, String name, String what) {
    return new Fault.Malformed(json.path(name), json.path(name) + what);
  }

  private static int batch(FlatJson json) {
    return (int) Math.max(0, json.integer("batch", Request.BATCH_MAX));
  }

  /** {@code POST /v1/verifications}. */
  static Request verify(byte[] body, TerminalId terminal, RequestId key) {
    FlatJson json =
        FlatJson.readWithList(body, LINES, LINE, "code", "orderFen", "benefit", "withoutBenefit");
    String benefit = benefit(json);
    Fen order = order(json);
    return new Request(
            TransactionType.VERIFY,
            terminal,
            key,
            json.requiredText("code", Request.CODE_LENGTH_MAX),
            order,
            benefit,
            withoutBenefit(json, unsaid(benefit)))
        .with(lines(json, order));
  }

  /** {@code POST /v1/reversals}. */
  static Request reversal(byte[] body, TerminalId terminal) {
    FlatJson json = FlatJson.read(body, "requestId", "orderFen");
    String original = json.requiredText("requestId", RequestId.LENGTH_MAX);
    return Request.reversal(terminal, requestId(original, "requestId"), order(json));
  }

  /** {@code POST /v1/transactions/{id}/reversal}: the amount to compare, or zero. */
  static Fen reversalAmount(byte[] body) {
    return order(FlatJson.read(body, "orderFen"));
  }

  /** {@code POST /v1/terminal-tokens}. */
  static String assertion(byte[] body) {
    return FlatJson.read(body, "assertion").requiredText("assertion", ASSERTION_LENGTH_MAX);
  }

  /**
   * A receipt that somebody holds.
   *
   * @param transaction its id
   * @param digest SHA-256 of its body, which only who has seen it can know
   */
  record HeldReceipt(TransactionId transaction, byte[] digest) {}

  /** {@code POST /v1/receipt-views}. */
  static HeldReceipt heldReceipt(byte[] body) {
    FlatJson json = FlatJson.read(body, "transaction", "receiptDigest");
    TransactionId transaction =
        RequestHead.transactionId(json.requiredText("transaction", WORD_LENGTH_MAX), "transaction");
    String digest = json.requiredText("receiptDigest", DIGEST_LENGTH);
    if (!DIGEST.matcher(digest).matches()) {
      throw new Fault.Malformed("receiptDigest", "receiptDigest is not 64 of 0-9 a-f");
    }
    return new HeldReceipt(transaction, HexFormat.of().parseHex(digest));
  }

  /** A request id that came under that name. It is told to the union and printed on receipts. */
  static RequestId requestId(String text, String name) {
    if (!RequestId.isValid(text)) {
      throw new Fault.Malformed(name, name + " is not 1 to 64 of A-Z a-z 0-9 . _ -");
    }
    if (MEMBER_CODE.matcher(text).matches()) {
      throw new Fault.Malformed(
          name, name + " is a member code; it is told to others, make one up");
    }
    return new RequestId(text);
  }

  private static Fen order(FlatJson json) {
    return Fen.of(Math.max(0, json.integer("orderFen", ORDER_FEN_MAX)));
  }

  private static @Nullable String benefit(FlatJson json) {
    String benefit = json.text("benefit", BENEFIT_LENGTH_MAX);
    if (benefit != null && !Written.BENEFIT.matcher(benefit).matches()) {
      throw malformed(json, "benefit", " is not 1 to 24 of A-Z 0-9 -");
    }
    return benefit;
  }

  /** Whoever names a benefit and says no more is not to go without it unheard. */
  private static WithoutBenefit unsaid(@Nullable String benefit) {
    return benefit == null ? WithoutBenefit.APPROVE : WithoutBenefit.UNSAID;
  }

  private static WithoutBenefit withoutBenefit(FlatJson json, WithoutBenefit absent) {
    String word = json.text("withoutBenefit", WORD_LENGTH_MAX);
    if (word == null) {
      return absent;
    }
    if (word.equals("APPROVE")) {
      return WithoutBenefit.APPROVE;
    }
    if (word.equals("REFUSE")) {
      return WithoutBenefit.REFUSE;
    }
    throw malformed(json, "withoutBenefit", " is neither APPROVE nor REFUSE");
  }
}
