package cn.unionecard.gateway.receipt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.util.test.FixedSecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Published vectors of the signatures and hashes, and what is refused. */
class SigningVectorsTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] MESSAGE = ascii("message digest");
  private static final String N =
      "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
  private static final String R =
      "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3";
  private static final String S =
      "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";

  /** GB/T 32918.5-2017 annex A. */
  @Test
  void sm2SignatureIsThatOfTheStandard() {
    byte[] d = HEX.parseHex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
    byte[] k = HEX.parseHex("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21");
    SigningKey key = SigningKey.of("a", ReceiptAlgorithm.SM2, d, new FixedSecureRandom(k));
    assertEquals(R + S, HEX.formatHex(key.sign(MESSAGE)));
    assertTrue(key.publicKey().verify(MESSAGE, HEX.parseHex(R + S)));
    assertTrue(
        HEX.formatHex(key.publicKey().spki())
            .endsWith(
                "04"
                    + "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
                    + "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"));
  }

  /** RFC 8032 section 7.1, test 2. */
  @Test
  void ed25519SignatureIsThatOfTheStandard() {
    byte[] seed = HEX.parseHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    SigningKey key = SigningKey.of("e", ReceiptAlgorithm.ED25519, seed, new SecureRandom());
    assertEquals(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        HEX.formatHex(key.sign(new byte[] {0x72})));
  }

  @ParameterizedTest
  @CsvSource({
    "abc, 1, 66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    "abcd, 16, debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
    "abc, 0, 1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b",
  })
  void sm3IsThatOfTheStandard(String text, int times, String expected) {
    byte[] hash = ReceiptAlgorithm.SM2.treeHash().hash(ascii(text.repeat(times)));
    assertEquals(expected, HEX.formatHex(hash));
  }

  @Test
  void hmacSm3AgreesWithOpenSsl() {
    HMac mac = new HMac(new SM3Digest());
    mac.init(new KeyParameter(ascii("Jefe")));
    byte[] message = ascii("what do ya want for nothing?");
    mac.update(message, 0, message.length);
    byte[] result = new byte[32];
    assertEquals(32, mac.doFinal(result, 0));
    assertEquals(
        "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882", HEX.formatHex(result));
  }

  /** r and s lie in 1 … n − 1 and there is no second spelling modulo n. */
  @ParameterizedTest
  @ValueSource(strings = {R + "0000", "00" + R + S, N + S, R + N, R + R})
  void sm2SignatureOutOfFormIsWrong(String signature) {
    assertFalse(standardKey().verify(MESSAGE, HEX.parseHex(signature)));
  }

  @Test
  void zeroAndOverflowingHalvesAreWrong() {
    String zero = "00".repeat(32);
    String ones = "ff".repeat(32);
    for (String half : new String[] {zero, ones}) {
      assertFalse(standardKey().verify(MESSAGE, HEX.parseHex(half + S)));
      assertFalse(standardKey().verify(MESSAGE, HEX.parseHex(R + half)));
      assertFalse(standardKey().verify(MESSAGE, HEX.parseHex(half + half)));
    }
    assertFalse(standardKey().verify(MESSAGE, new byte[0]));
  }

  @ParameterizedTest
  @EnumSource
  void everySingleWrongBitIsFound(ReceiptAlgorithm algorithm) {
    SigningKey key = SigningKey.generate("g", algorithm, new SecureRandom());
    byte[] signature = key.sign(MESSAGE);
    for (int bit = 0; bit < signature.length * 8; bit++) {
      byte[] wrong = signature.clone();
      wrong[bit / 8] ^= (byte) (1 << bit % 8);
      assertFalse(key.publicKey().verify(MESSAGE, wrong), "bit " + bit);
    }
  }

  @ParameterizedTest
  @EnumSource
  void signerIsReadyAgainAfterEachSignature(ReceiptAlgorithm algorithm) {
    SigningKey key = SigningKey.generate("g", algorithm, new SecureRandom());
    HeaderSigner signer = key.signer();
    for (int i = 0; i < 5; i++) {
      byte[] message = new byte[i * 40];
      assertTrue(key.publicKey().verify(message, signer.sign(message)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysSurviveStorage(ReceiptAlgorithm algorithm) {
    SigningKey key = SigningKey.generate("g", algorithm, new SecureRandom());
    SigningKey again = SigningKey.of("g", algorithm, key.secret(), new SecureRandom());
    assertArrayEquals(key.publicKey().spki(), again.publicKey().spki());
    PublicKey published = PublicKey.of("g", algorithm, key.publicKey().spki());
    assertTrue(published.verify(MESSAGE, again.sign(MESSAGE)));
    assertEquals("SigningKey[g, " + algorithm.header + "]", key.toString());
  }

  @Test
  void secretsOutOfRangeAreRefused() {
    SecureRandom random = new SecureRandom();
    byte[] nMinusOne = HEX.parseHex(N);
    nMinusOne[31]--;
    for (byte[] d : new byte[][] {new byte[32], new byte[31], HEX.parseHex(N), nMinusOne}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> SigningKey.of("a", ReceiptAlgorithm.SM2, d, random));
    }
  }

  @Test
  void publicKeysOfAnotherAlgorithmAreRefused() {
    byte[] ed25519 = SampleReceipts.ED25519.publicKey().spki();
    byte[] cut = Arrays.copyOf(SampleReceipts.SM2.publicKey().spki(), 60);
    for (byte[] spki : new byte[][] {ed25519, cut, new byte[0], {0x30, 0}}) {
      assertThrows(
          IllegalArgumentException.class, () -> PublicKey.of("a", ReceiptAlgorithm.SM2, spki));
    }
  }

  private static PublicKey standardKey() {
    byte[] d = HEX.parseHex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
    return SigningKey.of("a", ReceiptAlgorithm.SM2, d, new SecureRandom()).publicKey();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
