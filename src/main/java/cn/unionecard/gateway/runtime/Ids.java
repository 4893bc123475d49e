package cn.unionecard.gateway.runtime;

import java.security.SecureRandom;

/** Where chance comes from. */
public final class Ids {
  private static final int TRACE_BYTES = 16;

  private Ids() {}

  /** The operating system's generator; thread-safe. */
  @Wallclock
  public static SecureRandom secureRandom() {
    return new SecureRandom();
  }

  /** A W3C trace id: 32 lower-case hex digits. */
  public static String traceId(SecureRandom random) {
    return Secrets.hex(random, TRACE_BYTES);
  }
}
