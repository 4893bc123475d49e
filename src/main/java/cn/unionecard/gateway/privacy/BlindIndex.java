package cn.unionecard.gateway.privacy;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody is found by: his number under each key of the vault that is taken. He is looked for
 * by {@link #all} and written with {@link #first} and {@link #second}: two that write him at once
 * have one of them in common, whichever key each takes for the newer.
 *
 * @param all the newest first
 * @param newestPlace of the newest
 * @param first in the first place, or null: no key that is taken has it
 * @param second in the second place, or null
 */
public record BlindIndex(
    List<Buffer> all, int newestPlace, @Nullable Buffer first, @Nullable Buffer second) {
  /** By which one text is told from another in a map. */
  public Buffer newest() {
    return all.get(0);
  }

  /** For {@code member_found}. */
  public Buffer[] array() {
    return all.toArray(Buffer[]::new);
  }

  @Override
  public String toString() {
    return "BlindIndex[***]";
  }
}
