package cn.unionecard.gateway.voucher;

import cn.unionecard.gateway.runtime.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A draw that anybody can do again. Its seed is fixed before the first ticket, for its hash is
 * published; its witness is a word that nobody knew before the last ticket, such as the numbers of
 * that evening's public lottery. Each ticket's score is
 *
 * <pre>SHA-256(seed, 32 bytes ‖ "round:tickets:witness" in UTF-8 ‖ ticket, 4 bytes big-endian)
 * </pre>
 *
 * and those with the least scores win, compared as unsigned bytes.
 */
public final class Draw {
  private Draw() {}

  /**
   * The tickets that win, the first first.
   *
   * @param tickets how many there are, numbered from 1
   * @param most how many win at most
   */
  public static List<Integer> winners(
      byte[] seed, int round, int tickets, String witness, int most) {
    MessageDigest sha256 = Sha256.digest();
    byte[] words = (round + ":" + tickets + ":" + witness).getBytes(StandardCharsets.UTF_8);
    record Scored(byte[] score, int ticket) {}
    List<Scored> all = new ArrayList<>(tickets);
    for (int ticket = 1; ticket <= tickets; ticket++) {
      sha256.update(seed);
      sha256.update(words);
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(ticket).array());
      all.add(new Scored(sha256.digest(), ticket));
    }
    all.sort((a, b) -> Arrays.compareUnsigned(a.score, b.score));
    return all.stream().limit(most).map(Scored::ticket).toList();
  }

  /** What is published before the first ticket, as hexadecimal digits. */
  public static String commitment(byte[] seed) {
    return Sha256.hex(seed);
  }
}
