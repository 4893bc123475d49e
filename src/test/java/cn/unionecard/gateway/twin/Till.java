package cn.unionecard.gateway.twin;

import java.io.IOException;

/** The tills of one street of one gateway, over one protocol; one request after another. */
interface Till extends AutoCloseable {
  /** Sends and waits for the answer. */
  Seen send(Ask ask) throws IOException, InterruptedException;

  /** Closes a batch, listing it if it does not balance: whether it balances in the end. */
  boolean close(Closing closing) throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
