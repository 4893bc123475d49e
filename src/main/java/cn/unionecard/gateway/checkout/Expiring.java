package cn.unionecard.gateway.checkout;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bounded memory of things that lapse: the oldest makes room, and nothing is found after its
 * time. Belongs to one lane.
 */
final class Expiring<V> {
  private record Kept<V>(V value, long untilMs) {}

  private final Map<String, Kept<V>> kept;

  /**
   * @param entriesMax how many are kept at most
   */
  Expiring(int entriesMax) {
    kept =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Kept<V>> eldest) {
            return size() > entriesMax;
          }
        };
  }

  @Nullable V get(String key, long nowMs) {
    Kept<V> found = kept.get(key);
    return found == null || found.untilMs <= nowMs ? null : found.value;
  }

  void put(String key, V value, long untilMs) {
    kept.remove(key); // the newest goes last
    kept.put(key, new Kept<>(value, untilMs));
  }

  void forget(String key) {
    kept.remove(key);
  }

  void clear() {
    kept.clear();
  }
}
