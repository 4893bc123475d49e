package cn.unionecard.gateway.runtime;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bounded memory of things that lapse: what was not asked for the longest makes room, and nothing
 * is found after its time. Belongs to one lane.
 */
public final class Expiring<V> {
  private record Kept<V>(V value, long untilMs) {}

  private final Map<String, Kept<V>> kept;

  /**
   * @param entriesMax how many are kept at most
   */
  public Expiring(int entriesMax) {
    kept = new Recent<>(entriesMax);
  }

  @Nullable
  public V get(String key, long nowMs) {
    Kept<V> found = kept.get(key);
    return found == null || found.untilMs <= nowMs ? null : found.value;
  }

  public void put(String key, V value, long untilMs) {
    kept.put(key, new Kept<>(value, untilMs));
  }

  public void forget(String key) {
    kept.remove(key);
  }

  public void clear() {
    kept.clear();
  }
}
