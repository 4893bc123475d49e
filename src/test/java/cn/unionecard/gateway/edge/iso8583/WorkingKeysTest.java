package cn.unionecard.gateway.edge.iso8583;

import static cn.unionecard.gateway.edge.iso8583.SampleFrames.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.edge.iso8583.FormatError.Reason;
import cn.unionecard.gateway.edge.iso8583.WorkingKeys.SignOn;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WorkingKeysTest {
  private static final byte[] TMK = hex("0123456789ABCDEFFEDCBA9876543210");
  private static final RandomMessages RANDOM = new RandomMessages(62);

  @Test
  void eachSignOnHasItsLength() {
    assertEquals(24, keys(SignOn.SINGLE_LENGTH).wrap(KeyAlgorithm.TRIPLE_DES, TMK).length);
    for (KeyAlgorithm algorithm : KeyAlgorithm.values()) {
      assertEquals(40, keys(SignOn.DOUBLE_LENGTH).wrap(algorithm, TMK).length);
      assertEquals(60, keys(SignOn.THREE_KEYS).wrap(algorithm, TMK).length);
    }
    assertEquals(SignOn.THREE_KEYS, SignOn.of(4));
    assertNull(SignOn.of(2));
  }

  @Test
  void whatIsWrappedIsUnwrapped() {
    for (KeyAlgorithm algorithm : KeyAlgorithm.values()) {
      for (SignOn signOn : SignOn.values()) {
        if (algorithm.takes(signOn.keyBytes)) {
          WorkingKeys keys = keys(signOn);
          assertEquals(signOn, keys.signOn());
          byte[] field = keys.wrap(algorithm, TMK);
          assertEquals(keys, WorkingKeys.unwrap(signOn, algorithm, TMK, field));
        }
      }
    }
  }

  /** Computed with OpenSSL: each key encrypted under the TMK, then its check value. */
  @Test
  void standsInTheFieldAsTerminalsReadIt() {
    WorkingKeys keys = new WorkingKeys(new byte[16], TMK, null);
    assertArrayEquals(
        hex(
            "2677F46B09C122CC975533105BD4A22A 9F1F7BFF"
                + "681EDF34D206965E86B3E94F536E4246 2677F46B"),
        keys.wrap(KeyAlgorithm.SM4, TMK));
    assertArrayEquals(
        hex("08D7B4FB629D0885 08D7B4FB629D0885 8CA64DE9"),
        Arrays.copyOf(keys.wrap(KeyAlgorithm.TRIPLE_DES, TMK), 20));
  }

  @Test
  void anotherMasterKeyIsNoticed() {
    byte[] field = keys(SignOn.THREE_KEYS).wrap(KeyAlgorithm.SM4, TMK);
    FormatError error =
        assertThrows(
            FormatError.class,
            () -> WorkingKeys.unwrap(SignOn.THREE_KEYS, KeyAlgorithm.SM4, new byte[16], field));
    assertEquals(Reason.CHECK_VALUE_WRONG, error.reason);
    assertEquals("F62.1", error.field);
    field[59] ^= 1;
    error =
        assertThrows(
            FormatError.class,
            () -> WorkingKeys.unwrap(SignOn.THREE_KEYS, KeyAlgorithm.SM4, TMK, field));
    assertEquals("F62.3", error.field);
  }

  @Test
  void wrongLengthsAreRefused() {
    byte[] field = new byte[39];
    FormatError error =
        assertThrows(
            FormatError.class,
            () -> WorkingKeys.unwrap(SignOn.DOUBLE_LENGTH, KeyAlgorithm.SM4, TMK, field));
    assertEquals("F62: 39 bytes, must be 40", error.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> keys(SignOn.SINGLE_LENGTH).wrap(KeyAlgorithm.SM4, TMK));
    assertThrows(
        FormatError.class,
        () -> WorkingKeys.unwrap(SignOn.SINGLE_LENGTH, KeyAlgorithm.SM4, TMK, new byte[24]));
  }

  @Test
  void neverPrintsAKey() {
    WorkingKeys keys = keys(SignOn.DOUBLE_LENGTH);
    assertEquals("WorkingKeys[DOUBLE_LENGTH]", keys.toString());
    assertFalse(keys.equals(keys(SignOn.DOUBLE_LENGTH)));
  }

  private static WorkingKeys keys(SignOn signOn) {
    int bytes = signOn.keyBytes;
    return new WorkingKeys(
        RANDOM.octets(bytes),
        RANDOM.octets(bytes),
        signOn == SignOn.THREE_KEYS ? RANDOM.octets(bytes) : null);
  }
}
