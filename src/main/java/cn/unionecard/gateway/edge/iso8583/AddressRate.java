package cn.unionecard.gateway.edge.iso8583;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How often something may come from one address: so many at once, and as many a minute. Kept as the
 * time at which all may come again (GCRA), one number each; bounded: the address unseen for longest
 * is forgotten. Belongs to one event loop.
 */
final class AddressRate {
  private static final int ADDRESSES_MAX = 65_536;
  private static final long MINUTE_MS = TimeUnit.MINUTES.toMillis(1);

  private final int perMinute;
  private final Map<String, Double> fullAtMs =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Double> eldest) {
          return size() > ADDRESSES_MAX;
        }
      };

  AddressRate(int perMinute) {
    this.perMinute = perMinute;
  }

  /** Counts one, if it may come. */
  boolean take(String address, long nowMs) {
    double debt = Math.max(0, fullAtMs.getOrDefault(address, 0.0) - nowMs);
    double next = debt + (double) MINUTE_MS / perMinute;
    if (next > MINUTE_MS) {
      return false;
    }
    fullAtMs.put(address, nowMs + next);
    return true;
  }
}
