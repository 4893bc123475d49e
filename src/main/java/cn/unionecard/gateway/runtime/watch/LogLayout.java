package cn.unionecard.gateway.runtime.watch;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** The two forms of a log line; neither ever shows what {@link Masking} strikes out. */
final class LogLayout {
  private static final int MESSAGE_LENGTH_MAX = 4 * 1024;
  private static final int STACK_LENGTH_MAX = 32 * 1024;

  private LogLayout() {}

  private static String told(String text, int lengthMax) {
    return Masking.mask(text.length() > lengthMax ? text.substring(0, lengthMax) : text);
  }

  /** For people at a console. */
  public static final class Console extends PatternLayout {
    @Override
    public String doLayout(ILoggingEvent event) {
      return Masking.mask(super.doLayout(event));
    }
  }

  /**
   * For machines: one JSON object per line with {@code ts}, {@code level}, {@code logger}, {@code
   * msg}, then {@code terminal}, {@code traceId} and whatever else the event carries, then {@code
   * error}.
   */
  static final class Json extends LayoutBase<ILoggingEvent> {
    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public String doLayout(ILoggingEvent event) {
      StringWriter line = new StringWriter();
      try (JsonGenerator json = JSON.createGenerator(line)) {
        write(json, event);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      return line.append('\n').toString();
    }

    private static void write(JsonGenerator json, ILoggingEvent event) throws IOException {
      json.writeStartObject();
      json.writeStringField("ts", Instant.ofEpochMilli(event.getTimeStamp()).toString());
      json.writeStringField("level", event.getLevel().toString());
      json.writeStringField("logger", event.getLoggerName());
      json.writeStringField("msg", told(message(event), MESSAGE_LENGTH_MAX));
      for (Map.Entry<String, String> field : fields(event).entrySet()) {
        json.writeStringField(field.getKey(), told(field.getValue(), MESSAGE_LENGTH_MAX));
      }
      if (event.getThrowableProxy() != null) {
        String stack = ThrowableProxyUtil.asString(event.getThrowableProxy());
        json.writeStringField("error", told(stack, STACK_LENGTH_MAX));
      }
      json.writeEndObject();
    }

    private static String message(ILoggingEvent event) {
      return String.valueOf(event.getFormattedMessage());
    }

    private static Map<String, String> fields(ILoggingEvent event) {
      Map<String, String> fields = new TreeMap<>(event.getMDCPropertyMap());
      for (KeyValuePair pair : pairs(event)) {
        fields.put(pair.key, String.valueOf(pair.value));
      }
      return fields;
    }

    private static Iterable<KeyValuePair> pairs(ILoggingEvent event) {
      @Nullable Iterable<KeyValuePair> pairs = event.getKeyValuePairs();
      return pairs == null ? List.of() : pairs;
    }
  }
}
