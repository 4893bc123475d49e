package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field61Original;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoField;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.IsoSpec;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.edge.iso8583.codec.SampleFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests of a signed-on terminal with one field (or the message type) missing, too long, too
 * short, of other characters or where none belongs, and a MAC that is right for what is sent: what
 * a terminal's own faulty software sends.
 */
final class ProvedFrames {
  private static final int HEAD_BYTES = 2 + FrameHead.BYTES;
  private static final int MTI_BYTES = 2;
  private static final int FIELDS_BYTES_MAX = 1_800;

  /** Message type, processing code, condition, kind. */
  private static final int[][] KINDS = {
    {0x0200, 0, 0, 22},
    {0x0200, 310000, 0, 1},
    {0x0200, 200000, 0, 23},
    {0x0220, 200000, 0, 25},
    {0x0220, 0, 0, 30},
    {0x0100, 30000, 6, 10},
    {0x0100, 200000, 6, 11},
    {0x0200, 0, 6, 20},
    {0x0400, 0, 0, 22},
  };

  /** Message type, what for. */
  private static final int[][] OTHERS = {
    {0x0820, 301}, {0x0500, 201}, {0x0320, 201}, {0x0320, 207}, {0x0620, 401}
  };

  private final Random random;

  ProvedFrames(long seed) {
    random = new Random(seed);
  }

  /** The next one, whole, and as that terminal would prove it. */
  byte[] next(TestPos pos, String code) {
    IsoMessage right = right(pos, code);
    byte[] frame = pos.frame(right);
    byte[] mti = Arrays.copyOfRange(frame, HEAD_BYTES, HEAD_BYTES + MTI_BYTES);
    TreeMap<Integer, byte[]> fields = fields(frame);
    int number = IsoSpec.FIELDS.get(random.nextInt(IsoSpec.FIELDS.size() - 1)).number();
    switch (random.nextInt(16)) {
      case 0 -> mti[random.nextInt(MTI_BYTES)] = digits(1)[0];
      case 1 -> fields.put(unknown(), octets(random.nextInt(8)));
      case 2 -> fields.put(number, wrong(known(number), null));
      default -> {
        List<Integer> there = List.copyOf(fields.keySet());
        int one = there.get(random.nextInt(there.size()));
        if (random.nextInt(6) == 0) {
          fields.remove(one);
        } else {
          fields.put(one, wrong(known(one), fields.get(one)));
        }
      }
    }
    return frame(frame, mti, fields, pos.mac);
  }

  private IsoMessage right(TestPos pos, String code) {
    if (random.nextInt(4) == 0) {
      int[] other = OTHERS[random.nextInt(OTHERS.length)];
      Field60Batch what = new Field60Batch(0, pos.batch, other[1]);
      IsoMessage message = pos.message(other[0], null, 0, what, ++pos.trace);
      message.set(48, "0".repeat(62));
      return message;
    }
    int[] kind = KINDS[random.nextInt(KINDS.length)];
    IsoMessage message = pos.message(kind[0], kind[1], kind[2], kind[3]);
    message.set(4, 1 + random.nextInt(10_000));
    if (kind[0] == 0x0400) {
      message.set(39, "98");
    } else {
      TestPos.code(message, code);
    }
    if (kind[1] == 200_000 || kind[2] == 6) {
      message.set(37, "0C3M7Z9K2V40");
      message.set(38, "000001");
      new Field61Original(pos.batch, random.nextInt(Math.max(1, pos.trace)), 0).write(message);
    }
    return message;
  }

  /** The fields of a good frame as they are written, lengths and all, without the MAC. */
  private static TreeMap<Integer, byte[]> fields(byte[] frame) {
    TreeMap<Integer, byte[]> fields = new TreeMap<>();
    int at = HEAD_BYTES + MTI_BYTES;
    long bitmap = ByteBuffer.wrap(frame).getLong(at);
    at += Long.BYTES;
    for (IsoField field : IsoSpec.FIELDS) {
      boolean there = (bitmap >>> (64 - field.number()) & 1) != 0;
      if (there && field.number() != IsoMessage.MAC_FIELD) {
        int prefix = field.length().prefixBytes;
        int length = field.max();
        if (!field.isFixed()) {
          length = Integer.parseInt(HexFormat.of().formatHex(frame, at, at + prefix));
        }
        int end = at + prefix + field.bytes(length);
        fields.put(field.number(), Arrays.copyOfRange(frame, at, end));
        at = end;
      }
    }
    return fields;
  }

  private static IsoField known(int number) {
    return Objects.requireNonNull(IsoSpec.field(number));
  }

  private int unknown() {
    int number = 2 + random.nextInt(62);
    return IsoSpec.field(number) == null ? number : 5;
  }

  private byte[] wrong(IsoField field, byte @Nullable [] good) {
    int prefix = field.length().prefixBytes;
    if (good == null) {
      int length = field.isFixed() ? field.max() : random.nextInt(field.max() + 1);
      return written(field, length, content(field.bytes(length), null));
    }
    byte[] octets = Arrays.copyOfRange(good, prefix, good.length);
    int most = prefix == 0 ? 0 : prefix == 1 ? 99 : 999;
    return switch (random.nextInt(prefix == 0 ? 8 : 14)) {
      case 8 -> written(field, 0, new byte[0]);
      case 9 -> {
        int length = Math.min(field.max() + 1, most);
        yield written(field, length, content(field.bytes(length), null));
      }
      case 10 -> written(field, most, octets);
      case 11 -> written(field, most, content(field.bytes(most), null));
      case 12 -> {
        byte[] noLength = good.clone();
        noLength[0] = (byte) (0xa0 + random.nextInt(0x60));
        yield noLength;
      }
      case 13 -> {
        int length = random.nextInt(field.max() + 1);
        yield written(field, length, content(field.bytes(length), null));
      }
      default -> {
        byte[] changed = good.clone();
        byte[] content = content(octets.length, octets);
        System.arraycopy(content, 0, changed, prefix, content.length);
        yield changed;
      }
    };
  }

  private static byte[] written(IsoField field, int length, byte[] octets) {
    int prefix = field.length().prefixBytes;
    ByteBuffer out = ByteBuffer.allocate(prefix + octets.length);
    int left = length;
    for (int i = prefix - 1; i >= 0; i--) {
      out.put(i, (byte) (left % 100 / 10 << 4 | left % 10));
      left /= 100;
    }
    return out.position(prefix).put(octets).array();
  }

  /** So many octets of one kind, or the good ones with one changed. */
  private byte[] content(int length, byte @Nullable [] good) {
    byte[] octets = new byte[length];
    switch (random.nextInt(good == null ? 7 : 9)) {
      case 0 -> Arrays.fill(octets, (byte) 0);
      case 1 -> Arrays.fill(octets, (byte) 0xff);
      case 2 -> Arrays.fill(octets, (byte) 0x99);
      case 3 -> Arrays.fill(octets, (byte) ' ');
      case 4 -> Arrays.fill(octets, (byte) 0x81); // half a character of GBK
      case 5 -> octets = digits(length);
      case 6 -> octets = octets(length);
      default -> {
        octets = good == null ? octets : good.clone();
        if (length > 0) {
          octets[random.nextInt(length)] = (byte) random.nextInt();
        }
      }
    }
    return octets;
  }

  private byte[] digits(int length) {
    byte[] digits = new byte[length];
    for (int i = 0; i < length; i++) {
      digits[i] = (byte) (random.nextInt(10) << 4 | random.nextInt(10));
    }
    return digits;
  }

  private byte[] octets(int length) {
    byte[] octets = new byte[length];
    random.nextBytes(octets);
    return octets;
  }

  private static byte[] frame(
      byte[] like, byte[] mti, TreeMap<Integer, byte[]> fields, @Nullable Mac mac) {
    ByteBuf out = Unpooled.buffer();
    out.writeBytes(like, 0, HEAD_BYTES).writeBytes(mti);
    long bitmap = 1; // the MAC
    for (int number : fields.keySet()) {
      bitmap |= 1L << (64 - number);
    }
    out.writeLong(bitmap);
    for (byte[] field : fields.values()) {
      if (out.writerIndex() + field.length < FIELDS_BYTES_MAX) {
        out.writeBytes(field);
      }
    }
    assertNotNull(mac, "signed on");
    out.writeLong(mac.over(out, HEAD_BYTES, out.writerIndex()));
    out.setShort(0, out.writerIndex() - 2);
    return SampleFrames.octets(out);
  }
}
