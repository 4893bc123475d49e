package cn.unionecard.gateway.feed;

import io.vertx.core.Future;

/**
 * The bytes of one stream that were written and have not gone to the socket. Counted here, because
 * the write queue of Vert.x takes a number of writes beyond its mark however long each is, and one
 * of ours is a whole page. Belongs to the event loop of its connection.
 */
final class Unsent {
  private final int most;
  private final Runnable drained;
  private long bytes;

  /**
   * @param most bytes from which on the stream is full
   * @param drained called when it is no longer
   */
  Unsent(int most, Runnable drained) {
    this.most = most;
    this.drained = drained;
  }

  boolean isFull() {
    return bytes >= most;
  }

  void add(long length, Future<Void> written) {
    bytes += length;
    written.onComplete(done -> sent(length));
  }

  private void sent(long length) {
    boolean full = isFull();
    bytes -= length;
    if (full && !isFull()) {
      drained.run();
    }
  }
}
