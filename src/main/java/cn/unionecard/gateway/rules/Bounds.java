package cn.unionecard.gateway.rules;

/**
 * The limits by which the rules decide; the configuration names them.
 *
 * @param orderFenMax the largest order, fen
 * @param holdMs how long a hold waits for its completion
 * @param offlineAgeMs how old an offline sale may be when it is reported
 * @param offlineFenMax the largest offline order, fen
 * @param offlineCountMax offline sales of one terminal within {@code offlineAgeMs}
 */
public record Bounds(
    long orderFenMax, long holdMs, long offlineAgeMs, long offlineFenMax, int offlineCountMax) {
  /** How far a terminal's clock may be ahead of ours, ms: one code step. */
  static final long AHEAD_MS = 30_000;
}
