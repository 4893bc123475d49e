package cn.unionecard.gateway.definitions;

import java.util.List;

/**
 * What changed between a version that somebody knew and the one that a statement saw.
 *
 * @param known the version that was known
 * @param version the version that was seen
 * @param pruned up to this version nothing is kept of what changed
 * @param changes what changed after the known version, at most {@link #MOST} of it
 */
public record Changes(long known, long version, long pruned, List<Change> changes) {
  /** Beyond so many it is cheaper to forget everything. */
  static final int MOST = 1_000;

  /** Nothing was seen yet. */
  public static final long NEVER = -1;

  public Changes {
    changes = List.copyOf(changes);
  }

  /**
   * Whether the changes are not all here: too many, too long ago, or the store is older than what
   * was known of it.
   */
  boolean isAnything() {
    return known < pruned || known > version || changes.size() >= MOST;
  }

  public boolean isNone() {
    return known == version;
  }
}
