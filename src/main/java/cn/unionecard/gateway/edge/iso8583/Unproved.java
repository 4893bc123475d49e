package cn.unionecard.gateway.edge.iso8583;

/**
 * Why the device at the other end is not taken for the terminal's, though the terminal is known.
 */
enum Unproved {
  NO_CERTIFICATE(
      "本终端须凭本机证书签到，请走TLS并出示证书",
      "its device was activated, and the sign-on came without its certificate",
      "sign on over TLS with the device's certificate"),
  NOT_VALID_NOW(
      "本机证书已过期或尚未生效，请重新激活本机",
      "the certificate of the line has ended, or has not begun",
      "dial with a certificate that is good, or activate the device anew"),
  OF_ANOTHER_DEVICE(
      "本机证书已停用，请重新激活本机",
      "the certificate is of another key than the device's that was activated last",
      "activate this device, or use the other");

  /** Field 63.2. */
  final String chinese;

  final String cause;

  /** What the terminal or its owner can do. */
  final String help;

  Unproved(String chinese, String cause, String help) {
    this.chinese = chinese;
    this.cause = cause;
    this.help = help;
  }
}
