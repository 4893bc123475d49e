package cn.unionecard.gateway.edge.iso8583.codec;

import java.util.Random;

/** Any messages the profile allows, the same for the same seed. */
final class RandomMessages {
  private static final int[] TYPES = {0x0100, 0x0200, 0x0210, 0x0400, 0x0500, 0x0810, 0x0320};

  private final Random random;

  RandomMessages(long seed) {
    random = new Random(seed);
  }

  /** A message with fields set in random order. */
  IsoMessage next() {
    IsoMessage message = new IsoMessage();
    message.begin(TYPES[random.nextInt(TYPES.length)]);
    int fields = random.nextInt(IsoSpec.FIELDS.size() + 1);
    for (int i = 0; i < fields; i++) {
      set(message, IsoSpec.FIELDS.get(random.nextInt(IsoSpec.FIELDS.size())));
    }
    return message;
  }

  private void set(IsoMessage message, IsoField field) {
    int length = field.isFixed() ? field.max() : random.nextInt(field.max() + 1);
    switch (field.encoding()) {
      case N -> message.set(field.number(), text(length, "0123456789"));
      case Z -> message.set(field.number(), text(length, "0123456789D"));
      case AN -> message.set(field.number(), text(length, " 09AZaz~"));
      case ANS, B -> message.set(field.number(), octets(length));
    }
  }

  /** Characters of an alphabet. */
  String text(int length, String alphabet) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  byte[] octets(int length) {
    byte[] octets = new byte[length];
    random.nextBytes(octets);
    return octets;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }
}
