package cn.unionecard.gateway.receipt;

import java.util.ArrayList;
import java.util.List;

/**
 * A Merkle tree in the shape of RFC 9162 section 2.1, over leaf hashes. Built level by level: a
 * level's last node without a partner moves up unchanged, which gives the very tree that the
 * standard defines by splitting at the largest power of two.
 */
public final class MerkleTree {
  private final List<List<byte[]>> levels;

  private MerkleTree(List<List<byte[]>> levels) {
    this.levels = levels;
  }

  /**
   * @param leaves leaf hashes in order, at least one
   */
  public static MerkleTree of(TreeHash hash, List<byte[]> leaves) {
    if (leaves.isEmpty()) {
      throw new IllegalArgumentException("a tree without leaves");
    }
    List<List<byte[]>> levels = new ArrayList<>();
    List<byte[]> level = List.copyOf(leaves);
    levels.add(level);
    while (level.size() > 1) {
      level = above(hash, level);
      levels.add(level);
    }
    return new MerkleTree(levels);
  }

  private static List<byte[]> above(TreeHash hash, List<byte[]> level) {
    List<byte[]> above = new ArrayList<>((level.size() + 1) / 2);
    for (int i = 0; i + 1 < level.size(); i += 2) {
      above.add(hash.node(level.get(i), level.get(i + 1)));
    }
    if (level.size() % 2 == 1) {
      above.add(level.get(level.size() - 1));
    }
    return above;
  }

  /** The leaf hashes in order. */
  public List<byte[]> leaves() {
    return levels.get(0);
  }

  public byte[] root() {
    return levels.get(levels.size() - 1).get(0);
  }

  /** The inclusion proof of a leaf: sibling hashes from the leaf to the root. */
  public List<byte[]> path(int index) {
    if (index < 0 || index >= leaves().size()) {
      throw new IllegalArgumentException("leaf " + index + " of " + leaves().size());
    }
    List<byte[]> path = new ArrayList<>(levels.size());
    int place = index;
    for (List<byte[]> level : levels) {
      int sibling = place ^ 1;
      if (sibling < level.size()) {
        path.add(level.get(sibling));
      }
      place >>= 1;
    }
    return path;
  }

  public static byte[] root(TreeHash hash, List<byte[]> leaves) {
    return of(hash, leaves).root();
  }

  public static List<byte[]> path(TreeHash hash, List<byte[]> leaves, int index) {
    return of(hash, leaves).path(index);
  }

  /** How many hashes the proof of that leaf has. */
  public static int pathLength(int index, int size) {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("leaf " + index + " of " + size);
    }
    int length = 0;
    int place = index;
    for (int last = size - 1; last > 0; last >>= 1) {
      if ((place & 1) == 1 || place < last) {
        length++;
      }
      place >>= 1;
    }
    return length;
  }

  /**
   * The root that a leaf hash and its proof lead to.
   *
   * @throws IllegalArgumentException if a proof of that leaf has another length
   */
  public static byte[] rootOf(TreeHash hash, byte[] leaf, int index, int size, List<byte[]> path) {
    if (path.size() != pathLength(index, size)) {
      throw new IllegalArgumentException("path of " + path.size() + " hashes");
    }
    byte[] node = leaf;
    int place = index;
    int used = 0;
    for (int last = size - 1; last > 0; last >>= 1) {
      if ((place & 1) == 1) {
        node = hash.node(path.get(used++), node);
      } else if (place < last) {
        node = hash.node(node, path.get(used++));
      }
      place >>= 1;
    }
    return node;
  }
}
