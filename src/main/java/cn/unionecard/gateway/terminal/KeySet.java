package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import java.util.Arrays;
import java.util.List;

/** Which working keys a terminal asks for when it signs on. */
public enum KeySet {
  /** ISO 8583 field 60.3 001: PIN and MAC key of 8 bytes; DES only. */
  SINGLE(8, false),
  /** 003: PIN and MAC key of 16 bytes. */
  DOUBLE(16, false),
  /** 004: PIN, MAC and track key of 16 bytes. */
  DOUBLE_AND_TRACK(16, true);

  private static final KeySet[] ALL = values();

  final int keyBytes;
  final boolean hasTrackKey;

  KeySet(int keyBytes, boolean hasTrackKey) {
    this.keyBytes = keyBytes;
    this.hasTrackKey = hasTrackKey;
  }

  int bytes() {
    return keyBytes * (hasTrackKey ? 3 : 2);
  }

  boolean fits(KeyAlgorithm algorithm, MacMode mode) {
    return this != SINGLE || (algorithm == KeyAlgorithm.TRIPLE_DES && mode == MacMode.XOR_ECB);
  }

  /**
   * The keys that are put on offer, by their bytes: PIK, MAK and TDK of double length, and where
   * single ones may be asked for a PIK and a MAK of their own: a part of a longer key would give
   * half of it away.
   */
  static int[] offered(KeyAlgorithm algorithm, MacMode mode) {
    return SINGLE.fits(algorithm, mode) ? new int[] {16, 16, 16, 8, 8} : new int[] {16, 16, 16};
  }

  /** The sets that a terminal may have asked for of such keys; one stands in for another's part. */
  static List<KeySet> in(byte[] offered) {
    return offered.length > DOUBLE_AND_TRACK.bytes()
        ? List.of(DOUBLE_AND_TRACK, SINGLE)
        : List.of(DOUBLE_AND_TRACK);
  }

  /** This set's keys of those on offer. */
  byte[] of(byte[] offered) {
    int from = this == SINGLE ? DOUBLE_AND_TRACK.bytes() : 0;
    return Arrays.copyOfRange(offered, from, from + bytes());
  }

  /** The set whose keys have so many bytes together. */
  static KeySet ofBytes(int bytes) {
    for (KeySet set : ALL) {
      if (set.bytes() == bytes) {
        return set;
      }
    }
    throw new IllegalArgumentException("no set of working keys has " + bytes + " bytes");
  }
}
