package cn.unionecard.gateway.receipt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SealerTest {
  private static final long AT = 1_795_392_000_123L;

  @ParameterizedTest
  @EnumSource
  void eachBlockNamesTheOneBefore(ReceiptAlgorithm algorithm) {
    SigningKey key =
        algorithm == ReceiptAlgorithm.SM2 ? SampleReceipts.SM2 : SampleReceipts.ED25519;
    Sealer sealer = new Sealer(key, "n1.0");
    TreeHash hash = algorithm.treeHash();
    byte[] prev = Sealer.noPrevious();
    for (int seq = 1; seq <= 5; seq++) {
      SealedBlock block = sealer.seal(seq, prev, AT + seq, bodies(seq));
      assertArrayEquals(hash.hash(block.header()), block.hash());
      assertArrayEquals(MerkleTree.root(hash, block.leaves()), block.tree().root());
      assertEquals(seq, block.leaves().size());
      assertTrue(key.publicKey().verify(block.header(), block.signature()));
      assertTrue(
          SampleReceipts.text(block.header())
              .contains("\"prev\":\"" + Base64Url.text(prev) + "\""));
      prev = block.hash();
    }
  }

  /**
   * Computed apart from this code, with OpenSSL: clients and stored blocks depend on every byte.
   */
  @Test
  void headerBytesNeverChange() {
    SealedBlock block = SampleReceipts.block(SampleReceipts.SM2, 1);
    assertEquals(
        "{\"alg\":\"SM2-SM3\",\"at\":1795392000123,\"kid\":\"sm2-1\",\"node\":\"n1.0\",\"prev\":\""
            + "A".repeat(43)
            + "\",\"root\":\""
            + Base64Url.text(block.leaves().get(0))
            + "\",\"seq\":42,\"size\":1}",
        SampleReceipts.text(block.header()));
    assertEquals(
        "ccdfbc3be09c52cf0fe42d986fc297dc0723faf24ff0f01ab35d5bfde80a5595",
        HexFormat.of().formatHex(block.hash()));
  }

  @Test
  void blocksHaveOneToFiveHundredAndTwelveBodies() {
    Sealer sealer = new Sealer(SampleReceipts.SM2, "n1.0");
    byte[] none = Sealer.noPrevious();
    List<byte[]> most = Collections.nCopies(512, SampleReceipts.body(0));
    assertEquals(512, sealer.seal(1, none, AT, most).leaves().size());
    List<byte[]> tooMany = Collections.nCopies(513, SampleReceipts.body(0));
    assertThrows(IllegalArgumentException.class, () -> sealer.seal(1, none, AT, tooMany));
    assertThrows(IllegalArgumentException.class, () -> sealer.seal(1, none, AT, List.of()));
    assertThrows(IllegalArgumentException.class, () -> sealer.seal(1, new byte[31], AT, bodies(1)));
  }

  @Test
  void algorithmsAreNamedAsPublished() {
    assertEquals(ReceiptAlgorithm.SM2, ReceiptAlgorithm.named("SM2-SM3"));
    assertEquals(ReceiptAlgorithm.ED25519, ReceiptAlgorithm.named("Ed25519-SHA256"));
    assertThrows(IllegalArgumentException.class, () -> ReceiptAlgorithm.named("sm2-sm3"));
  }

  private static List<byte[]> bodies(int count) {
    List<byte[]> bodies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      bodies.add(SampleReceipts.body(i));
    }
    return bodies;
  }
}
