package cn.unionecard.gateway.runtime;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.SM3Digest;

/** The digest of files (GB/T 32905). */
public final class Sm3 {
  public static final int BYTES = 32;

  private Sm3() {}

  public static byte[] of(byte[] bytes) {
    SM3Digest digest = new SM3Digest();
    digest.update(bytes, 0, bytes.length);
    byte[] sum = new byte[BYTES];
    int unused = digest.doFinal(sum, 0);
    return sum;
  }

  public static byte[] of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  public static String hex(String text) {
    return HexFormat.of().formatHex(of(text));
  }
}
