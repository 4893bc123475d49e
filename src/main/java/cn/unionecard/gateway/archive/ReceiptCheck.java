package cn.unionecard.gateway.archive;

/** Tells whether a receipt document is genuine. Computes only; a few signature checks a second. */
public interface ReceiptCheck {

  /**
   * What the check found.
   *
   * @param valid whether every part of the proof holds
   * @param name {@code VALID}, or the name of the first check that failed
   */
  record Finding(boolean valid, String name) {}

  /**
   * Checks the hash of the body, its path to the root and the block's signature.
   *
   * @param document the receipt's JSON, byte for byte as it was handed out
   * @throws cn.unionecard.gateway.model.Fault.Malformed if it is no receipt document
   */
  Finding check(byte[] document);
}
