package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.keys.Kek;
import java.security.SecureRandom;

/**
 * Wraps the keys of terminals under the key-encryption key, so that the database holds none in the
 * clear. Each wrapping is bound to its terminal and purpose: no row can take another's place.
 */
public final class TerminalSecrets {
  private static final String MASTER = "terminal master key ";
  private static final String WORKING = "terminal working keys ";

  private final Kek kek;
  private final SecureRandom random;

  public TerminalSecrets(Kek kek, SecureRandom random) {
    this.kek = kek;
    this.random = random;
  }

  /** Seals a master key. */
  public byte[] wrapMaster(TerminalId terminal, byte[] key) {
    return kek.wrap(key, MASTER + terminal, random);
  }

  /** Opens a master key that was sealed for this terminal. */
  public byte[] unwrapMaster(TerminalId terminal, byte[] wrapped) {
    return kek.unwrap(wrapped, MASTER + terminal);
  }

  byte[] wrapWorking(TerminalId terminal, byte[] keys) {
    return kek.wrap(keys, WORKING + terminal, random);
  }

  byte[] unwrapWorking(TerminalId terminal, byte[] wrapped) {
    return kek.unwrap(wrapped, WORKING + terminal);
  }
}
