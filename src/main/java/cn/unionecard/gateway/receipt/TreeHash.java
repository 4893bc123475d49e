package cn.unionecard.gateway.receipt;

/**
 * The three hashes of a Merkle tree (RFC 9162 section 2.1.1) over one digest: leaves and nodes are
 * told apart by their first byte, so none can pass for the other. An instance keeps a digest and is
 * not thread-safe.
 */
public interface TreeHash {
  /** Length of every result. */
  int BYTES = 32;

  /** H(0x00 ‖ body). */
  byte[] leaf(byte[] body);

  /** H(0x01 ‖ left ‖ right). */
  byte[] node(byte[] left, byte[] right);

  /** H(data). */
  byte[] hash(byte[] data);
}
