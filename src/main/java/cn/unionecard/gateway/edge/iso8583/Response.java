package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.Field54Amounts;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Quote;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import cn.unionecard.gateway.runtime.watch.RequestMeters.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a reply says beyond what it repeats of the request.
 *
 * @param code field 39
 * @param requirement what the terminal is to do, as the header of the reply says it
 * @param text field 63.2, Chinese; may be empty
 * @param fields sets the others
 * @param outcome what it is counted as
 */
record Response(
    String code, int requirement, String text, Consumer<IsoMessage> fields, Outcome outcome) {
  private static final Logger LOG = LoggerFactory.getLogger(Response.class);
  private static final Consumer<IsoMessage> NONE = reply -> {};
  private static final String APPROVED = "00";
  private static final int AUTHORISATION = 6;

  /** Of the usual outcome for its code. */
  Response(String code, int requirement, String text, Consumer<IsoMessage> fields) {
    this(code, requirement, text, fields, outcome(code));
  }

  private static Outcome outcome(String code) {
    return switch (code) {
      case APPROVED -> Outcome.APPROVED;
      case "97", "99", "A0" -> Outcome.UNAUTHENTICATED;
      case "06" -> Outcome.FAULT;
      default -> Outcome.REFUSED;
    };
  }

  /** Approved, with these fields. */
  static Response approved(Consumer<IsoMessage> fields) {
    return new Response(APPROVED, FrameHead.NOTHING, "", fields);
  }

  boolean isApproved() {
    return code.equals(APPROVED);
  }

  /** The same, with another processing requirement in the header. */
  Response requiring(int other) {
    return new Response(code, other, text, fields, outcome);
  }

  /** Refused without a record. */
  static Response refused(Refusal refusal) {
    return new Response(refusal.responseCode, requirement(refusal), refusal.chinese, NONE);
  }

  /** The device is not proved to be the terminal's. */
  static Response unproved(Unproved why) {
    return new Response(
        Refusal.TERMINAL_UNKNOWN.responseCode, FrameHead.NOTHING, why.chinese, NONE);
  }

  private static int requirement(Refusal refusal) {
    return switch (refusal) {
      case TERMINAL_NOT_SIGNED_ON, MAC_WRONG, BATCH_NUMBER_DIFFERS -> FrameHead.SIGN_ON;
      default -> FrameHead.NOTHING;
    };
  }

  /** What the line said. */
  static Response of(Reply reply) {
    if (reply instanceof Reply.Recorded recorded) {
      return of(ReceiptFacts.of(recorded.receipt()));
    }
    return reply instanceof Reply.Quoted quoted
        ? of(quoted.quote())
        : refused(((Reply.Declined) reply).refusal());
  }

  private static Response of(ReceiptFacts facts) {
    Refusal refusal = facts.refusal();
    return new Response(
        refusal == null ? APPROVED : refusal.responseCode,
        refusal == null ? FrameHead.NOTHING : requirement(refusal),
        SlipWriter.of(facts),
        reply -> {
          reply.set(37, facts.id());
          if (refusal == null) {
            reply.set(38, facts.id().substring(facts.id().length() - AUTHORISATION));
            new Field54Amounts(facts.discount(), facts.payable()).write(reply);
          }
          Map<String, String> data = new LinkedHashMap<>();
          data.put(Field59Tags.TRANSACTION_ID, facts.id());
          data.put(Field59Tags.RECEIPT, facts.shortCode());
          new Field59Tags(data).write(reply);
        });
  }

  private static Response of(Quote quote) {
    Refusal refusal = quote.refusal();
    Fen payable = Fen.of(quote.order().value() - quote.discount().value());
    return new Response(
        refusal == null ? APPROVED : refusal.responseCode,
        refusal == null ? FrameHead.NOTHING : requirement(refusal),
        SlipWriter.of(quote),
        refusal == null
            ? reply -> new Field54Amounts(quote.discount(), payable).write(reply)
            : NONE);
  }

  /** What there is no answer for. */
  static Response failed(Throwable cause) {
    Throwable failure = StoreFailure.told(cause);
    if (failure instanceof FormatError error) {
      return failed("30", "报文格式错 " + error.field, Outcome.MALFORMED);
    }
    if (failure instanceof Fault.Busy || failure instanceof Fault.TooMany) {
      Outcome outcome = failure instanceof Fault.Busy ? Outcome.BUSY : Outcome.LIMITED;
      return failed("91", "系统繁忙，请稍后重试", outcome);
    }
    if (failure instanceof Fault.InFlight) {
      return failed("09", "正在处理，请稍后重发", Outcome.BUSY);
    }
    boolean unknown = failure instanceof Fault.Unknown;
    if (!unknown) {
      LOG.error("a message cannot be worked on", failure);
    }
    return failed("96", "结果未知，请重发或冲正", unknown ? Outcome.UNKNOWN : Outcome.FAULT);
  }

  private static Response failed(String code, String text, Outcome outcome) {
    return new Response(code, FrameHead.NOTHING, text, NONE, outcome);
  }
}
