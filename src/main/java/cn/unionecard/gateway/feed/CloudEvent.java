package cn.unionecard.gateway.feed;

import cn.unionecard.gateway.runtime.Clocks;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.OffsetDateTime;

/**
 * One event in the JSON format of CloudEvents 1.0 (structured mode).
 *
 * @param id stable for ever: the outbox number
 * @param kind what happened, such as {@code transaction.sale}
 * @param merchant merchant number
 * @param at when it happened
 * @param sequence place in the feed, from 1
 * @param merchantSequence place among the merchant's events, from 1, without gaps
 * @param org code of the organisation that authorises the merchant, and so supervises it
 * @param signingOrg code of the one that signed it, and so is responsible
 * @param data the event's own content, a JSON object
 */
public record CloudEvent(
    long id,
    String kind,
    String merchant,
    OffsetDateTime at,
    long sequence,
    long merchantSequence,
    String org,
    String signingOrg,
    String data) {

  static final String SOURCE = "urn:ecard:gateway";
  private static final int SEQUENCE_DIGITS = 19;

  /** The {@code type} attribute: reversed domain, kind, version of the content. */
  String type() {
    return EventType.typeOf(kind);
  }

  /**
   * Appends the event as one line of JSON, which is what a {@code data:} line can carry. {@code
   * sequence} is padded with zeros: the extension of that name must sort as text.
   */
  void writeTo(StringBuilder json) {
    json.append("{\"specversion\":\"1.0\",\"id\":\"").append(id);
    json.append("\",\"source\":\"").append(SOURCE);
    text(json, "\",\"type\":\"", type());
    text(json, "\",\"subject\":\"", merchant);
    json.append("\",\"time\":\"");
    time(json, at);
    json.append("\",\"datacontenttype\":\"application/json\",\"sequence\":\"");
    padded(json, sequence);
    json.append("\",\"merchantseq\":").append(merchantSequence);
    text(json, ",\"org\":\"", org);
    text(json, "\",\"signingorg\":\"", signingOrg);
    json.append("\",\"data\":").append(oneLine(data)).append('}');
  }

  static void text(StringBuilder json, String before, String value) {
    json.append(before);
    JsonStringEncoder.getInstance().quoteAsString(value, json);
  }

  /** The event as one line of JSON. */
  public String json() {
    StringBuilder json = new StringBuilder(data.length() + 400);
    writeTo(json);
    return json.toString();
  }

  static void time(StringBuilder json, OffsetDateTime at) {
    Clocks.RFC_3339.formatTo(at, json);
  }

  static void padded(StringBuilder json, long number) {
    String digits = Long.toString(number);
    json.append("0".repeat(SEQUENCE_DIGITS - digits.length())).append(digits);
  }

  /** A line break can only stand between the tokens of JSON, where a blank does as well. */
  private static String oneLine(String json) {
    return json.replace('\n', ' ').replace('\r', ' ');
  }
}
