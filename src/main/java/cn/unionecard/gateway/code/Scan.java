package cn.unionecard.gateway.code;

/** What a scanner delivered, told apart by prefix and length; nothing is looked up. */
public sealed interface Scan {

  /**
   * A well-formed union e-card code: prefix, length and check digit are right.
   *
   * @param alias ten digits that stand for the card for one day
   * @param otp the one-time password, 0 … 9,999,999
   */
  record MemberCode(String alias, int otp) implements Scan {
    public MemberCode {
      if (alias.length() != MemberCodes.ALIAS_DIGITS || otp < 0 || otp >= MemberCodes.OTP_END) {
        throw new IllegalArgumentException("not ten digits of alias and seven of password");
      }
    }

    /** The alias only: the password is a secret while it lasts. */
    @Override
    public String toString() {
      return "84" + alias + "********";
    }
  }

  /**
   * The payment code of another wallet.
   *
   * @param name of the wallet, Chinese and English, such as {@code 微信支付 WeChat Pay}
   */
  record OtherWallet(String name) implements Scan {}

  /** Neither a union e-card code nor one of a wallet known here. */
  record Malformed() implements Scan {}
}
