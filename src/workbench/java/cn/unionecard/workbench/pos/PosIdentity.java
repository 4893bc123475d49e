package cn.unionecard.workbench.pos;

import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;

/**
 * What was put into a terminal before it was handed over.
 *
 * @param merchant merchant number, as field 42 has it
 * @param tmk terminal master key in the clear, 16 bytes
 * @param offlineCounter the last number it gave an offline sale; 0 if it never gave one
 */
public record PosIdentity(
    TerminalId terminal,
    String merchant,
    KeyAlgorithm algorithm,
    MacMode macMode,
    byte[] tmk,
    long offlineCounter) {

  /** Never prints the key. */
  @Override
  public String toString() {
    return terminal + " " + algorithm + " " + macMode;
  }
}
