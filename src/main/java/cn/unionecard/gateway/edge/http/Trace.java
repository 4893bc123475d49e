package cn.unionecard.gateway.edge.http;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The W3C trace context (traceparent, level 1) of one request: the caller's trace, a span of ours.
 *
 * @param traceId 32 hexadecimal digits, not all zero
 * @param parent the header's value in our answer
 */
record Trace(String traceId, String parent) {
  private static final int LENGTH = 55;
  private static final int TRACE_END = 35;
  private static final int SPAN_END = 52;
  private static final HexFormat HEX = HexFormat.of();

  /** Continues the trace of that header; begins one if the header is absent or not well-formed. */
  static Trace continuing(@Nullable String traceparent, RandomGenerator ids) {
    if (traceparent != null && isValid(traceparent)) {
      return of(traceparent.substring(3, TRACE_END), ids, traceparent.substring(53, LENGTH));
    }
    String traceId = HEX.toHexDigits(ids.nextLong()) + HEX.toHexDigits(notZero(ids));
    return of(traceId, ids, "00");
  }

  private static Trace of(String traceId, RandomGenerator ids, String flags) {
    return new Trace(traceId, "00-" + traceId + "-" + HEX.toHexDigits(notZero(ids)) + "-" + flags);
  }

  private static long notZero(RandomGenerator ids) {
    return ids.nextLong() | 1;
  }

  private static boolean isValid(String s) {
    boolean length = s.length() == LENGTH || (s.length() > LENGTH && s.charAt(LENGTH) == '-');
    return length
        && hex(s, 0, 2)
        && !s.startsWith("ff")
        && (s.length() == LENGTH || !s.startsWith("00"))
        && s.charAt(2) == '-'
        && hex(s, 3, TRACE_END)
        && !zeros(s, 3, TRACE_END)
        && s.charAt(TRACE_END) == '-'
        && hex(s, 36, SPAN_END)
        && !zeros(s, 36, SPAN_END)
        && s.charAt(SPAN_END) == '-'
        && hex(s, 53, LENGTH);
  }

  private static boolean hex(String s, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = s.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return true;
  }

  private static boolean zeros(String s, int from, int to) {
    for (int i = from; i < to; i++) {
      if (s.charAt(i) != '0') {
        return false;
      }
    }
    return true;
  }
}
