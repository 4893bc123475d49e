package cn.unionecard.gateway.receipt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MerkleTreeTest {
  private static final int SIZE_MAX = 130;

  /** Root and every proof, for all sizes, against the recursive definitions of RFC 9162. */
  @ParameterizedTest
  @EnumSource
  void treeIsThatOfTheStandardForEverySize(ReceiptAlgorithm algorithm) {
    TreeHash hash = algorithm.treeHash();
    for (int size = 1; size <= SIZE_MAX; size++) {
      List<byte[]> leaves = leaves(hash, size);
      byte[] root = MerkleTree.root(hash, leaves);
      assertArrayEquals(rootByDefinition(hash, leaves), root);
      for (int index = 0; index < size; index++) {
        List<byte[]> path = MerkleTree.path(hash, leaves, index);
        assertEquals(hex(pathByDefinition(hash, index, leaves)), hex(path));
        assertEquals(path.size(), MerkleTree.pathLength(index, size));
        assertArrayEquals(root, MerkleTree.rootOf(hash, leaves.get(index), index, size, path));
      }
    }
  }

  /** A proof holds for its own place only. */
  @Test
  void proofOfOnePlaceHoldsForNoOther() {
    TreeHash hash = ReceiptAlgorithm.SM2.treeHash();
    int size = 21;
    MerkleTree tree = MerkleTree.of(hash, leaves(hash, size));
    for (int index = 0; index < size; index++) {
      byte[] leaf = tree.leaves().get(index);
      List<byte[]> path = tree.path(index);
      for (int other = 0; other < size; other++) {
        if (other != index && path.size() == MerkleTree.pathLength(other, size)) {
          byte[] root = MerkleTree.rootOf(hash, leaf, other, size, path);
          assertFalse(Arrays.equals(tree.root(), root), index + " passes for " + other);
        }
      }
    }
  }

  @Test
  void pathsOfAnotherLengthAreRefused() {
    TreeHash hash = ReceiptAlgorithm.SM2.treeHash();
    MerkleTree tree = MerkleTree.of(hash, leaves(hash, 7));
    byte[] leaf = tree.leaves().get(6);
    List<byte[]> tooLong = new ArrayList<>(tree.path(6));
    tooLong.add(leaf);
    assertThrows(
        IllegalArgumentException.class, () -> MerkleTree.rootOf(hash, leaf, 6, 7, tooLong));
    assertThrows(
        IllegalArgumentException.class, () -> MerkleTree.rootOf(hash, leaf, 6, 7, List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> MerkleTree.rootOf(hash, leaf, 7, 7, tree.path(6)));
    assertThrows(IllegalArgumentException.class, () -> tree.path(-1));
    assertThrows(IllegalArgumentException.class, () -> MerkleTree.of(hash, List.of()));
  }

  /** The leaf of the empty body with SHA-256: a value known from RFC 9162 logs. */
  @Test
  void leafHasItsPrefix() {
    assertEquals(
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        HexFormat.of().formatHex(ReceiptAlgorithm.ED25519.treeHash().leaf(new byte[0])));
  }

  private static List<byte[]> leaves(TreeHash hash, int size) {
    List<byte[]> leaves = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      leaves.add(hash.leaf(new byte[] {(byte) (i >> 8), (byte) i}));
    }
    return leaves;
  }

  /** RFC 9162 section 2.1.1. */
  private static byte[] rootByDefinition(TreeHash hash, List<byte[]> d) {
    if (d.size() == 1) {
      return d.get(0);
    }
    int k = Integer.highestOneBit(d.size() - 1);
    return hash.node(
        rootByDefinition(hash, d.subList(0, k)), rootByDefinition(hash, d.subList(k, d.size())));
  }

  /** RFC 9162 section 2.1.3.1. */
  private static List<byte[]> pathByDefinition(TreeHash hash, int m, List<byte[]> d) {
    if (d.size() == 1) {
      return List.of();
    }
    int k = Integer.highestOneBit(d.size() - 1);
    List<byte[]> left = d.subList(0, k);
    List<byte[]> right = d.subList(k, d.size());
    List<byte[]> path =
        new ArrayList<>(
            m < k ? pathByDefinition(hash, m, left) : pathByDefinition(hash, m - k, right));
    path.add(rootByDefinition(hash, m < k ? right : left));
    return path;
  }

  private static List<String> hex(List<byte[]> hashes) {
    return hashes.stream().map(HexFormat.of()::formatHex).toList();
  }
}
