package cn.unionecard.gateway.runtime.watch;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process when its memory is used up, with the status that {@code
 * -XX:+ExitOnOutOfMemoryError} has; a jar cannot ask for that option. A node without memory answers
 * nobody, and whoever watches over it starts another.
 *
 * <p>Three things tell: an {@link OutOfMemoryError} that ends a thread, one that is logged (Vert.x
 * and Netty log what handlers throw), and, where somebody swallowed it, collections that go on
 * freeing nothing, or leave no room for anything large: small things may still find a place.
 */
public final class OutOfMemory {
  /** The exit status. */
  public static final int STATUS = 3;

  private static final double FULL = 0.97;
  private static final double NEARLY_FULL = 0.85;

  /** Of the heap, what must find a place: no answer, page or table needs more at once. */
  private static final int LARGE = 32;

  private static final int LOOKS = 3;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int CAUSES_MAX = 20;

  private static volatile boolean armed;
  private static volatile byte @Nullable [] trial;

  private OutOfMemory() {}

  /** From now on the process ends when it is out of memory. */
  public static void endsTheProcess() {
    armed = true;
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          mayHaveCaused(failure);
          if (before == null) {
            failure.printStackTrace();
          } else {
            before.uncaughtException(thread, failure);
          }
        });
    Thread watch = new Thread(OutOfMemory::watchToTheEnd, "memory-watch");
    watch.setDaemon(true);
    watch.start();
  }

  /** Ends the process if the failure is, or comes from, the want of memory. */
  static void mayHaveCaused(@Nullable Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null && armed; i++) {
      // Netty's own limit for direct buffers is a subclass: one connection fails, the others go on.
      if (cause.getClass() == OutOfMemoryError.class) {
        end();
      }
      cause = cause.getCause();
    }
  }

  /** The watch wants a little memory itself; that there is none tells as much. */
  private static void watchToTheEnd() {
    try {
      watch();
    } finally {
      end();
    }
  }

  private static void watch() {
    MemoryPoolMXBean old = oldGeneration();
    long collections = collections();
    int full = 0;
    while (full < LOOKS) {
      LockSupport.parkNanos(LOOK_NANOS);
      long now = collections();
      MemoryUsage after = old.getCollectionUsage();
      boolean inVain = after != null && isFull((double) after.getUsed() / after.getMax());
      if (!inVain) {
        full = 0;
      } else if (now > collections) {
        full++;
      }
      collections = now;
    }
  }

  /** After a collection. */
  private static boolean isFull(double share) {
    return share > FULL || (share > NEARLY_FULL && !hasRoom());
  }

  private static boolean hasRoom() {
    try {
      trial =
          new byte[(int) Math.min(Integer.MAX_VALUE / 2, Runtime.getRuntime().maxMemory() / LARGE)];
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    } finally {
      trial = null;
    }
  }

  private static MemoryPoolMXBean oldGeneration() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .max(Comparator.comparingLong(pool -> pool.getUsage().getMax()))
        .orElseThrow();
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  private static void end() {
    try {
      System.err.println("out of memory: the process ends");
    } finally {
      Runtime.getRuntime().halt(STATUS);
    }
  }
}
