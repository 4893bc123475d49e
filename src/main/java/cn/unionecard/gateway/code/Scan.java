package cn.unionecard.gateway.code;

import cn.unionecard.gateway.model.Luhn;

/** What a scanner delivered, told apart by prefix and length; nothing is looked up. */
public sealed interface Scan {

  /** The code's digits without what surrounded them, ASCII; empty if it is no code known here. */
  String text();

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

    @Override
    public String text() {
      String password = Integer.toString(MemberCodes.OTP_END + otp).substring(1);
      String digits = MemberCodes.PREFIX + alias + password;
      return digits + Luhn.checkDigit(digits);
    }

    /** The alias only: the password is a secret while it lasts. */
    @Override
    public String toString() {
      return MemberCodes.PREFIX + alias + "********";
    }
  }

  /**
   * The payment code of another wallet.
   *
   * @param name of the wallet, Chinese and English, such as {@code 微信支付 WeChat Pay}
   */
  record OtherWallet(String name, String text) implements Scan {
    /** The wallet only: whoever has the code may pay with it. */
    @Override
    public String toString() {
      return name;
    }
  }

  /** Neither a union e-card code nor one of a wallet known here. */
  record Malformed() implements Scan {
    @Override
    public String text() {
      return "";
    }
  }
}
