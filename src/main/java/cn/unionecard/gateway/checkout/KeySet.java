package cn.unionecard.gateway.checkout;

import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;

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
