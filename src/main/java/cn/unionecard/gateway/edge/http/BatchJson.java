package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.BatchDetail;
import cn.unionecard.gateway.model.BatchSide;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.terminal.BatchReply;
import cn.unionecard.gateway.terminal.Batches;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The closing of a batch in JSON. Faults name the field. */
final class BatchJson {
  /** As many as a batch has trace numbers. */
  private static final int COUNT_MAX = 999_999;

  private static final int SIDE_LENGTH_MAX = 6;

  private BatchJson() {}

  /**
   * What a till asks.
   *
   * @param details all it did in the batch, or null if it only tells its totals
   */
  record Closing(BatchTotals totals, @Nullable List<BatchDetail> details) {}

  /** {@code POST /v1/batches/{no}/close}. */
  static Closing read(byte[] body) {
    FlatJson json =
        FlatJson.readWithList(
            body,
            "details",
            new String[] {"side", "requestId", "orderFen"},
            "debitFen",
            "debitCount",
            "creditFen",
            "creditCount");
    BatchTotals totals =
        new BatchTotals(
            Fen.of(json.requiredInteger("debitFen", Fen.MAX)),
            (int) json.requiredInteger("debitCount", COUNT_MAX),
            Fen.of(json.requiredInteger("creditFen", Fen.MAX)),
            (int) json.requiredInteger("creditCount", COUNT_MAX));
    List<FlatJson> items = json.list();
    return new Closing(totals, items == null ? null : details(items));
  }

  private static List<BatchDetail> details(List<FlatJson> items) {
    List<BatchDetail> details = new ArrayList<>(items.size());
    for (FlatJson item : items) {
      details.add(
          new BatchDetail(
              side(item),
              RequestJson.requestId(
                  item.requiredText("requestId", RequestId.LENGTH_MAX), item.path("requestId")),
              Fen.of(item.requiredInteger("orderFen", RequestJson.ORDER_FEN_MAX))));
    }
    return details;
  }

  private static BatchSide side(FlatJson item) {
    return switch (item.requiredText("side", SIDE_LENGTH_MAX)) {
      case "DEBIT" -> BatchSide.DEBIT;
      case "CREDIT" -> BatchSide.CREDIT;
      default -> {
        String path = item.path("side");
        throw new Fault.Malformed(path, path + " is neither DEBIT nor CREDIT");
      }
    };
  }

  /** The answer. */
  static byte[] write(BatchReply.Closed closed) {
    return Documents.object(
        json -> {
          json.writeNumberField("batch", closed.batch().value());
          json.writeNumberField("nextBatch", closed.next().value());
          json.writeStringField("outcome", closed.balanced() ? "BALANCED" : "UNBALANCED");
          json.writeStringField("responseCode", closed.balanced() ? "00" : "95");
          json.writeStringField("say", say(closed));
          totals(json, "gateway", closed.here());
          totals(json, "till", closed.till());
          json.writeArrayFieldStart("differences");
          for (BatchReply.Difference difference : closed.differences()) {
            difference(json, difference);
          }
          json.writeEndArray();
        });
  }

  /** Where a terminal stands. */
  static byte[] write(TerminalId terminal, Batches.Current current) {
    return Documents.object(
        json -> {
          json.writeStringField("terminal", terminal.value());
          json.writeNumberField("batch", current.batch().value());
          json.writeNumberField("traceMax", current.traceMax());
        });
  }

  private static String say(BatchReply.Closed closed) {
    if (closed.balanced()) {
      return "批结算对账平，已进入新批次";
    }
    return closed.differences().isEmpty()
        ? "批结算对账不平，请上送交易明细"
        : "批结算对账不平，差异" + closed.differences().size() + "笔，请逐笔核对";
  }

  private static void totals(JsonGenerator json, String name, BatchTotals totals)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("debitFen", totals.debit().value());
    json.writeNumberField("debitCount", totals.debitCount());
    json.writeNumberField("creditFen", totals.credit().value());
    json.writeNumberField("creditCount", totals.creditCount());
    json.writeEndObject();
  }

  private static void difference(JsonGenerator json, BatchReply.Difference difference)
      throws IOException {
    Fen here = difference.here();
    Fen till = difference.till();
    json.writeStartObject();
    json.writeStringField("finding", difference.finding().name());
    json.writeStringField("side", difference.side().name());
    json.writeStringField("requestId", difference.requestId().value());
    if (here != null) {
      json.writeNumberField("gatewayFen", here.value());
    }
    if (till != null) {
      json.writeNumberField("tillFen", till.value());
    }
    json.writeEndObject();
  }
}
