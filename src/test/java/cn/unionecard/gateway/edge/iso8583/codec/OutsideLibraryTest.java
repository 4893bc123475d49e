package cn.unionecard.gateway.edge.iso8583.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.imohsenb.ISO8583.builders.ISOMessageBuilder;
import com.imohsenb.ISO8583.entities.ISOMessage;
import com.imohsenb.ISO8583.enums.MESSAGE_FUNCTION;
import com.imohsenb.ISO8583.enums.MESSAGE_ORIGIN;
import com.imohsenb.ISO8583.enums.VERSION;
import com.imohsenb.ISO8583.exceptions.ISOException;
import com.imohsenb.ISO8583.interfaces.DataElement;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Somebody else's library (imohsenb ISO8583, MIT) reads what we write and writes what we read.
 *
 * <p>It speaks BCD with the TPDU before the message. It cannot count digits of a field of variable
 * length (2, 32, 35, 36, 48, 60, 61 of our profile), and it fills up odd fixed digits with F when
 * it writes (22, 23): those stay outside.
 */
class OutsideLibraryTest {
  private static final long SEED = 20_261_124;
  private static final int TPDU_BYTES = 5;

  /** Its buffer ends at 512 bytes. */
  private static final int THEIR_BYTES_MAX = 500;

  private static final Set<Integer> UNREADABLE = Set.of(2, 32, 35, 36, 48, 60, 61);
  private static final Set<Integer> UNWRITABLE = Set.of(2, 22, 23, 32, 35, 36, 48, 60, 61);

  @Test
  void readsWhatWeWrite() throws ISOException {
    RandomMessages messages = new RandomMessages(SEED);
    int fields = 0;
    for (int i = 0; i < 2_000; i++) {
      IsoMessage ours = without(UNREADABLE, messages.next());
      ISOMessage theirs = new ISOMessage().setMessage(withTpdu(SampleFrames.octets(ours)));
      assertEquals(String.format(Locale.ROOT, "%04x", ours.mti()), theirs.getMti());
      for (IsoField field : IsoSpec.FIELDS) {
        int number = field.number();
        assertEquals(ours.has(number), theirs.fieldExits(number), field.path());
        if (ours.has(number)) {
          byte[] octets = ours.octets(number);
          assertArrayEquals(
              octets, Arrays.copyOf(theirs.getField(number), octets.length), field.path());
          fields++;
        }
      }
    }
    assertTrue(fields > 10_000, "fields compared: " + fields);
  }

  @Test
  void writesWhatWeRead() throws ISOException {
    RandomMessages messages = new RandomMessages(SEED + 1);
    int written = 0;
    for (int i = 0; i < 2_000; i++) {
      IsoMessage ours = without(UNWRITABLE, messages.next());
      if (SampleFrames.octets(ours).length > THEIR_BYTES_MAX) {
        continue;
      }
      written++;
      byte[] theirs = theirs(ours);
      IsoMessage read = new IsoMessage();
      read.read(Unpooled.wrappedBuffer(theirs), TPDU_BYTES, theirs.length);
      assertArrayEquals(SampleFrames.octets(ours), SampleFrames.octets(read), () -> "seed " + SEED);
    }
    assertTrue(written > 500, "messages written: " + written);
  }

  /** A financial request of theirs with the same fields. */
  private static byte[] theirs(IsoMessage ours) throws ISOException {
    DataElement<?> message =
        ISOMessageBuilder.Packer(VERSION.V1987)
            .financial()
            .mti(MESSAGE_FUNCTION.Request, MESSAGE_ORIGIN.Acquirer)
            .processCode("000000")
            .setHeader("6000030000");
    for (IsoField field : IsoSpec.FIELDS) {
      if (ours.has(field.number())) {
        message = message.setField(field.number(), ours.octets(field.number()));
      }
    }
    ISOMessage built = message.build();
    ByteBuf whole = Unpooled.wrappedBuffer(built.getHeader(), built.getBody());
    return SampleFrames.octets(whole);
  }

  /** The message as a sale request, with F3 and without some fields. */
  private static IsoMessage without(Set<Integer> left, IsoMessage message) {
    IsoMessage rest = new IsoMessage();
    rest.begin(0x0200);
    rest.set(3, 0);
    for (IsoField field : IsoSpec.FIELDS) {
      if (message.has(field.number()) && !left.contains(field.number())) {
        rest.copy(field.number(), message);
      }
    }
    return rest;
  }

  private static byte[] withTpdu(byte[] message) {
    return SampleFrames.octets(Unpooled.wrappedBuffer(SampleFrames.hex("6000030000"), message));
  }
}
