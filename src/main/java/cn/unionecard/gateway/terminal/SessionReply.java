package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.Refusal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a terminal is told about its session. */
public sealed interface SessionReply {

  /**
   * A working key on its way to the terminal.
   *
   * @param encrypted under the terminal's master key
   * @param checkValue first four bytes of the encryption of zeros under the key itself
   */
  record SealedKey(byte[] encrypted, byte[] checkValue) {}

  /**
   * Signed on: new working keys, in force as soon as the terminal uses them.
   *
   * @param trackKey null unless it was asked for
   * @param batch in which the terminal goes on
   * @param at now, for the terminal's clock
   */
  record SignedOn(
      TerminalSession session,
      SealedKey pinKey,
      SealedKey macKey,
      @Nullable SealedKey trackKey,
      BatchNo batch,
      Instant at)
      implements SessionReply {}

  /**
   * The terminal is signed on.
   *
   * @param merchant the number of its merchant; null while it may not be used, for it may have
   *     moved
   * @param first whether its keys have come into force with this very message
   */
  record Held(TerminalSession session, @Nullable String merchant, boolean first)
      implements SessionReply {}

  /** The terminal is signed off. */
  record SignedOff() implements SessionReply {}

  /** The terminal has a certificate and signs on with no less. */
  record Uncertified() implements SessionReply {}

  /**
   * TERMINAL_UNKNOWN (or no master key was injected, or its device was given up),
   * TERMINAL_SUSPENDED, TERMINAL_NOT_SIGNED_ON, MAC_WRONG, TYPE_NOT_SUPPORTED (its algorithm has no
   * keys of that kind).
   */
  record Refused(Refusal refusal) implements SessionReply {}
}
