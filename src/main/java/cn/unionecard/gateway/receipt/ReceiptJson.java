package cn.unionecard.gateway.receipt;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Receipt;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The JSON of a receipt, the same bytes at every repeat: {@code body}, {@code leaf}, {@code path},
 * {@code block}, {@code signature}, in this order and without white space.
 */
public final class ReceiptJson {
  private static final byte[] BODY = ascii("{\"body\":");
  private static final byte[] LEAF = ascii(",\"leaf\":");
  private static final byte[] PATH = ascii(",\"path\":[");
  private static final byte[] BLOCK = ascii("],\"block\":");
  private static final byte[] SIGNATURE = ascii(",\"signature\":\"");
  private static final byte[] END = ascii("\"}");

  /** Room for everything but body and header: nine hashes, the signature, the names. */
  private static final int FRAME_BYTES = 600;

  private ReceiptJson() {}

  /** The document's bytes; body and header go in as they are. */
  public static byte[] write(Receipt receipt) {
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(receipt.body().length + receipt.header().length + FRAME_BYTES);
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
      out.writeBytes(Base64Url.ascii(receipt.path().get(i)));
      out.write('"');
    }
    out.writeBytes(BLOCK);
    out.writeBytes(receipt.header());
    out.writeBytes(SIGNATURE);
    out.writeBytes(Base64Url.ascii(receipt.signature()));
    out.writeBytes(END);
    return out.toByteArray();
  }

  /**
   * Reads a receipt in any order of names and with any white space; body and header come back in
   * canonical form. Proves nothing: see {@link ReceiptVerifier}.
   *
   * @throws Fault.Malformed if the bytes are no receipt: duplicate or unknown names, fractions,
   *     more than 64 KiB
   */
  public static Receipt parse(byte[] json) {
    return ReceiptDocument.parse(json).receipt();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
