package cn.unionecard.gateway.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The JSON document a receipt travels in: {@code body, leaf, path, block, signature}, in this order
 * and without white space.
 *
 * <p>The one writer of it: the signed bytes of body and header stand in it untouched, so a repeat
 * has the bytes of the first answer.
 */
public final class ReceiptDocument {
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final byte[] BODY = ascii("{\"body\":");
  private static final byte[] LEAF = ascii(",\"leaf\":");
  private static final byte[] PATH = ascii(",\"path\":[");
  private static final byte[] BLOCK = ascii("],\"block\":");
  private static final byte[] SIGNATURE = ascii(",\"signature\":\"");
  private static final byte[] END = ascii("\"}");

  /** A path element of 32 bytes: quotes, comma, 43 characters. */
  private static final int HASH_LENGTH = 46;

  private static final int FRAME_LENGTH = 160;

  private ReceiptDocument() {}

  /** The document's bytes, UTF-8. */
  public static byte[] write(Receipt receipt) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length(receipt));
    out.writeBytes(BODY);
    out.writeBytes(receipt.body());
    out.writeBytes(LEAF);
    out.writeBytes(ascii(Integer.toString(receipt.leaf())));
    out.writeBytes(PATH);
    for (int i = 0; i < receipt.path().size(); i++) {
      if (i > 0) {
        out.write(',');
      }
      out.write('"');
      out.writeBytes(BASE64URL.encode(receipt.path().get(i)));
      out.write('"');
    }
    out.writeBytes(BLOCK);
    out.writeBytes(receipt.header());
    out.writeBytes(SIGNATURE);
    out.writeBytes(BASE64URL.encode(receipt.signature()));
    out.writeBytes(END);
    return out.toByteArray();
  }

  private static int length(Receipt receipt) {
    return FRAME_LENGTH
        + receipt.body().length
        + receipt.path().size() * HASH_LENGTH
        + receipt.header().length;
  }

  private static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.US_ASCII);
  }
}
