package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** How numbers and times are spelt here. */
public final class Spelling {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int NO_LENGTH = 12;

  private Spelling() {}

  /** The number of a complaint or ticket: by chance, 60 bits. */
  public static String no(SecureRandom random) {
    StringBuilder no = new StringBuilder();
    for (int i = 0; i < NO_LENGTH; i++) {
      no.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return no.toString();
  }

  public static Buffer bytes(byte[] bytes) {
    return Buffer.buffer(bytes);
  }

  public static @Nullable String time(@Nullable OffsetDateTime at) {
    return at == null ? null : Clocks.RFC_3339.format(at);
  }
}
