package cn.unionecard.gateway.edge.iso8583.codec;

import static cn.unionecard.gateway.edge.iso8583.codec.SampleFrames.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class MacTest {
  private static final long SEED = 8583;
  private static final byte[] MAK = SampleFrames.MAK;
  private static final byte[] DATA =
      hex("0200302004C030C098110000000000000010000000010210001234567890123800");

  @Test
  void publishedVectors() {
    assertEquals("8325A66B", text(Mac.Algorithm.XOR_3DES.under(MAK), DATA));
    assertEquals("59E3E185", text(Mac.Algorithm.XOR_SM4.under(MAK), DATA));
  }

  /** ISO/IEC 9797-1 algorithm 3, as the tests of other libraries have it. */
  @Test
  void retailMacVector() {
    Mac mac = Mac.Algorithm.X9_19.under(hex("7CA110454A1A6E570131D9619DC1376E"));
    byte[] data = "Hello World !!!!".getBytes(StandardCharsets.US_ASCII);
    assertEquals(0xF09B856213BAB83BL, over(mac, data));
  }

  @Test
  void agreesWithTheProviderOfTheJdk() throws GeneralSecurityException {
    RandomMessages random = new RandomMessages(SEED);
    for (int i = 0; i < 2_000; i++) {
      byte[] key = random.octets(16);
      byte[] data = random.octets(random.below(300));
      assertEquals(
          xorMac(key, data), over(Mac.Algorithm.XOR_3DES.under(key), data), () -> "seed " + SEED);
      assertEquals(
          retailMac(key, data), over(Mac.Algorithm.X9_19.under(key), data), () -> "seed " + SEED);
    }
  }

  @Test
  void oneKeyOfEightBytesIsSingleDes() throws GeneralSecurityException {
    byte[] key = hex("0123456789ABCDEF");
    byte[] twice = hex("0123456789ABCDEF0123456789ABCDEF");
    assertEquals(xorMac(twice, DATA), over(Mac.Algorithm.XOR_3DES.under(key), DATA));
    assertThrows(IllegalArgumentException.class, () -> Mac.Algorithm.X9_19.under(key));
    assertThrows(IllegalArgumentException.class, () -> Mac.Algorithm.XOR_SM4.under(key));
  }

  @Test
  void aFrameIsProvedOnlyByItsKeyAndBytes() {
    for (Mac.Algorithm algorithm : Mac.Algorithm.values()) {
      Mac mac = algorithm.under(MAK);
      ByteBuf out = Unpooled.buffer();
      SampleFrames.sale().writeTo(out, mac);
      byte[] octets = SampleFrames.octets(out);
      assertTrue(SampleFrames.read(octets).isProvedBy(mac));
      assertFalse(SampleFrames.read(octets).isProvedBy(algorithm.under(new byte[16])));
      octets[20] ^= 1;
      assertFalse(SampleFrames.read(octets).isProvedBy(mac));
    }
    assertFalse(SampleFrames.sale().isProvedBy(Mac.Algorithm.XOR_SM4.under(MAK)));
  }

  /** The description word for word, over the JDK's ciphers. */
  private static long xorMac(byte[] key, byte[] data) throws GeneralSecurityException {
    byte[] xor = new byte[8];
    for (int i = 0; i < data.length; i++) {
      xor[i % 8] ^= data[i];
    }
    byte[] hex =
        HexFormat.of().formatHex(xor).toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    byte[] state = tripleDes(key, Arrays.copyOf(hex, 8));
    for (int i = 0; i < 8; i++) {
      state[i] ^= hex[8 + i];
    }
    String result = HexFormat.of().formatHex(tripleDes(key, state)).toUpperCase(Locale.ROOT);
    return ByteBuffer.wrap(result.getBytes(StandardCharsets.US_ASCII)).getLong();
  }

  private static long retailMac(byte[] key, byte[] data) throws GeneralSecurityException {
    byte[] state = new byte[8];
    byte[] first = Arrays.copyOf(key, 8);
    byte[] second = Arrays.copyOfRange(key, 8, 16);
    for (int at = 0; at < data.length; at += 8) {
      for (int i = at; i < Math.min(at + 8, data.length); i++) {
        state[i - at] ^= data[i];
      }
      state = des(Cipher.ENCRYPT_MODE, "DES", first, state);
    }
    state = des(Cipher.DECRYPT_MODE, "DES", second, state);
    return ByteBuffer.wrap(des(Cipher.ENCRYPT_MODE, "DES", first, state)).getLong();
  }

  private static byte[] tripleDes(byte[] key, byte[] block) throws GeneralSecurityException {
    byte[] three = Arrays.copyOf(key, 24);
    System.arraycopy(key, 0, three, 16, 8);
    return des(Cipher.ENCRYPT_MODE, "DESede", three, block);
  }

  private static byte[] des(int mode, String name, byte[] key, byte[] block)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(name + "/ECB/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, name));
    return cipher.doFinal(block);
  }

  private static String text(Mac mac, byte[] data) {
    byte[] octets = ByteBuffer.allocate(8).putLong(over(mac, data)).array();
    return new String(octets, StandardCharsets.US_ASCII);
  }

  private static long over(Mac mac, byte[] data) {
    ByteBuf buffer = Unpooled.buffer().writeByte(7).writeBytes(data);
    return mac.over(buffer, 1, 1 + data.length);
  }
}
