package cn.unionecard.gateway.runtime.config;

/**
 * Everything has a limit, named with its unit. Read from {@code limits:} of the configuration and
 * checked against each other at start.
 *
 * @param blockRequestsMax requests in one block, 1 to 512
 * @param queueRequestsMax requests waiting in one lane before it answers BUSY
 * @param deadlineMs time the edge waits for the line before it answers UNKNOWN or BUSY
 * @param statementTimeoutMs time PostgreSQL may spend on one statement; below {@code deadlineMs}
 * @param redisTimeoutMs time a block waits for Redis before it goes on without
 * @param bodyBytesMax HTTP request body, bytes
 * @param headerBytesMax HTTP request headers together, bytes
 * @param idleTimeoutMs a silent connection is closed after this
 * @param terminalRequestsPerSecond sustained rate of one terminal
 * @param terminalRequestsBurst requests one terminal may send at once
 * @param orderFenMax largest order, fen
 * @param codeClaimMs how long a VERIFY keeps a code for its terminal
 * @param wrongCodesPerAliasMax wrong one-time passwords that lock an alias
 * @param aliasLockMs how long it stays locked
 * @param wrongCodesPerTerminalPerMinuteMax wrong codes after which a terminal is slowed
 * @param tokenLifetimeMs lifetime of a terminal's token
 * @param feedPageEventsMax events fetched for one subscriber at a time
 * @param feedSubscribersMax open feed streams of one node
 * @param feedBufferBytesMax unsent bytes kept for one subscriber before its stream waits
 * @param drainMs time for requests in flight to finish at shutdown
 * @param holdMs how long a HOLD waits for its completion before it expires
 * @param holdSweepMs how often expired holds are looked for
 * @param offlineAgeMs how old an offline sale may be when it is reported
 * @param offlineFenMax largest offline order, fen
 * @param offlineCountMax offline sales of one terminal within {@code offlineAgeMs}
 * @param advicesMax offline sales in one list
 */
public record Limits(
    int blockRequestsMax,
    int queueRequestsMax,
    int deadlineMs,
    int statementTimeoutMs,
    int redisTimeoutMs,
    int bodyBytesMax,
    int headerBytesMax,
    int idleTimeoutMs,
    int terminalRequestsPerSecond,
    int terminalRequestsBurst,
    long orderFenMax,
    int codeClaimMs,
    int wrongCodesPerAliasMax,
    int aliasLockMs,
    int wrongCodesPerTerminalPerMinuteMax,
    int tokenLifetimeMs,
    int feedPageEventsMax,
    int feedSubscribersMax,
    int feedBufferBytesMax,
    int drainMs,
    int holdMs,
    int holdSweepMs,
    int offlineAgeMs,
    long offlineFenMax,
    int offlineCountMax,
    int advicesMax) {

  /** Of {@code drainMs}, what the edges have: the rest is for what lies behind them. */
  public int edgeDrainMs() {
    return drainMs - drainMs / 10;
  }
}
