package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.archive.Archive;
import cn.unionecard.gateway.archive.ReceiptCheck;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.BenefitName;
import cn.unionecard.gateway.model.Offer;
import cn.unionecard.gateway.model.Quote;
import cn.unionecard.gateway.model.ReceiptDocument;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.watch.Masking;
import cn.unionecard.gateway.terminal.TerminalPlace;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * The JSON documents the edge writes itself; a receipt comes ready from {@link ReceiptDocument}.
 */
final class Documents {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int LENGTH = 512;
  private static final int DETAIL_LENGTH_MAX = 1000;
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Encoder PEM =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Documents() {}

  /** Writes one document. */
  interface Writer {
    void write(JsonGenerator json) throws IOException;
  }

  static byte[] object(Writer members) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(LENGTH);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** What a client put in the wrong place is not said back to it: it goes into others' logs. */
  static byte[] problem(Problem problem, String path, String traceId) {
    return object(
        json -> {
          json.writeStringField("type", problem.type());
          json.writeStringField("title", problem.title());
          json.writeNumberField("status", problem.status());
          json.writeStringField("detail", Masking.told(problem.detail(), DETAIL_LENGTH_MAX));
          json.writeStringField("instance", Masking.told(path));
          json.writeStringField("code", problem.code());
          json.writeStringField("responseCode", problem.responseCode());
          json.writeStringField("retry", problem.retry().name());
          json.writeStringField("nextAction", problem.nextAction());
          if (problem.field() != null) {
            json.writeStringField("field", Masking.told(problem.field()));
          }
          json.writeStringField("traceId", traceId);
        });
  }

  static byte[] quote(Quote quote) {
    return object(
        json -> {
          writeOutcome(json, quote);
          if (!quote.cardTail().isEmpty()) {
            json.writeStringField("card", quote.cardTail());
          }
          if (!quote.holder().isEmpty()) {
            json.writeStringField("holder", quote.holder());
          }
          json.writeNumberField("orderFen", quote.order().value());
          json.writeNumberField("discountFen", quote.discount().value());
          json.writeNumberField("memberPaysFen", quote.order().minus(quote.discount()).value());
          json.writeStringField("benefitName", quote.benefitName());
          if (quote.claimedUntilMs() > 0) {
            json.writeStringField("claimedUntil", time(quote.claimedUntilMs()));
          }
          json.writeArrayFieldStart("offers");
          for (Offer offer : quote.offers()) {
            writeOffer(json, offer);
          }
          json.writeEndArray();
        });
  }

  private static void writeOutcome(JsonGenerator json, Quote quote) throws IOException {
    Refusal refusal = quote.refusal();
    json.writeStringField("outcome", refusal == null ? "ELIGIBLE" : "REFUSED");
    json.writeStringField("responseCode", refusal == null ? "00" : refusal.responseCode);
    if (refusal != null) {
      json.writeStringField("refusal", refusal.name());
      json.writeStringField("retry", refusal.retry.name());
    }
    json.writeStringField("say", refusal == null ? say(quote) : refusal.chinese);
  }

  private static String say(Quote quote) {
    if (quote.order().value() == 0) {
      return "会员码有效";
    }
    if (quote.benefitName().equals(BenefitName.NAMED_NOT_GIVEN)) {
      return "会员码有效，指定优惠不可用，按原价应收" + quote.order().yuan() + "元";
    }
    String pays = quote.order().minus(quote.discount()).yuan();
    return "可优惠" + quote.discount().yuan() + "元，应收" + pays + "元";
  }

  private static void writeOffer(JsonGenerator json, Offer offer) throws IOException {
    json.writeStartObject();
    json.writeStringField("benefit", offer.benefit());
    json.writeStringField("name", offer.name());
    json.writeNumberField("discountFen", offer.discount().value());
    json.writeEndObject();
  }

  /** The transactions of one key, each as its receipt document. */
  static byte[] transactions(List<Archive.Entry> entries) {
    return object(
        json -> {
          json.writeArrayFieldStart("transactions");
          for (Archive.Entry entry : entries) {
            json.writeRawValue(utf8(ReceiptDocument.write(entry.receipt())));
          }
          json.writeEndArray();
        });
  }

  /** What is left of a purchase, with what can come back alone as a refund names it. */
  static byte[] left(Archive.Left left) {
    return object(
        json -> {
          json.writeNumberField("leftFen", left.leftFen());
          json.writeNumberField("memberLeftFen", left.memberLeftFen());
          json.writeArrayFieldStart("elements");
          for (Archive.Element element : left.elements()) {
            json.writeStartObject();
            json.writeStringField(element.isMark() ? "mark" : "benefit", element.code());
            if (element.name() != null) {
              json.writeStringField("name", element.name());
            }
            json.writeNumberField("fen", element.fen());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  /** What became of each offline sale, in the order they were reported. */
  static byte[] advices(List<Request> advices, List<Reply> replies) {
    return object(
        json -> {
          json.writeArrayFieldStart("advices");
          for (int i = 0; i < advices.size(); i++) {
            json.writeStartObject();
            json.writeStringField("requestId", advices.get(i).requestId().value());
            writeAdvice(json, replies.get(i));
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static void writeAdvice(JsonGenerator json, Reply reply) throws IOException {
    if (reply instanceof Reply.Recorded recorded) {
      boolean approved = ReceiptHead.of(recorded.receipt()).approved();
      String standing = recorded.replayed() ? "DUPLICATE" : "ACCEPTED";
      json.writeStringField("outcome", approved ? standing : "REFUSED");
      json.writeFieldName("receipt");
      json.writeRawValue(utf8(ReceiptDocument.write(recorded.receipt())));
    } else if (reply instanceof Reply.Declined declined) {
      json.writeStringField("outcome", "REFUSED");
      json.writeStringField("refusal", declined.refusal().name());
      json.writeStringField("responseCode", declined.refusal().responseCode);
      json.writeStringField("say", declined.refusal().chinese);
    } else {
      throw new IllegalStateException("an advice was quoted");
    }
  }

  static byte[] keys(List<Archive.Key> keys) {
    return object(
        json -> {
          json.writeArrayFieldStart("keys");
          for (Archive.Key key : keys) {
            json.writeStartObject();
            json.writeStringField("kid", key.kid());
            json.writeStringField("algorithm", key.algorithm());
            json.writeStringField("publicKey", pem(key.spki()));
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static String pem(byte[] spki) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + PEM.encodeToString(spki)
        + "\n-----END PUBLIC KEY-----\n";
  }

  static byte[] block(Archive.Block block) {
    return object(
        json -> {
          json.writeFieldName("block");
          json.writeRawValue(utf8(block.header()));
          json.writeStringField("hash", BASE64URL.encodeToString(block.hash()));
          json.writeArrayFieldStart("leaves");
          for (byte[] leaf : block.leaves()) {
            json.writeString(BASE64URL.encodeToString(leaf));
          }
          json.writeEndArray();
          json.writeStringField("signature", BASE64URL.encodeToString(block.signature()));
        });
  }

  static byte[] finding(ReceiptCheck.Finding finding) {
    return object(
        json -> {
          json.writeBooleanField("valid", finding.valid());
          json.writeStringField("finding", finding.name());
          json.writeStringField("say", finding.valid() ? "收据真实有效" : "收据未通过验真，请勿采信");
        });
  }

  static byte[] place(TerminalPlace place) {
    return object(
        json -> {
          json.writeStringField("terminal", place.terminal());
          json.writeStringField("status", place.status());
          json.writeStringField("merchant", place.merchantNo());
          json.writeStringField("merchantName", place.merchantName());
          json.writeStringField("merchantStatus", place.merchantStatus());
        });
  }

  static byte[] terminalToken(String token, long lifetimeSeconds) {
    return object(
        json -> {
          json.writeStringField("accessToken", token);
          json.writeStringField("tokenType", "Bearer");
          json.writeNumberField("expiresIn", lifetimeSeconds);
        });
  }

  private static String time(long epochMs) {
    return Clocks.RFC_3339.format(Instant.ofEpochMilli(epochMs));
  }

  private static String utf8(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
