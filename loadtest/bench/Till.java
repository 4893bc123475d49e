import cn.unionecard.gateway.model.BatchDetail;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.BatchSide;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A till that keeps its own count of a batch, from the answers alone, and can count wrong in every way that a till does. */
final class Till {
  /** How a till counts wrong. */
  enum Fault {
    /** Has forgotten a sale. */
    MISSING_THERE,
    /** Has one that nobody knows. */
    MISSING_HERE,
    /** Has one sale in two lines, each with a name of its own. */
    TWICE,
    /** Has another amount. */
    AMOUNT,
    /** Has given back what it sold. */
    STATE,
    /** Has more as a whole, and never says of what. */
    LONG,
    /** Has less. */
    SHORT,
    /** Has as much, in another way. */
    OTHERWISE
  }

  private static final long ODD_FEN = 77;

  final TerminalId id;
  final String merchantNo;
  final String category;
  private int batch = 1;
  private long counter;
  private final Map<String, Long> debits = new LinkedHashMap<>();
  private final Map<String, Long> credits = new LinkedHashMap<>();

  /** What the till says of its batch, and what the differences have to be called. */
  record Closing(BatchNo batch, BatchTotals totals, List<BatchDetail> list, List<String> named) {}

  Till(TerminalId id, String merchantNo, String category) {
    this.id = id;
    this.merchantNo = merchantNo;
    this.category = category;
  }

  long nextCounter() {
    return ++counter;
  }

  long debitFen() {
    return sum(debits);
  }

  long creditFen() {
    return sum(credits);
  }

  private static long sum(Map<String, Long> side) {
    return side.values().stream().mapToLong(fen -> fen).sum();
  }

  boolean canErr() {
    return debits.size() >= 3;
  }

  /** Takes an approved answer. */
  void heard(TransactionType type, JsonObject answer) {
    String key = answer.getString("requestId");
    long fen = Math.abs(answer.getLong("orderFen"));
    switch (type) {
      case SALE, COMPLETION, ADVICE -> debits.put(key, fen);
      case VOID, REFUND -> credits.put(key, fen);
      case REVERSAL -> {
        if (debits.remove(key) == null) {
          credits.put(key, fen);
        }
      }
      case VERIFY, HOLD, RELEASE, EXPIRY -> {}
    }
  }

  /** Counts, and begins the next batch. */
  Closing close(Fault fault) {
    Map<String, Long> said = new LinkedHashMap<>(debits);
    Map<String, Long> back = new LinkedHashMap<>(credits);
    List<String> named = new ArrayList<>();
    String key = debits.keySet().stream().findFirst().orElse("");
    long fen = debits.getOrDefault(key, 0L);
    boolean lists = fault != null;
    if (fault != null) {
      switch (fault) {
        case MISSING_THERE -> {
          said.remove(key);
          named.add(named("ONE_SIDED", fen, null));
        }
        case MISSING_HERE -> {
          said.put("nobody-" + batch, ODD_FEN);
          named.add(named("ONE_SIDED", null, ODD_FEN));
        }
        case TWICE -> {
          said.put(key + "-2", fen);
          named.add(named("ONE_SIDED", null, fen));
        }
        case AMOUNT -> {
          said.put(key, fen + 1);
          named.add(named("AMOUNT", fen, fen + 1));
        }
        case STATE -> {
          said.remove(key);
          back.put(key, fen);
          named.add(named("STATE", fen, null));
          named.add(named("STATE", null, fen));
        }
        case LONG -> said.put("long", ODD_FEN);
        case SHORT -> said.put(key, fen - 1);
        case OTHERWISE -> {
          said.put("more", ODD_FEN);
          back.put("more", ODD_FEN);
        }
      }
      if (named.isEmpty()) {
        lists = false;
        String kind = fault == Fault.OTHERWISE ? "AMOUNT" : fault.name();
        named.add(named(kind, debitFen() - creditFen(), sum(said) - sum(back)));
      }
    }
    List<BatchDetail> list = new ArrayList<>();
    if (lists) {
      said.forEach((name, amount) -> list.add(new BatchDetail(BatchSide.DEBIT, new RequestId(name), Fen.of(amount))));
      back.forEach((name, amount) -> list.add(new BatchDetail(BatchSide.CREDIT, new RequestId(name), Fen.of(amount))));
    }
    BatchTotals totals = new BatchTotals(Fen.of(sum(said)), said.size(), Fen.of(sum(back)), back.size());
    debits.clear();
    credits.clear();
    return new Closing(new BatchNo(batch++), totals, list, named);
  }

  private String named(String kind, Long here, Long there) {
    return "TILL " + kind + " " + merchantNo + " " + here + " " + there;
  }
}
