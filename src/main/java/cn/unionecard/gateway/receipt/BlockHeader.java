package cn.unionecard.gateway.receipt;

import cn.unionecard.gateway.model.TransactionId;

/**
 * What is signed: the root of a block's tree and the block's place in its chain.
 *
 * @param algorithm how the block is hashed and signed
 * @param atMs when it was sealed, ms since 1970
 * @param kid names the key
 * @param node names the chain, such as {@code n1.0}
 * @param prev hash of the chain's previous header; of the first block 32 zero bytes
 * @param root of the Merkle tree
 * @param seq place in the chain, from 1
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
}
