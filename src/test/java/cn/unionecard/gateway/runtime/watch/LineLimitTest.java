package cn.unionecard.gateway.runtime.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LineLimitTest {
  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final LineLimit limit = new LineLimit(lines);
  private long nowMs = 1_764_000_000_000L;

  @BeforeEach
  void start() {
    lines.start();
    limit.start();
  }

  private void log(String logger, String message, Object... arguments) {
    LoggingEvent event =
        new LoggingEvent("", context.getLogger(logger), Level.WARN, message, null, arguments);
    event.setTimeStamp(nowMs);
    limit.doAppend(event);
  }

  private List<String> shown() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void aKindHasAFewLinesAMinuteAndACountOfTheRest() {
    for (int i = 0; i < 5_000; i++) {
      log("door", "bad path {}", i);
    }
    log("door", "something else");
    log("other", "bad path {}", 1);
    assertEquals(LineLimit.KIND_LINES_MAX + 2, lines.list.size());
    nowMs += LineLimit.MINUTE_MS;
    log("other", "the next minute");
    String told = shown().get(LineLimit.KIND_LINES_MAX + 2);
    assertEquals("left out: 4990 more lines of door within a minute, such as: bad path 0", told);
    log("door", "bad path {}", 7);
    assertEquals("bad path 7", shown().get(lines.list.size() - 1));
  }

  @Test
  void aLoggerWhoseMessagesAllDifferHasALimitOfItsOwn() {
    for (int i = 0; i < 10_000; i++) {
      log("library", "cannot read " + i);
    }
    assertEquals(LineLimit.LOGGER_LINES_MAX, lines.list.size());
    limit.stop();
    assertTrue(
        shown().stream().anyMatch(line -> line.contains("9940 more lines of library")),
        shown()::toString);
  }

  @Test
  void aClockThatIsSetBackSilencesNobody() {
    for (int i = 0; i < 20; i++) {
      log("door", "bad path");
    }
    nowMs -= 3_600_000;
    log("door", "bad path");
    assertEquals(LineLimit.KIND_LINES_MAX + 2, lines.list.size());
  }
}
