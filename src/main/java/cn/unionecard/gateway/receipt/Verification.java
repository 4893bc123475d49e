package cn.unionecard.gateway.receipt;

import cn.unionecard.gateway.model.TransactionId;
import org.jspecify.annotations.Nullable;

/**
 * What a verifier found.
 *
 * @param reason {@link Reason#VALID}, or the first check that failed
 * @param detail the field and what is wrong with it when malformed, otherwise empty
 * @param subject what the receipt claims to be; null when malformed. Only a valid receipt's claims
 *     are true
 */
public record Verification(Reason reason, String detail, @Nullable Subject subject) {

  /** The checks in the order they are made; each is named after its failure. */
  public enum Reason {
    MALFORMED("结构完整、格式正确", "the document has the form of a receipt"),
    PLACE_IMPOSSIBLE("序号、区块大小与证明路径相符", "leaf number, block size and path length agree"),
    ROOT_DIFFERS("交易内容属于该区块", "body and path lead to the root in the block header"),
    KEY_UNKNOWN("签名密钥在公钥表中", "the signing key is among the public keys"),
    ALGORITHM_DIFFERS("算法与密钥相符", "the block's algorithm is the key's"),
    SIGNATURE_WRONG("区块签名正确", "the signature over the block header is right"),
    /** Every check passed. */
    VALID("回执有效", "the receipt is valid");

    /** What holds when this check passes. */
    public final String chinese;

    public final String english;

    Reason(String chinese, String english) {
      this.chinese = chinese;
      this.english = english;
    }
  }

  /**
   * What a receipt claims to be.
   *
   * @param id of the transaction
   * @param leaf its place in the block
   * @param node the chain
   * @param seq the block's place in the chain
   * @param size the block's leaves
   * @param atMs when the block was sealed, ms since 1970
   * @param kid the key
   * @param algorithm of the block
   */
  public record Subject(
      TransactionId id,
      int leaf,
      String node,
      long seq,
      int size,
      long atMs,
      String kid,
      ReceiptAlgorithm algorithm) {}

  public boolean isValid() {
    return reason == Reason.VALID;
  }
}
