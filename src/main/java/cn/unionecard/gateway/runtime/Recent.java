package cn.unionecard.gateway.runtime;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map that keeps what was asked for or put last, and forgets the rest. Belongs to one event loop.
 */
public class Recent<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;

  private final int entriesMax;

  /**
   * @param entriesMax how many are kept at most
   */
  public Recent(int entriesMax) {
    super(16, 0.75f, true);
    this.entriesMax = entriesMax;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > entriesMax;
  }
}
