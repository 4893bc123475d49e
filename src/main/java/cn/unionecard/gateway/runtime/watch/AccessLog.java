package cn.unionecard.gateway.runtime.watch;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.admission.RateLimit;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.watch.RequestMeters.Outcome;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line for each request, or for each that was neither done nor refused by a rule. Whoever tells
 * of a request hands it over and goes on; a thread of its own makes the lines and writes them. What
 * comes faster than they can be written is dropped and counted, nobody waits.
 *
 * <p>May be told from any thread.
 */
public final class AccessLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  /** Lines that wait to be written. */
  static final int WAITING_MAX = 8_192;

  /** Nobody who can cause a problem shall fill a disk with its lines. */
  static final int PROBLEMS_PER_MINUTE = 1_200;

  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long MOVED_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long LAST_LINES_MS = 1_000;
  private static final JsonFactory JSON =
      new JsonFactory().configure(JsonGenerator.Feature.AUTO_CLOSE_TARGET, false);

  private final Config.Log.Access which;
  private final Clock clock;
  private final Counter dropped;
  private final RateLimit problems = RateLimit.perMinute(PROBLEMS_PER_MINUTE, 1, System::nanoTime);
  private final BlockingQueue<AccessLine> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final @Nullable Path path;
  private final Thread writer = new Thread(this::writeOn, "access-log");
  private OutputStream out;
  private @Nullable Object file;
  private long lookedNs;
  private volatile boolean ending;

  private AccessLog(Config.Log config, OutputStream standard, Clock clock, MeterRegistry registry) {
    this.which = config.access();
    this.clock = clock;
    this.path = config.accessFile().isEmpty() ? null : Path.of(config.accessFile());
    this.out = standard;
    this.dropped =
        Counter.builder("ecard.access.lines.dropped")
            .description("lines about requests that could not be written in time")
            .register(registry);
  }

  /**
   * Begins to write what the configuration asks for.
   *
   * @param standard where lines go when no file is named
   * @throws CannotStart when the file that is named cannot be written
   */
  public static AccessLog open(
      Config.Log config, OutputStream standard, Clock clock, MeterRegistry registry) {
    AccessLog log = new AccessLog(config, standard, clock, registry);
    if (log.which != Config.Log.Access.NONE) {
      try {
        log.follow();
      } catch (IOException e) {
        throw new CannotStart("log.accessFile cannot be written: " + e, e);
      }
      log.writer.setDaemon(true);
      log.writer.start();
    }
    return log;
  }

  /** Whether a request of that outcome gets a line; asked once for each. */
  public boolean wants(Outcome outcome) {
    return switch (which) {
      case NONE -> false;
      case PROBLEMS -> isProblem(outcome) && isWithinLimit();
      case ALL -> true;
    };
  }

  private static boolean isProblem(Outcome outcome) {
    return outcome != Outcome.APPROVED && outcome != Outcome.REFUSED;
  }

  private boolean isWithinLimit() {
    boolean within = problems.take("") == 0;
    if (!within) {
      dropped.increment();
    }
    return within;
  }

  /** What the time is, for a line. */
  public Instant now() {
    return clock.instant();
  }

  /** Takes the line, or counts it as dropped. */
  public void tell(AccessLine line) {
    if (!waiting.offer(line)) {
      dropped.increment();
    }
  }

  private void writeOn() {
    List<AccessLine> lines = new ArrayList<>();
    boolean last = false;
    while (!last) {
      last = ending; // read before the lines: what was told before the end is written
      waiting.drainTo(lines);
      if (lines.isEmpty()) {
        LockSupport.parkNanos(PAUSE_NS);
      } else {
        write(lines);
        lines.clear();
      }
    }
  }

  private void write(List<AccessLine> lines) {
    try {
      follow();
      out.write(text(lines));
      out.flush();
    } catch (IOException e) {
      dropped.increment(lines.size());
      LOG.warn("lines about requests cannot be written: {}", e.toString());
    }
  }

  private static byte[] text(List<AccessLine> lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (AccessLine line : lines) {
      try (JsonGenerator json = JSON.createGenerator(bytes)) {
        line.write(json);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      bytes.write('\n');
    }
    return bytes.toByteArray();
  }

  /** Opens the file that lies there, once a second at most. */
  private void follow() throws IOException {
    long now = System.nanoTime();
    if (path == null || (file != null && now - lookedNs < MOVED_NS)) {
      return;
    }
    lookedNs = now;
    Object lies = Files.exists(path) ? key(path) : null;
    if (lies == null || !lies.equals(file)) {
      if (file != null) {
        out.close();
        file = null;
      }
      out = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      file = key(path);
    }
  }

  private static @Nullable Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /** Writes what was told; waits for it a second at most. */
  @Override
  public void close() {
    ending = true;
    try {
      writer.join(LAST_LINES_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
