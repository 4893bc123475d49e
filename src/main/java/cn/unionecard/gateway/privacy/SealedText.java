package cn.unionecard.gateway.privacy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * A text under one key (SM4-GCM, GB/T 32907): form ‖ nonce (12 bytes) ‖ encrypted UTF-8 ‖ tag (16
 * bytes). It is bound to its column and its member, so it cannot be moved to another row. Not
 * thread-safe.
 */
final class SealedText {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  /** No cipher text is shorter. */
  static final int BYTES_MIN = 1 + NONCE_BYTES + TAG_BYTES;

  private final byte form;
  private final KeyParameter key;
  private final GCMModeCipher cipher = GCMBlockCipher.newInstance(new SM4Engine());

  /**
   * @param form the first byte: which kind of key it is under
   */
  SealedText(byte form, KeyParameter key) {
    this.form = form;
    this.key = key;
  }

  byte[] seal(Column column, long member, String plain, SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    cipher.init(true, parameters(nonce, column, member));
    byte[] in = plain.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[1 + NONCE_BYTES + in.length + TAG_BYTES];
    out[0] = form;
    System.arraycopy(nonce, 0, out, 1, NONCE_BYTES);
    finish(in, 0, in.length, out, 1 + NONCE_BYTES);
    return out;
  }

  /**
   * The plain text again.
   *
   * @throws IllegalArgumentException if the cipher text was changed, moved from another member or
   *     column, or made under another key
   */
  String open(Column column, long member, byte[] cipherText) {
    int start = 1 + NONCE_BYTES;
    if (cipherText.length < BYTES_MIN || cipherText[0] != form) {
      throw notOurs();
    }
    cipher.init(false, parameters(Arrays.copyOfRange(cipherText, 1, start), column, member));
    byte[] out = new byte[cipherText.length - start - TAG_BYTES];
    finish(cipherText, start, cipherText.length - start, out, 0);
    return new String(out, StandardCharsets.UTF_8);
  }

  private AEADParameters parameters(byte[] nonce, Column column, long member) {
    byte[] bound =
        ByteBuffer.allocate(1 + Long.BYTES).put((byte) column.ordinal()).putLong(member).array();
    return new AEADParameters(key, TAG_BYTES * 8, nonce, bound);
  }

  private void finish(byte[] in, int offset, int length, byte[] out, int start) {
    int written = cipher.processBytes(in, offset, length, out, start);
    try {
      written += cipher.doFinal(out, start + written);
    } catch (InvalidCipherTextException e) {
      throw notOurs();
    }
    if (start + written != out.length) {
      throw new IllegalStateException("cipher wrote " + written + " bytes");
    }
  }

  private static IllegalArgumentException notOurs() {
    return new IllegalArgumentException("no cipher text of this key, column and member");
  }
}
