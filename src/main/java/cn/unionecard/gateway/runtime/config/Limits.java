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
 * @param drainDelayMs time between saying "not ready" and letting nobody in, for load balancers
 * @param drainMs time for requests in flight to finish at shutdown
 * @param holdMs how long a HOLD waits for its completion before it expires
 * @param holdSweepMs how often expired holds are looked for
 * @param offlineAgeMs how old an offline sale may be when it is reported
 * @param offlineFenMax largest offline order, fen
 * @param offlineCountMax offline sales of one terminal within {@code offlineAgeMs}
 * @param advicesMax offline sales in one list
 */
public record Limits(
    @Whole(min = 1, max = 512) int blockRequestsMax,
    @Whole(min = 1, max = 65_536) int queueRequestsMax,
    @Whole(min = 100, max = 60_000) int deadlineMs,
    @Whole(min = 50, max = 60_000) int statementTimeoutMs,
    @Whole(min = 1, max = 5_000) int redisTimeoutMs,
    @Whole(min = 1_024, max = 1_048_576) int bodyBytesMax,
    @Whole(min = 1_024, max = 65_536) int headerBytesMax,
    @Whole(min = 1_000, max = 3_600_000) int idleTimeoutMs,
    @Whole(min = 1, max = 100_000) int terminalRequestsPerSecond,
    @Whole(min = 1, max = 100_000) int terminalRequestsBurst,
    @Whole(min = 1, max = 100_000_000_000L) long orderFenMax,
    @Whole(min = 1_000, max = 600_000) int codeClaimMs,
    @Whole(min = 1, max = 100) int wrongCodesPerAliasMax,
    @Whole(min = 1_000, max = 86_400_000) int aliasLockMs,
    @Whole(min = 1, max = 10_000) int wrongCodesPerTerminalPerMinuteMax,
    @Whole(min = 10_000, max = 86_400_000) int tokenLifetimeMs,
    @Whole(min = 1, max = 10_000) int feedPageEventsMax,
    @Whole(min = 1, max = 100_000) int feedSubscribersMax,
    @Whole(min = 4_096, max = 67_108_864) int feedBufferBytesMax,
    @Whole(min = 0, max = 600_000) int drainDelayMs,
    @Whole(min = 0, max = 600_000) int drainMs,
    @Whole(min = 1_000, max = 3_600_000) int holdMs,
    @Whole(min = 100, max = 60_000) int holdSweepMs,
    @Whole(min = 60_000, max = 604_800_000) int offlineAgeMs,
    @Whole(min = 0, max = 100_000_000_000L) long offlineFenMax,
    @Whole(min = 0, max = 1_000_000) int offlineCountMax,
    @Whole(min = 1, max = 512) int advicesMax) {

  /** Of {@code drainMs}, what the edges have: the rest is for what lies behind them. */
  public int edgeDrainMs() {
    return drainMs - drainMs / 10;
  }
}
