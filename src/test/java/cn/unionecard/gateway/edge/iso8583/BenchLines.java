package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Writer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What the bench prints, for whoever waits for it. */
final class BenchLines extends Writer {
  private static final long SECONDS = 60;

  private final ReentrantLock access = new ReentrantLock();
  private final Condition more = access.newCondition();
  private final StringBuilder said = new StringBuilder();

  @Override
  public void write(char[] text, int from, int count) {
    access.lock();
    try {
      said.append(text, from, count);
      more.signalAll();
    } finally {
      access.unlock();
    }
  }

  String all() {
    access.lock();
    try {
      return said.toString();
    } finally {
      access.unlock();
    }
  }

  /** Waits until it has been said. */
  void await(String part) {
    access.lock();
    try {
      long left = TimeUnit.SECONDS.toNanos(SECONDS);
      while (said.indexOf(part) < 0) {
        assertTrue(left > 0, () -> "the bench never said " + part + ":\n" + said);
        left = more.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      access.unlock();
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
