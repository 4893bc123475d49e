package cn.unionecard.gateway.checkout;

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
   * Signed on: new working keys are in force.
   *
   * @param trackKey null unless it was asked for
   * @param batch the terminal's current batch
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

  /** The terminal is signed on. */
  record Held(TerminalSession session) implements SessionReply {}

  /** The terminal is signed off. */
  record SignedOff() implements SessionReply {}

  /**
   * TERMINAL_UNKNOWN (or no master key was injected), TERMINAL_SUSPENDED, TERMINAL_NOT_SIGNED_ON,
   * MAC_WRONG, TYPE_NOT_SUPPORTED (its algorithm has no keys of that kind).
   */
  record Refused(Refusal refusal) implements SessionReply {}
}
