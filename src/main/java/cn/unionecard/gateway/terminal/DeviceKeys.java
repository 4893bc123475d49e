package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** The public keys that terminals showed at their activation. */
public interface DeviceKeys {

  /**
   * SubjectPublicKeyInfo (DER, P-256) of an active terminal's device, or null if the terminal is
   * unknown, suspended, or has not been activated.
   */
  Future<byte @Nullable []> spki(TerminalId terminal);
}
