package cn.unionecard.gateway.feed;

/** Where one subscriber's stream goes: server-sent events or WebSocket, over one connection. */
interface Outlet {
  /**
   * Begins.
   *
   * @param drained called when there is room again
   * @param gone called when the connection is no more, perhaps several times
   */
  void open(Runnable drained, Runnable gone);

  /** Whether what was written waits to be taken by the connection. */
  boolean isFull();

  void events(FeedPage page);

  /** The word that events are gone; the stream goes on behind them. */
  void reset(FeedReset reset);

  /** The stream has been looked through up to here, though nothing was for its reader. */
  void position(long position);

  /** Shows that the stream is alive. */
  void heartbeat();

  /** Ends the stream with a word for the reader, which can resume from the last it has. */
  void close(String why);
}
