package cn.unionecard.gateway.receipt;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.TransactionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A receipt read from JSON: its parts as canonical bytes, and its block header as values. */
record ParsedReceipt(Receipt receipt, BlockHeader header) {
  /** A larger document is no receipt. */
  static final int BYTES_MAX = 65_536;

  private static final Set<String> MEMBERS = Set.of("body", "leaf", "path", "block", "signature");
  private static final int PATH_LENGTH_MAX = 9;

  /**
   * Reads a receipt in any order of names and with any white space.
   *
   * @throws Fault.Malformed if it has not exactly a receipt's members in their form
   */
  static ParsedReceipt parse(byte[] json) {
    Map<String, Object> document = ReceiptJson.object(json, BYTES_MAX);
    requireMembers("", document, MEMBERS);
    Map<String, Object> body = ReceiptJson.asObject("body", document.get("body"));
    Map<String, Object> block = ReceiptJson.asObject("block", document.get("block"));
    BlockHeader header = BlockHeader.of(block);
    Receipt receipt =
        new Receipt(
            id(body),
            ReceiptJson.canonical(body),
            (int) ReceiptJson.asInteger("leaf", document.get("leaf"), BlockHeader.SIZE_MAX - 1),
            path(document),
            header.canonical(),
            bytes("signature", document.get("signature"), ReceiptAlgorithm.SIGNATURE_BYTES));
    return new ParsedReceipt(receipt, header);
  }

  static void requireMembers(String field, Map<String, Object> object, Set<String> names) {
    if (!object.keySet().equals(names)) {
      throw new Fault.Malformed(field, "has not exactly the members of a receipt");
    }
  }

  /** Bytes of that length in the one spelling of base64url. */
  static byte[] bytes(String field, @Nullable Object value, int length) {
    try {
      return Base64Url.bytes(ReceiptJson.asText(field, value), length);
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed(field, "not " + length + " bytes in base64url");
    }
  }

  private static TransactionId id(Map<String, Object> body) {
    String text = ReceiptJson.asText("body.id", body.get("id"));
    try {
      return TransactionId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed("body.id", "not a transaction id");
    }
  }

  private static List<byte[]> path(Map<String, Object> document) {
    List<?> elements = ReceiptJson.asArray("path", document.get("path"));
    if (elements.size() > PATH_LENGTH_MAX) {
      throw new Fault.Malformed("path", "more than " + PATH_LENGTH_MAX + " hashes");
    }
    List<byte[]> path = new ArrayList<>(elements.size());
    for (Object element : elements) {
      path.add(bytes("path", element, TreeHash.BYTES));
    }
    return path;
  }
}
