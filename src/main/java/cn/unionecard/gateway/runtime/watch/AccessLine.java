package cn.unionecard.gateway.runtime.watch;

import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.watch.RequestMeters.Edge;
import cn.unionecard.gateway.runtime.watch.RequestMeters.Outcome;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request and what became of it. Nobody's ids, codes, tokens or bodies are in it; what a caller
 * may choose are the trace, which is masked, and over ISO 8583 the terminal's eight characters.
 *
 * @param ended when its answer was made
 * @param asked what was asked
 * @param outcome what became of it
 * @param status HTTP status, or 0: not HTTP, or nobody listened any more
 * @param code stable name of the problem, field 39, or why a connection was closed; or null
 * @param us microseconds from its first byte that was read to its answer
 * @param bytes of the answer's body, or of the reply's frame
 * @param from address it came from: IPv4, or the first 64 bits of IPv6
 * @param who who asked
 * @param trace what finds it: W3C trace id, or the terminal's number of its message (field 11)
 */
public record AccessLine(
    Instant ended,
    Asked asked,
    Outcome outcome,
    int status,
    @Nullable String code,
    long us,
    int bytes,
    String from,
    Who who,
    @Nullable String trace) {

  /**
   * What was asked.
   *
   * @param method HTTP method, or type of the message (MTI)
   * @param route of the contract, with its parameters as names; or the message's service; null: of
   *     none
   * @param type what was asked of the line, or null
   */
  public record Asked(
      Edge edge, String method, @Nullable String route, @Nullable TransactionType type) {}

  /**
   * Who asked: one or none of them.
   *
   * @param terminal its number
   * @param org code of the organisation of whoever of its staff it was
   */
  public record Who(@Nullable String terminal, @Nullable String org) {
    public static final Who NOBODY = new Who(null, null);
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("ts", ended.truncatedTo(ChronoUnit.MILLIS).toString());
    json.writeStringField("logger", "access");
    json.writeStringField("edge", asked.edge.word());
    json.writeStringField("method", asked.method);
    text(json, "route", asked.route);
    text(json, "type", asked.type == null ? null : asked.type.name());
    json.writeStringField("outcome", outcome.word());
    if (status != 0) {
      json.writeNumberField("status", status);
    }
    text(json, "code", code);
    json.writeNumberField("us", us);
    json.writeNumberField("bytes", bytes);
    text(json, "terminal", who.terminal);
    text(json, "org", who.org);
    json.writeStringField("from", from);
    text(
        json,
        asked.edge == Edge.ISO8583 ? "stan" : "traceId",
        trace == null ? null : Masking.mask(trace));
    json.writeEndObject();
  }

  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }
}
