package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.edge.iso8583.codec.SampleFrames;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The MAC of one message, made step by step as the guide tells it, beside the code that makes it.
 */
final class GuideMac {
  private static final int MAC_CHARACTERS = 8;

  private final KeyAlgorithm algorithm;
  private final byte[] mak;
  private final int block;

  GuideMac(KeyAlgorithm algorithm, byte[] mak) {
    this.algorithm = algorithm;
    this.mak = mak;
    this.block = algorithm == KeyAlgorithm.SM4 ? 16 : 8;
  }

  /** The steps as text; fails when they lead elsewhere than the code. */
  String steps(IsoMessage message) {
    ByteBuf proved = Unpooled.buffer();
    message.writeTo(proved, Mac.Algorithm.of(algorithm, MacMode.XOR_ECB).under(mak));
    byte[] all = SampleFrames.octets(proved);
    byte[] covered = Arrays.copyOf(all, all.length - MAC_CHARACTERS);
    byte[] folded = folded(covered);
    byte[] digits = hex(folded).getBytes(StandardCharsets.US_ASCII);
    byte[] first = encrypt(Arrays.copyOf(digits, block));
    byte[] mixed = xor(first, Arrays.copyOfRange(digits, block, 2 * block));
    byte[] second = encrypt(mixed);
    byte[] mac = hex(second).substring(0, MAC_CHARACTERS).getBytes(StandardCharsets.US_ASCII);
    assertEquals(hex(Arrays.copyOfRange(all, covered.length, all.length)), hex(mac));
    return String.join(
        "\n",
        "1. the " + covered.length + " bytes from the MTI to the last field before 64:",
        wrapped(hex(covered)),
        "2. in blocks of " + block + " bytes, the last one filled up with zeros, all XORed:",
        "   " + hex(folded),
        "3. that as hex text, the bytes of the first half, and of the second:",
        "   " + hex(Arrays.copyOf(digits, block)),
        "   " + hex(Arrays.copyOfRange(digits, block, 2 * block)),
        "4. the first half encrypted under the MAK:",
        "   " + hex(first),
        "5. XOR the second half:",
        "   " + hex(mixed),
        "6. encrypted under the MAK:",
        "   " + hex(second),
        "7. of that as hex text the first eight characters, as bytes, are F64:",
        "   " + hex(mac),
        "```\n");
  }

  private byte[] folded(byte[] bytes) {
    byte[] folded = new byte[block];
    for (int i = 0; i < bytes.length; i++) {
      folded[i % block] ^= bytes[i];
    }
    return folded;
  }

  private byte[] encrypt(byte[] one) {
    return EcbCipher.encrypt(algorithm, mak, one);
  }

  private static byte[] xor(byte[] a, byte[] b) {
    byte[] result = a.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] ^= b[i];
    }
    return result;
  }

  private static String wrapped(String hex) {
    return "   " + hex.replaceAll("(.{90})(?=.)", "$1\n   ");
  }

  private static String hex(byte[] octets) {
    return ByteBufUtil.hexDump(octets).toUpperCase(Locale.ROOT);
  }
}
