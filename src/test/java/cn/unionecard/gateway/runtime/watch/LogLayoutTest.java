package cn.unionecard.gateway.runtime.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.KeyValuePair;

class LogLayoutTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          code 84012345678901234567 wrong      | code ******************** wrong
          id 410802199001011234, ok            | id ******************, ok
          id 41080219900101123X                | id ******************
          call 13812345678 or 02012345678      | call *********** or 02012345678
          Authorization: Bearer abc.def-ghi    | Authorization: Bearer ***
          authorization=bearer eyJh.eyJz.x     | authorization=Bearer ***
          token eyJhbGci.eyJzdWIi.c2ln end     | token *** end
          postgresql://u:secret@h:1/d          | postgresql://***@h:1/d
          redis://:secret@h:1                  | redis://***@h:1
          at 1763859600123 in 8410802000000123 | at 1763859600123 in 8410802000000123
          hash 0123456789012345678901234567890 | hash 0123456789012345678901234567890
          [84012345678901234567,13912345678]   | [********************,***********]
          """)
  void masks(String text, String shown) {
    assertEquals(shown, Masking.mask(text));
  }

  @Test
  void jsonMasksMessageFieldsAndStack() {
    LoggingEvent event = event("card of {} at {}", "13812345678", "till");
    event.setMDCPropertyMap(Map.of("terminal", "T0000001"));
    event.addKeyValuePair(new KeyValuePair("traceId", "00ff"));
    event.addKeyValuePair(new KeyValuePair("code", "84012345678901234567"));
    event.setThrowableProxy(new ThrowableProxy(new IllegalStateException("id 410802199001011234")));
    LogLayout.Json layout = new LogLayout.Json();
    String line = layout.doLayout(event);
    assertTrue(line.endsWith("}\n"));
    assertEquals(1, line.lines().count());
    JsonObject json = new JsonObject(line);
    assertEquals("card of *********** at till", json.getString("msg"));
    assertEquals("T0000001", json.getString("terminal"));
    assertEquals("00ff", json.getString("traceId"));
    assertEquals("********************", json.getString("code"));
    assertEquals("WARN", json.getString("level"));
    assertEquals("test", json.getString("logger"));
    assertEquals("2026-11-23T01:00:00Z", json.getString("ts"));
    assertTrue(json.getString("error").contains("IllegalStateException: id ******************"));
  }

  @Test
  void consoleMasksToo() {
    LogLayout.Console layout = new LogLayout.Console();
    layout.setContext(new LoggerContext());
    layout.setPattern("%msg%n%ex");
    layout.start();
    LoggingEvent event = event("code {}", "84012345678901234567");
    event.setThrowableProxy(new ThrowableProxy(new IllegalStateException("13812345678")));
    String line = layout.doLayout(event);
    assertTrue(line.startsWith("code ********************"), line);
    assertFalse(line.contains("13812345678"), line);
  }

  private static LoggingEvent event(String message, Object... arguments) {
    LoggerContext context = new LoggerContext();
    LoggingEvent event =
        new LoggingEvent("", context.getLogger("test"), Level.WARN, message, null, arguments);
    event.setInstant(Instant.parse("2026-11-23T01:00:00Z"));
    return event;
  }
}
