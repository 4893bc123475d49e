package cn.unionecard.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.json.JsonObject;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventTest {

  @Test
  void isOneLineOfStructuredJson() {
    assertEquals(
        "{\"specversion\":\"1.0\",\"id\":\"77\",\"source\":\"urn:ecard:gateway\","
            + "\"type\":\"cn.unionecard.transaction.sale.v1\",\"subject\":\"841080200000001\","
            + "\"time\":\"2026-11-23T09:00:00.120+08:00\",\"datacontenttype\":\"application/json\","
            + "\"sequence\":\"0000000000000000042\",\"merchantseq\":7,\"org\":\"410802\","
            + "\"signingorg\":\"410800\",\"data\":{\"orderFen\":12800}}",
        json(event("410802", "{\"orderFen\":12800}")));
  }

  @Test
  void padsTheSequenceSoThatItSortsAsText() {
    CloudEvent last =
        new CloudEvent(1, "a.b", "m", AT, Long.MAX_VALUE, Long.MAX_VALUE, "410800", "410800", "{}");
    String sequence = new JsonObject(json(last)).getString("sequence");
    assertEquals(Long.toString(Long.MAX_VALUE), sequence);
  }

  @Test
  void escapesWhatIsText() {
    String json = json(event("4108\"\n焦作", "{}"));
    assertEquals("4108\"\n焦作", new JsonObject(json).getString("org"));
  }

  @Test
  void keepsDataOnOneLine() {
    String json = json(event("410802", "{\r\n  \"say\": \"一\\n二\"\n}"));
    assertFalse(json.contains("\n") || json.contains("\r"));
    assertEquals("一\n二", new JsonObject(json).getJsonObject("data").getString("say"));
  }

  @Test
  void namesItsKind() {
    CloudEvent event = event("410802", "{}");
    assertEquals(
        Optional.of("transaction.sale"), EventType.of(event.type()).map(type -> type.kind));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "transaction.sale",
        "cn.unionecard.sale.v1",
        "cn.unionecard.transaction.sale.v2",
        "cn.unionecard.transaction.sale.v1\n",
        "cn.unionecard..sale.v1",
        "cn.unionecard.transaction.*.v1"
      })
  void knowsWhatIsNoTypeOfOurs(String type) {
    assertEquals(Optional.empty(), EventType.of(type));
  }

  private static final OffsetDateTime AT = OffsetDateTime.parse("2026-11-23T01:00:00.12Z");

  private static CloudEvent event(String org, String data) {
    return new CloudEvent(
        77, "transaction.sale", "841080200000001", AT, 42, 7, org, "410800", data);
  }

  private static String json(CloudEvent event) {
    StringBuilder json = new StringBuilder();
    event.writeTo(json);
    return json.toString();
  }
}
