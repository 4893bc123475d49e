package cn.unionecard.workbench.pos;

import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import java.util.Locale;

/**
 * A request that can be sent again and be reversed: the message, and the key it has.
 *
 * @param batch field 60.2
 * @param trace field 11
 */
public record PosRequest(IsoMessage message, int batch, int trace) {
  /** Its name over HTTPS. */
  public String requestId() {
    return String.format(Locale.ROOT, "b%06d-%06d", batch, trace);
  }
}
