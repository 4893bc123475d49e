package cn.unionecard.gateway.runtime.watch;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import cn.unionecard.gateway.runtime.config.Config;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go and in which form, a few of each kind in a minute ({@link LineLimit}). Called
 * once by a command, before anything is logged.
 */
public final class Logs {
  private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %-24.24logger{0} %msg%n";

  /**
   * Connections' says as an error what a peer did to his own connection, such as speaking no
   * HTTP/2, before anybody could listen for it: anybody can do that, and it is counted where he
   * comes from. The registry's warns of a gauge that is registered twice, which Vert.x does for
   * each client of a kind: all of them count into one number.
   */
  private static final Map<String, Level> QUIET =
      Map.of(
          "io.netty", Level.WARN,
          "io.vertx", Level.INFO,
          "org.flywaydb", Level.WARN,
          "org.postgresql", Level.WARN,
          "io.vertx.core.net.impl.ConnectionBase", Level.OFF,
          "io.micrometer.core.instrument.MeterRegistry", Level.ERROR);

  private Logs() {}

  /** One JSON object per line to standard output, for {@code run}. */
  public static void json(Config.Log config) {
    install(new LogLayout.Json(), Level.valueOf(config.level().name()), "System.out");
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    config
        .ownLevels()
        .forEach((name, level) -> context.getLogger(name).setLevel(Level.toLevel(level)));
  }

  /** Readable lines to standard error, so that a command's output stays its own. */
  public static void console(Level level) {
    PatternLayout layout = new LogLayout.Console();
    layout.setPattern(PATTERN);
    install(layout, level, "System.err");
  }

  private static void install(Layout<ILoggingEvent> layout, Level level, String target) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget(target);
    appender.setEncoder(encoder);
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(level);
    LineLimit limit = new LineLimit(appender);
    limit.setContext(context);
    limit.start();
    root.addAppender(limit);
    QUIET.forEach(
        (name, quiet) ->
            context.getLogger(name).setLevel(quiet.isGreaterOrEqual(level) ? quiet : level));
  }
}
