package cn.unionecard.workbench.story;

import java.security.KeyPair;

/**
 * A merchant that has been admitted, and its till.
 *
 * @param merchantNo fifteen digits
 * @param terminal eight characters
 * @param key of the device; it made it itself
 * @param certificate PEM, for that key
 */
record Shop(String merchantNo, String terminal, KeyPair key, String certificate) {
  @Override
  public String toString() {
    return merchantNo;
  }
}
