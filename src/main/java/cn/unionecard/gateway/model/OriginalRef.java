package cn.unionecard.gateway.model;

/** How a request names the transaction it completes or undoes. */
public sealed interface OriginalRef {

  /** By its id, as it stands on the receipt. */
  record Id(TransactionId id) implements OriginalRef {}

  /** By its key: the terminal that made it and the request id it was sent with. */
  record Key(TerminalId terminal, RequestId requestId) implements OriginalRef {}
}
