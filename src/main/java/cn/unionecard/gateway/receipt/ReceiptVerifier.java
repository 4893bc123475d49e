package cn.unionecard.gateway.receipt;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.receipt.Verification.Reason;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The offline check of a receipt against public keys. Immutable, thread-safe; never throws. */
public final class ReceiptVerifier {
  /** A larger document is no receipt. */
  public static final int RECEIPT_BYTES_MAX = ParsedReceipt.BYTES_MAX;

  private final Map<String, PublicKey> keys;

  /**
   * @throws IllegalArgumentException if two keys have the same name
   */
  public ReceiptVerifier(Collection<PublicKey> keys) {
    try {
      this.keys =
          keys.stream().collect(Collectors.toUnmodifiableMap(PublicKey::kid, Function.identity()));
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException("two keys of the same name", e);
    }
  }

  /**
   * Verifies a receipt document, in any order of names and with any white space.
   *
   * @param receiptJson whatever came
   */
  public Verification verify(byte[] receiptJson) {
    ParsedReceipt document;
    try {
      document = ParsedReceipt.parse(receiptJson);
    } catch (Fault.Malformed e) {
      return new Verification(Reason.MALFORMED, detail(e), null);
    }
    return new Verification(judge(document), "", subject(document));
  }

  private static String detail(Fault.Malformed fault) {
    String message = String.valueOf(fault.getMessage());
    return fault.field.isEmpty() ? message : fault.field + ": " + message;
  }

  private Reason judge(ParsedReceipt document) {
    Receipt receipt = document.receipt();
    BlockHeader header = document.header();
    if (receipt.leaf() >= header.size()
        || receipt.path().size() != MerkleTree.pathLength(receipt.leaf(), header.size())) {
      return Reason.PLACE_IMPOSSIBLE;
    }
    if (!Arrays.equals(header.root(), rootOf(receipt, header))) {
      return Reason.ROOT_DIFFERS;
    }
    PublicKey key = keys.get(header.kid());
    if (key == null) {
      return Reason.KEY_UNKNOWN;
    }
    if (key.algorithm() != header.algorithm()) {
      return Reason.ALGORITHM_DIFFERS;
    }
    return key.verify(receipt.header(), receipt.signature())
        ? Reason.VALID
        : Reason.SIGNATURE_WRONG;
  }

  private static byte[] rootOf(Receipt receipt, BlockHeader header) {
    TreeHash hash = header.algorithm().treeHash();
    byte[] leaf = hash.leaf(receipt.body());
    return MerkleTree.rootOf(hash, leaf, receipt.leaf(), header.size(), receipt.path());
  }

  private static Verification.Subject subject(ParsedReceipt document) {
    BlockHeader header = document.header();
    return new Verification.Subject(
        document.receipt().id(),
        document.receipt().leaf(),
        header.node(),
        header.seq(),
        header.size(),
        header.atMs(),
        header.kid(),
        header.algorithm());
  }
}
