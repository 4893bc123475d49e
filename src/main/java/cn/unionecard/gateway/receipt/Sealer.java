package cn.unionecard.gateway.receipt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The seal of one chain: hashes bodies into a tree and signs its header. Not thread-safe. */
public final class Sealer {
  private final Supplier<SigningKey> keys;
  private final String node;
  private SigningKey key;
  private TreeHash hash;
  private HeaderSigner signer;

  /**
   * @param node names the chain in block headers, such as {@code n1.0}
   */
  public Sealer(SigningKey key, String node) {
    this(() -> key, node);
  }

  /**
   * @param keys the key to sign with; asked for each block, so that another may take its place
   * @param node names the chain in block headers
   */
  public Sealer(Supplier<SigningKey> keys, String node) {
    this.keys = keys;
    this.node = node;
    this.key = keys.get();
    this.hash = key.algorithm().treeHash();
    this.signer = key.signer();
  }

  private void renew() {
    SigningKey now = keys.get();
    if (now != key) { // the same object while nothing has changed
      key = now;
      hash = now.algorithm().treeHash();
      signer = now.signer();
    }
  }

  /** What the first block of a chain names as its previous one: 32 zero bytes. */
  public static byte[] noPrevious() {
    return new byte[TreeHash.BYTES];
  }

  /**
   * Seals bodies into block {@code seq}.
   *
   * @param seq place in the chain
   * @param prev hash of the previous header, or {@link #noPrevious}
   * @param atMs ms since 1970
   * @param bodies canonical JSON, 1 to 512
   */
  public SealedBlock seal(long seq, byte[] prev, long atMs, List<byte[]> bodies) {
    if (bodies.isEmpty() || bodies.size() > BlockHeader.SIZE_MAX || prev.length != TreeHash.BYTES) {
      throw new IllegalArgumentException(bodies.size() + " bodies after " + prev.length + " bytes");
    }
    renew();
    List<byte[]> leaves = new ArrayList<>(bodies.size());
    for (byte[] body : bodies) {
      leaves.add(hash.leaf(body));
    }
    MerkleTree tree = MerkleTree.of(hash, leaves);
    byte[] header =
        new BlockHeader(
                key.algorithm(), atMs, key.kid(), node, prev, tree.root(), seq, bodies.size())
            .canonical();
    return new SealedBlock(header, hash.hash(header), signer.sign(header), key.kid(), tree);
  }
}
