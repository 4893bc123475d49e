package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.Gbk;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.BatchDetail;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.BatchSide;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.terminal.BatchReply;
import cn.unionecard.gateway.terminal.Batches;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The end of a terminal's shift: totals, the list behind them, its end. */
final class BatchSettlement {
  private static final int END_BALANCED = 207;
  private static final int END_UNBALANCED = 202;
  private static final String MORE = "\n其余见网关";

  private final Batches batches;

  BatchSettlement(Batches batches) {
    this.batches = batches;
  }

  /**
   * Answers one of the batch messages.
   *
   * @throws FormatError when field 48 is not what it must be
   */
  Future<Response> answer(IsoRequest asked) {
    Field60Batch field60 = asked.field60();
    if (field60.batch() == 0) {
      return Future.succeededFuture(Response.refused(Refusal.BATCH_NUMBER_DIFFERS));
    }
    BatchNo batch = new BatchNo(field60.batch());
    TerminalId terminal = asked.terminal();
    IsoMessage message = asked.message();
    return switch (asked.service()) {
      case BATCH_TOTALS -> totals(message, terminal, batch);
      case BATCH_LIST ->
          batches.upload(terminal, batch, details(message, batch)).map(BatchSettlement::listed);
      default -> batches.end(terminal, batch).map(reply -> ended(field60, reply));
    };
  }

  private Future<Response> totals(IsoMessage message, TerminalId terminal, BatchNo batch) {
    Totals till = Totals.read(message);
    Sums sums = till.home();
    BatchTotals counted =
        new BatchTotals(sums.debit(), sums.debitCount(), sums.credit(), sums.creditCount());
    return batches.close(terminal, batch, counted).map(reply -> closed(till, reply));
  }

  private static Response closed(Totals till, BatchReply reply) {
    if (!(reply instanceof BatchReply.Closed closed)) {
      return refused(reply);
    }
    int flag = closed.balanced() ? Sums.BALANCED : Sums.UNBALANCED;
    Totals answer = new Totals(till.home().flagged(flag), till.foreign().flagged(Sums.BALANCED));
    return new Response(
        "00", FrameHead.NOTHING, closed.balanced() ? "" : "对账不平，请上送明细", answer::write);
  }

  /**
   * The kind of an entry is its field 60.1: sale 22, completion 20, offline sale 30 are debits,
   * void 23, refund 25 credits.
   */
  private static List<BatchDetail> details(IsoMessage message, BatchNo batch) {
    List<BatchDetail> details = new ArrayList<>();
    for (Entry entry : Details.read(message).entries()) {
      BatchSide side =
          switch (entry.kind()) {
            case 20, 22, 30 -> BatchSide.DEBIT;
            case 23, 25 -> BatchSide.CREDIT;
            default ->
                throw new FormatError(
                    "F48.kind", FormatError.Reason.OUT_OF_RANGE, entry.kind(), 30);
          };
      details.add(
          new BatchDetail(side, RequestReader.key(batch.value(), entry.trace()), entry.amount()));
    }
    return details;
  }

  private static Response listed(BatchReply reply) {
    return reply instanceof BatchReply.Closed ? Response.approved(message -> {}) : refused(reply);
  }

  /** Whatever the terminal thinks, 60.3 says how the batch stands here. */
  private static Response ended(Field60Batch asked, BatchReply reply) {
    if (!(reply instanceof BatchReply.Closed closed)) {
      return refused(reply);
    }
    int stands = closed.balanced() ? END_BALANCED : END_UNBALANCED;
    return new Response(
        "00",
        FrameHead.NOTHING,
        closed.balanced() ? "" : differences(closed.differences()),
        message -> new Field60Batch(asked.type(), asked.batch(), stands).write(message));
  }

  /** As many as there is room for, each by its trace number. */
  static String differences(List<BatchReply.Difference> differences) {
    String head = differences.size() + "笔不符，已通知工会";
    StringBuilder text = new StringBuilder(head);
    for (BatchReply.Difference each : differences) {
      String line = "\n" + difference(each);
      if (Gbk.length(text + line + MORE) > Field63Slip.TEXT_BYTES_MAX) {
        return text.append(MORE).toString();
      }
      text.append(line);
    }
    return text.toString();
  }

  private static String difference(BatchReply.Difference each) {
    String key = each.requestId().value();
    String trace = key.substring(key.lastIndexOf('-') + 1);
    return trace
        + switch (each.finding()) {
          case MISSING_HERE -> "网关无此笔";
          case MISSING_AT_TILL -> "终端漏报" + yuan(each.here());
          case AMOUNT_DIFFERS -> "网关" + yuan(each.here()) + "终端" + yuan(each.till());
        };
  }

  private static String yuan(@Nullable Fen fen) {
    return fen == null ? "" : fen.yuan();
  }

  private static Response refused(BatchReply reply) {
    return Response.refused(
        reply instanceof BatchReply.Refused refused
            ? refused.refusal()
            : Refusal.BATCH_NUMBER_DIFFERS);
  }
}
