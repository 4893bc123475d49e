package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.edge.http.access.AccessTokens.Bearer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of tokens it has verified, by their hash, whichever of its event loops it was:
 * all the phones that wait for a round's opening, so that none of them costs a signature in the
 * minute in which they all claim. Whether one lasts still is for who asks to tell.
 *
 * <p>What was asked for lately stays: when half of what fits is new, what was not asked for since
 * the last time goes. Any thread may ask, and none waits for another.
 */
public final class VerifiedTokens {
  private final int halfMax;
  private volatile Map<ByteBuffer, Bearer> lately = new ConcurrentHashMap<>();
  private volatile Map<ByteBuffer, Bearer> before = Map.of();

  /** For as many as the phones of a city's rush, twice over; some 300 bytes each. */
  public VerifiedTokens() {
    this(65_536);
  }

  /**
   * @param most how many are known at most
   */
  VerifiedTokens(int most) {
    halfMax = most / 2;
  }

  /** Whom that token spoke for when it was verified; null: it is not known. */
  @Nullable Bearer get(ByteBuffer hash) {
    Bearer known = lately.get(hash);
    if (known != null) {
      return known;
    }
    Bearer older = before.get(hash);
    if (older != null) {
      put(hash, older);
    }
    return older;
  }

  void put(ByteBuffer hash, Bearer bearer) {
    Map<ByteBuffer, Bearer> filled = lately;
    filled.put(hash, bearer);
    if (filled.size() >= halfMax) {
      turn(filled);
    }
  }

  private synchronized void turn(Map<ByteBuffer, Bearer> filled) {
    if (filled == lately) {
      before = filled;
      lately = new ConcurrentHashMap<>();
    }
  }
}
