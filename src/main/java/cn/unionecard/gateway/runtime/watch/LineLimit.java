package cn.unionecard.gateway.runtime.watch;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets a few lines of each kind through in a minute, and says how many it left out, so that nobody
 * who can cause a line can fill a disk with it. A kind is a logger's message before its parameters
 * are filled in; a logger whose messages are all different has a limit of its own.
 *
 * <p>Time is that of the lines. What was left out is told with the first line a minute later, or at
 * the end.
 */
final class LineLimit extends AppenderBase<ILoggingEvent> {
  static final int KIND_LINES_MAX = 10;
  static final int LOGGER_LINES_MAX = 60;
  static final long MINUTE_MS = 60_000;
  private static final int KINDS_MAX = 512;
  private static final int MESSAGE_LENGTH_MAX = 100;
  private static final String NAME = LineLimit.class.getName();

  private final Appender<ILoggingEvent> lines;
  private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true);
  private long nextSweepMs;

  private static final class Window {
    final long startMs;
    final ILoggingEvent first;
    int shown;
    int leftOut;

    Window(ILoggingEvent first) {
      this.startMs = first.getTimeStamp();
      this.first = first;
    }

    boolean isOver(long nowMs) {
      return nowMs - startMs >= MINUTE_MS || nowMs < startMs;
    }
  }

  /**
   * @param lines where they go
   */
  LineLimit(Appender<ILoggingEvent> lines) {
    this.lines = lines;
  }

  @Override
  protected void append(ILoggingEvent event) {
    OutOfMemory.mayHaveCaused(thrown(event));
    long now = event.getTimeStamp();
    if (now >= nextSweepMs || nextSweepMs - now > MINUTE_MS) {
      nextSweepMs = now + MINUTE_MS;
      sweep(now);
    }
    String logger = event.getLoggerName();
    String message = String.valueOf(event.getMessage());
    String kind =
        logger
            + '\n'
            + (message.length() > MESSAGE_LENGTH_MAX
                ? message.substring(0, MESSAGE_LENGTH_MAX)
                : message);
    Window own = window(kind, event, now);
    Window all = window(logger, event, now);
    if (own.shown >= KIND_LINES_MAX) {
      own.leftOut++;
    } else if (all.shown >= LOGGER_LINES_MAX) {
      all.leftOut++;
    } else {
      own.shown++;
      all.shown++;
      lines.doAppend(event);
    }
  }

  private static @Nullable Throwable thrown(ILoggingEvent event) {
    IThrowableProxy proxy = event.getThrowableProxy();
    return proxy instanceof ThrowableProxy ours ? ours.getThrowable() : null;
  }

  private Window window(String kind, ILoggingEvent event, long now) {
    Window window = windows.get(kind);
    if (window == null || window.isOver(now)) {
      if (window != null) {
        tell(window, now);
      } else if (windows.size() >= KINDS_MAX) {
        tell(forgetOldest(), now);
      }
      window = new Window(event);
      windows.put(kind, window);
    }
    return window;
  }

  private Window forgetOldest() {
    String oldest = windows.keySet().iterator().next();
    Window window = windows.remove(oldest);
    if (window == null) {
      throw new IllegalStateException("a kind of lines vanished");
    }
    return window;
  }

  private void sweep(long now) {
    List<Window> over = new ArrayList<>();
    windows.values().removeIf(window -> window.isOver(now) && over.add(window));
    over.forEach(window -> tell(window, now));
  }

  private void tell(Window window, long now) {
    if (window.leftOut == 0) {
      return;
    }
    LoggingEvent event = new LoggingEvent();
    event.setLoggerName(NAME);
    event.setLevel(window.first.getLevel());
    event.setThreadName(Thread.currentThread().getName());
    event.setTimeStamp(now);
    event.setMessage("left out: {} more lines of {} within a minute, such as: {}");
    event.setArgumentArray(
        new Object[] {
          window.leftOut,
          window.first.getLoggerName(),
          Masking.told(String.valueOf(window.first.getFormattedMessage()))
        });
    event.setMDCPropertyMap(Map.of());
    lines.doAppend(event);
  }

  @Override
  public void stop() {
    windows.values().forEach(window -> tell(window, window.first.getTimeStamp()));
    windows.clear();
    super.stop();
    lines.stop();
  }
}
