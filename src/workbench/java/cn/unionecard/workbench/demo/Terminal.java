package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.model.TerminalId;

/**
 * A terminal: a row of table {@code terminal}.
 *
 * @param number {@code T0000001} and up
 * @param merchant the merchant's id
 */
record Terminal(int id, TerminalId number, int merchant, boolean suspended) {
  String status() {
    return suspended ? "SUSPENDED" : "ACTIVE";
  }

  /** The number the maker stamped on the device. */
  String serialNumber() {
    return "DEMO-" + number;
  }
}
