package cn.unionecard.gateway.receipt;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TransactionId;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is signed: the root of a block's tree and the block's place in its chain.
 *
 * @param algorithm how the block is hashed and signed
 * @param atMs when it was sealed, ms since 1970
 * @param kid names the key
 * @param node names the chain, such as {@code n1.0}
 * @param prev hash of the chain's previous header; of the first block 32 zero bytes
 * @param root of the Merkle tree
 * @param seq place in the chain
 * @param size number of leaves
 */
record BlockHeader(
    ReceiptAlgorithm algorithm,
    long atMs,
    String kid,
    String node,
    byte[] prev,
    byte[] root,
    long seq,
    int size) {
  /** Leaves in a block. */
  static final int SIZE_MAX = TransactionId.LEAVES;

  private static final Set<String> MEMBERS =
      Set.of("alg", "at", "kid", "node", "prev", "root", "seq", "size");

  /** The longest name of a key or a chain, characters. */
  private static final int NAME_LENGTH_MAX = 64;

  /**
   * The header of a parsed {@code block}.
   *
   * @throws Fault.Malformed if it has not exactly a header's members in their form
   */
  static BlockHeader of(Map<String, Object> block) {
    ParsedReceipt.requireMembers("block", block, MEMBERS);
    return new BlockHeader(
        algorithm(ReceiptJson.asText("block.alg", block.get("alg"))),
        ReceiptJson.asInteger("block.at", block.get("at"), CanonicalJson.INTEGER_MAX),
        name("block.kid", block.get("kid")),
        name("block.node", block.get("node")),
        ParsedReceipt.bytes("block.prev", block.get("prev"), TreeHash.BYTES),
        ParsedReceipt.bytes("block.root", block.get("root"), TreeHash.BYTES),
        ReceiptJson.asInteger("block.seq", block.get("seq"), CanonicalJson.INTEGER_MAX),
        (int) ReceiptJson.asInteger("block.size", block.get("size"), SIZE_MAX));
  }

  /** Canonical JSON. */
  byte[] canonical() {
    return new CanonicalJson()
        .object()
        .member("alg", algorithm.header)
        .member("at", atMs)
        .member("kid", kid)
        .member("node", node)
        .member("prev", Base64Url.text(prev))
        .member("root", Base64Url.text(root))
        .member("seq", seq)
        .member("size", size)
        .end()
        .bytes();
  }

  private static ReceiptAlgorithm algorithm(String header) {
    try {
      return ReceiptAlgorithm.named(header);
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed("block.alg", "not an algorithm of receipts");
    }
  }

  /** Printable ASCII, so that a name cannot hide what it is. */
  private static String name(String field, @Nullable Object value) {
    String name = ReceiptJson.asText(field, value);
    boolean printable = name.chars().allMatch(c -> c > ' ' && c < 0x7F);
    if (name.isEmpty() || name.length() > NAME_LENGTH_MAX || !printable) {
      throw new Fault.Malformed(field, "not a name of 1 to " + NAME_LENGTH_MAX + " characters");
    }
    return name;
  }
}
