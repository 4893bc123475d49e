package cn.unionecard.workbench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C (SIGINT, SIGTERM) while the thread that made this is at work: interrupts it, so that it
 * can put away what it has begun. A second one ends the process at once.
 */
final class Break implements AutoCloseable {
  static final int STATUS = 130;
  private final Thread worker = Thread.currentThread();
  private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
  private volatile boolean asked;

  Break() {
    for (String name : List.of("TERM", "INT")) {
      Signal signal = new Signal(name);
      before.put(signal, Signal.handle(signal, heard -> ask()));
    }
  }

  private void ask() {
    if (asked) {
      Runtime.getRuntime().halt(STATUS);
    }
    asked = true;
    worker.interrupt();
  }

  /** Whether there was one. */
  boolean asked() {
    return asked;
  }

  /** From now on signals do what they did before. */
  @Override
  public void close() {
    before.forEach(Signal::handle);
  }
}
