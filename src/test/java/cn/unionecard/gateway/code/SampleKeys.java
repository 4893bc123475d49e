package cn.unionecard.gateway.code;

/** Keys for tests. */
final class SampleKeys {
  /** The keys of the published vectors: bytes 00…1f and 20…3f. */
  static final CodeKey PUBLISHED = new CodeKey("1", counting(0), counting(32));

  static final CodeKey NEXT = new CodeKey("2", counting(64), counting(96));

  private SampleKeys() {}

  private static byte[] counting(int from) {
    byte[] bytes = new byte[CodeKey.KEY_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (from + i);
    }
    return bytes;
  }
}
