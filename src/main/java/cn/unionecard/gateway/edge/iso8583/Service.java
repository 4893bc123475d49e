package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.TransactionType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a terminal may ask for: one line per message. {@code ANY} where the message does not say or
 * it does not matter; a reversal looks like its original.
 */
enum Service {
  SIGN_ON(0x0800, Service.ANY, Service.ANY, 0, Service.ANY, null),
  SIGN_OFF(0x0820, Service.ANY, Service.ANY, 0, 2, null),
  ECHO(0x0820, Service.ANY, Service.ANY, 0, 301, null),
  STATUS(0x0820, Service.ANY, Service.ANY, 0, 362, null),

  VERIFY(0x0200, 310000, 0, 1, Service.ANY, TransactionType.VERIFY),
  SALE(0x0200, 0, 0, 22, Service.ANY, TransactionType.SALE),
  VOID(0x0200, 200000, 0, 23, Service.ANY, TransactionType.VOID),
  COMPLETION(0x0200, 0, 6, 20, Service.ANY, TransactionType.COMPLETION),
  HOLD(0x0100, 30000, 6, 10, Service.ANY, TransactionType.HOLD),
  RELEASE(0x0100, 200000, 6, 11, Service.ANY, TransactionType.RELEASE),
  REFUND(0x0220, 200000, 0, 25, Service.ANY, TransactionType.REFUND),
  ADVICE(0x0220, 0, 0, 30, Service.ANY, TransactionType.ADVICE),
  REVERSAL(0x0400, Service.ANY, Service.ANY, Service.ANY, Service.ANY, TransactionType.REVERSAL),

  RATING(0x0620, Service.ANY, Service.ANY, 0, 401, null),

  BATCH_TOTALS(0x0500, Service.ANY, Service.ANY, 0, 201, null),
  BATCH_LIST(0x0320, Service.ANY, Service.ANY, 0, 201, null),
  BATCH_END_BALANCED(0x0320, Service.ANY, Service.ANY, 0, 207, null),
  BATCH_END(0x0320, Service.ANY, Service.ANY, 0, 202, null);

  private static final int ANY = -1;
  private static final int ABSENT = -2;
  private static final Service[] ALL = values();
  private static final Set<Integer> PROVED = Set.of(0x0100, 0x0200, 0x0220, 0x0400, 0x0500, 0x0620);

  /** Of the message, without what says that it repeats. */
  final int mti;

  private final int processing;
  private final int condition;
  private final int kind;
  private final int network;

  /** What the line is asked, or null when the message is about the terminal itself. */
  final @Nullable TransactionType type;

  /**
   * @param processing field 3
   * @param condition field 25
   * @param kind field 60.1
   * @param network field 60.3
   */
  Service(
      int mti,
      int processing,
      int condition,
      int kind,
      int network,
      @Nullable TransactionType type) {
    this.mti = mti;
    this.processing = processing;
    this.condition = condition;
    this.kind = kind;
    this.network = network;
    this.type = type;
  }

  /**
   * The service that a message asks for, or null.
   *
   * @param field60 that of the message
   */
  static @Nullable Service of(IsoMessage message, Field60Batch field60) {
    long processing = message.has(3) ? message.number(3) : ABSENT;
    long condition = message.has(25) ? message.number(25) : ABSENT;
    for (Service service : ALL) {
      if (service.mti == message.type()
          && is(service.processing, processing)
          && is(service.condition, condition)
          && is(service.kind, field60.type())
          && is(service.network, field60.networkCode())) {
        return service;
      }
    }
    return null;
  }

  private static boolean is(int wanted, long found) {
    return wanted == ANY || wanted == found;
  }

  /** Whether a message of that type must carry a MAC. */
  static boolean mustBeProved(int mti) {
    return PROVED.contains(mti);
  }

  /** Whether it is about the terminal's batch. */
  boolean isOfBatch() {
    return mti == 0x0500 || mti == 0x0320;
  }

  /** Whether it does something in the name of a terminal that must be signed on. */
  boolean needsSession() {
    return type != null || isOfBatch() || this == RATING;
  }
}
