package cn.unionecard.gateway.model;

/** A terminal number (终端号): eight of {@code A–Z 0–9}; ISO 8583 field 41. */
public record TerminalId(String value) {

  public TerminalId {
    if (!Written.TERMINAL.matcher(value).matches()) {
      throw new IllegalArgumentException("terminal id is not eight of A-Z 0-9");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
