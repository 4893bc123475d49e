package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import io.vertx.core.MultiMap;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestJsonTest {
  private static final TerminalId TERMINAL = new TerminalId("T0000001");
  private static final RequestId KEY = new RequestId("k-1");

  private static byte[] utf8(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }

  private static Request sale(String json) {
    return RequestJson.sale(utf8(json), TERMINAL, KEY);
  }

  @Test
  void readsASale() {
    Request sale =
        sale(
            "{\"withoutBenefit\":\"REFUSE\",\"type\":\"SALE\",\"code\":\"84 \\t中\",\"orderFen\":12800,"
                + "\"benefit\":\"EAT-01\"} \n");
    assertEquals(TransactionType.SALE, sale.type());
    assertEquals("84 \t中", sale.code());
    assertEquals(Fen.of(12800), sale.order());
    assertEquals("EAT-01", sale.benefit());
    assertEquals(WithoutBenefit.REFUSE, sale.withoutBenefit());
    assertEquals(KEY, sale.requestId());
  }

  @Test
  void leavesOutWhatMayBeLeftOut() {
    Request sale = sale("{\"type\":\"SALE\",\"code\":\"8\",\"orderFen\":0}");
    assertNull(sale.benefit());
    assertEquals(WithoutBenefit.APPROVE, sale.withoutBenefit());
    assertEquals(Fen.ZERO, RequestJson.verify(utf8("{\"code\":\"8\"}"), TERMINAL, KEY).order());
    assertEquals(Fen.ZERO, RequestJson.reversalAmount(utf8("{}")));
    assertEquals(
        new RequestId("a.b"),
        RequestJson.reversal(utf8("{\"requestId\":\"a.b\",\"orderFen\":5}"), TERMINAL).requestId());
  }

  /** Field at fault | the one member that differs from a good sale, or is added to it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "type | \"type\":\"VERIFY\"",
        "type | \"type\":\"sale\"",
        "type | \"type\":7",
        "type | \"type\":null",
        "code | \"code\":\"\"",
        "code | \"code\":84446669133388330784",
        "code | \"code\":8",
        "code | \"code\":[\"8\"]",
        "code | \"code\":{\"a\":1}",
        "code | \"code\":true",
        "orderFen | \"orderFen\":\"12800\"",
        "orderFen | \"orderFen\":128.00",
        "orderFen | \"orderFen\":1e3",
        "orderFen | \"orderFen\":-1",
        "orderFen | \"orderFen\":-0",
        "orderFen | \"orderFen\":1000000000000",
        "orderFen | \"orderFen\":9223372036854775808",
        "orderFen | \"orderFen\":99999999999999999999999999999999999999999999",
        "orderFen | \"orderFen\":NaN",
        "orderFen | \"orderFen\":Infinity",
        "orderFen | \"orderFen\":012800",
        "orderFen | \"orderFen\":0x10",
        "orderFen | \"orderFen\":null",
        "benefit | \"benefit\":\"eat-01\"",
        "benefit | \"benefit\":\"EAT-01'; drop table campaign; --\"",
        "benefit | \"benefit\":\"ABCDEFGHIJKLMNOPQRSTUVWXY\"",
        "withoutBenefit | \"withoutBenefit\":\"MAYBE\"",
        "discountFen | \"discountFen\":1",
        "Type | \"Type\":\"SALE\"",
        "__proto__ | \"__proto__\":1",
      })
  void namesTheFieldAtFault(String field, String member) {
    String name = member.substring(1, member.indexOf('"', 1));
    String good = "\"type\":\"SALE\",\"code\":\"84\",\"orderFen\":12800";
    StringBuilder json = new StringBuilder("{").append(member);
    for (String other : good.split(",", -1)) {
      if (!other.startsWith("\"" + name + "\"")) {
        json.append(',').append(other);
      }
    }
    Fault.Malformed fault =
        assertThrows(Fault.Malformed.class, () -> sale(json.append('}').toString()));
    assertEquals(field, fault.field);
    assertTrue(fault.toString().length() < 300, fault::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"type", "code", "orderFen"})
  void namesTheMissingField(String field) {
    String json = "{\"type\":\"SALE\",\"code\":\"84\",\"orderFen\":1}";
    String without = json.replaceAll("\"" + field + "\":[^,}]*,?", "").replace(",}", "}");
    Fault.Malformed fault = assertThrows(Fault.Malformed.class, () -> sale(without));
    assertEquals(field, fault.field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"code", "orderFen", "\\u0063ode"})
  void namesTheRepeatedField(String field) {
    String json = "{\"type\":\"SALE\",\"code\":\"84\",\"orderFen\":1,\"" + field + "\":\"84\"}";
    Fault.Malformed fault = assertThrows(Fault.Malformed.class, () -> sale(json));
    assertEquals(field.replace("\\u0063", "c"), fault.field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  \r\n",
        "null",
        "[]",
        "[{\"type\":\"SALE\",\"code\":\"84\",\"orderFen\":1}]",
        "\"text\"",
        "12",
        "{",
        "{\"type\":\"SALE\"",
        "{\"type\":\"SALE\",\"code\":\"84\",\"orderFen\":1}x",
        "{\"type\":\"SALE\",\"code\":\"84\",\"orderFen\":1}{}",
        "{\"type\":\"SALE\",\"code\":\"84\",\"orderFen\":1} // comment",
        "{'type':'SALE'}",
        "{type:\"SALE\"}",
        "{\"type\":\"SALE\",}",
        "\uFEFF{\"type\":\"SALE\",\"code\":\"84\",\"orderFen\":1}",
        "{\"code\":\"8\u00004\"}",
        "{\"code\":\"\\x41\"}",
      })
  void refusesWhatIsNoJsonObject(String json) {
    Fault.Malformed fault = assertThrows(Fault.Malformed.class, () -> sale(json));
    assertTrue(List.of("", "type", "code", "orderFen").contains(fault.field), fault.field);
  }

  @Test
  void refusesDepthAndLengthWithoutReadingThemThrough() {
    String deep = "{\"code\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}";
    assertEquals("code", assertThrows(Fault.Malformed.class, () -> sale(deep)).field);
    String longText = "{\"code\":\"" + "8".repeat(60_000) + "\"}";
    assertEquals("code", assertThrows(Fault.Malformed.class, () -> sale(longText)).field);
    String longNumber = "{\"orderFen\":" + "9".repeat(60_000) + "}";
    assertEquals("orderFen", assertThrows(Fault.Malformed.class, () -> sale(longNumber)).field);
    String longName = "{\"" + "n".repeat(60_000) + "\":1}";
    assertTrue(assertThrows(Fault.Malformed.class, () -> sale(longName)).toString().length() < 300);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GBK", "UTF-16LE", "UTF-16BE", "UTF-32"})
  void refusesOtherEncodings(String charset) {
    byte[] body =
        "{\"type\":\"SALE\",\"code\":\"中文\",\"orderFen\":1}".getBytes(Charset.forName(charset));
    assertThrows(Fault.Malformed.class, () -> RequestJson.sale(body, TERMINAL, KEY));
  }

  @Test
  void refusesInvalidUtf8() {
    byte[] body = utf8("{\"type\":\"SALE\",\"code\":\"84??\",\"orderFen\":1}");
    int at = new String(body, StandardCharsets.US_ASCII).indexOf("??");
    body[at] = (byte) 0xC0;
    body[at + 1] = (byte) 0xAF;
    Fault.Malformed overlong =
        assertThrows(Fault.Malformed.class, () -> RequestJson.sale(body, TERMINAL, KEY));
    assertEquals("the body is not valid UTF-8", overlong.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"k-1,k-1", "\"k-1\",k-1", "' a.B_9 ',a.B_9"})
  void readsTheKeyBareOrQuoted(String header, String key) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("idempotency-key", header);
    assertEquals(new RequestId(key), RequestHead.requiredKey(headers));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"", "\"\"", "a b", "a\"b", "\"a", "中", "a,b", "a;b=1"})
  void refusesOtherKeys(String header) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Idempotency-Key", header);
    assertEquals(
        "Idempotency-Key",
        assertThrows(Fault.Malformed.class, () -> RequestHead.requiredKey(headers)).field);
  }

  @Test
  void refusesTwoKeysAndNone() {
    MultiMap two =
        MultiMap.caseInsensitiveMultiMap().add("Idempotency-Key", "a").add("idempotency-key", "a");
    assertThrows(Fault.Malformed.class, () -> RequestHead.requiredKey(two));
    MultiMap none = MultiMap.caseInsensitiveMultiMap();
    assertThrows(Fault.Malformed.class, () -> RequestHead.requiredKey(none));
    assertNull(RequestHead.key(none));
  }
}
