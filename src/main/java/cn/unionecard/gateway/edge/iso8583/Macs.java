package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.runtime.Recent;
import cn.unionecard.gateway.terminal.TerminalSession;
import java.util.Arrays;
import java.util.Map;

/**
 * The MACs of terminals in session, their ciphers ready: preparing a key costs several times what a
 * message's code does. The terminal unseen for longest makes room. Belongs to one event loop.
 */
final class Macs {
  private record Ready(TerminalSession session, Mac mac) {}

  private final Map<String, Ready> ready;

  /**
   * @param terminalsMax how many are kept at most
   */
  Macs(int terminalsMax) {
    ready = new Recent<>(terminalsMax);
  }

  /** The MAC under the session's key, and no other. */
  Mac of(TerminalSession session) {
    Ready known = ready.get(session.terminal().value());
    if (known != null && isSame(known.session, session)) {
      return known.mac;
    }
    Mac mac = Mac.Algorithm.of(session.algorithm(), session.macMode()).under(session.macKey());
    ready.put(session.terminal().value(), new Ready(session, mac));
    return mac;
  }

  private static boolean isSame(TerminalSession one, TerminalSession other) {
    return one == other
        || one.algorithm() == other.algorithm()
            && one.macMode() == other.macMode()
            && Arrays.equals(one.macKey(), other.macKey());
  }
}
