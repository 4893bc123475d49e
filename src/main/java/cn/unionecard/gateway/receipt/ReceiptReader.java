package cn.unionecard.gateway.receipt;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Receipt;

/** Reads the document that {@link cn.unionecard.gateway.model.ReceiptDocument} writes. */
public final class ReceiptReader {
  private ReceiptReader() {}

  /**
   * Reads a receipt in any order of names and with any white space; body and header come back in
   * canonical form. Proves nothing: see {@link ReceiptVerifier}.
   *
   * @throws Fault.Malformed if the bytes are no receipt: duplicate or unknown names, fractions,
   *     more than 64 KiB
   */
  public static Receipt read(byte[] json) {
    return ParsedReceipt.parse(json).receipt();
  }
}
