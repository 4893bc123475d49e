package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A terminal's working keys between one sign-on and the next, in the clear: never logged, never
 * stored so.
 *
 * @param version grows with each set of keys that comes into force
 * @param pinKey PIK, 8 or 16 bytes; handed out because terminals expect one, no PIN is used
 * @param macKey MAK, 8 or 16 bytes
 * @param trackKey TDK, 16 bytes, or null if the terminal did not ask for one
 */
public record TerminalSession(
    TerminalId terminal,
    long version,
    KeyAlgorithm algorithm,
    MacMode macMode,
    byte[] pinKey,
    byte[] macKey,
    byte @Nullable [] trackKey) {

  /** Takes the keys of a set apart: PIK ‖ MAK ‖ TDK. */
  static TerminalSession of(
      TerminalId terminal, long version, KeyAlgorithm algorithm, MacMode macMode, byte[] keys) {
    KeySet set = KeySet.ofBytes(keys.length);
    int length = set.keyBytes;
    return new TerminalSession(
        terminal,
        version,
        algorithm,
        macMode,
        Arrays.copyOf(keys, length),
        Arrays.copyOfRange(keys, length, 2 * length),
        set.hasTrackKey ? Arrays.copyOfRange(keys, 2 * length, 3 * length) : null);
  }

  /** All of them: PIK ‖ MAK ‖ TDK. */
  byte[] keys() {
    ByteArrayOutputStream keys = new ByteArrayOutputStream();
    keys.writeBytes(pinKey);
    keys.writeBytes(macKey);
    if (trackKey != null) {
      keys.writeBytes(trackKey);
    }
    return keys.toByteArray();
  }

  @Override
  public String toString() {
    return "TerminalSession[" + terminal + ", version " + version + ", " + algorithm + "]";
  }
}
