package cn.unionecard.gateway.receipt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A receipt with one wrong byte, exhaustively over its places and seeded over the values. */
class ReceiptMutationTest {
  private static final long SEED = 60_2023;

  private final ReceiptVerifier verifier =
      new ReceiptVerifier(
          List.of(SampleReceipts.SM2.publicKey(), SampleReceipts.ED25519.publicKey()));

  @Test
  void everySingleWrongByteIsFound() throws IOException {
    Random random = new Random(SEED);
    byte[] genuine = SampleReceipts.document(SampleReceipts.SM2, 5, 3);
    for (int place = 0; place < genuine.length; place++) {
      for (int round = 0; round < 6; round++) {
        byte[] changed = genuine.clone();
        changed[place] ^= (byte) (1 + random.nextInt(255));
        if (verifier.verify(changed).isValid()) {
          assertSame(genuine, changed, "seed " + SEED + ", place " + place);
        }
      }
    }
  }

  @Test
  void everyCutReceiptIsMalformed() {
    byte[] genuine = SampleReceipts.document(SampleReceipts.ED25519, 5, 3);
    for (int length = 0; length < genuine.length; length++) {
      byte[] cut = Arrays.copyOf(genuine, length);
      assertFalse(verifier.verify(cut).isValid());
      assertEquals(Verification.Reason.MALFORMED, verifier.verify(cut).reason());
    }
  }

  private static void assertSame(byte[] genuine, byte[] changed, String context)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    assertEquals(mapper.readTree(genuine), mapper.readTree(changed), context);
  }
}
