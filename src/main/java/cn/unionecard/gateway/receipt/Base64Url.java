package cn.unionecard.gateway.receipt;

import java.util.Base64;

/** Base64url without padding (RFC 4648 section 5), read strictly: each value has one spelling. */
final class Base64Url {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private Base64Url() {}

  static String text(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }

  /** ASCII bytes of the text. */
  static byte[] ascii(byte[] bytes) {
    return ENCODER.encode(bytes);
  }

  /**
   * @throws IllegalArgumentException if it is not the one spelling of exactly that many bytes
   */
  static byte[] bytes(String text, int length) {
    byte[] bytes = DECODER.decode(text);
    if (bytes.length != length || !text(bytes).equals(text)) {
      throw new IllegalArgumentException("not " + length + " bytes in base64url");
    }
    return bytes;
  }
}
