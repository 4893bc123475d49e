package cn.unionecard.gateway.edge.iso8583.codec;

import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Encoding.AN;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Encoding.ANS;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Encoding.B;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Encoding.N;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Encoding.Z;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Length.FIXED;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Length.LL;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Length.LLL;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Mask.CARD;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Mask.CLEAR;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Mask.SECRET;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Mask.TAGS;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Mask.TOTALS;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Padding.LEFT;
import static cn.unionecard.gateway.edge.iso8583.codec.IsoField.Padding.RIGHT;

import cn.unionecard.gateway.edge.iso8583.codec.IsoField.Encoding;
import cn.unionecard.gateway.edge.iso8583.codec.IsoField.Length;
import cn.unionecard.gateway.edge.iso8583.codec.IsoField.Mask;
import cn.unionecard.gateway.edge.iso8583.codec.IsoField.Padding;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The profile: which fields there are and how each is written. Some are read by nobody here (2, 14,
 * 22, 23, 26, 32, 35, 36, 52, 53, 55): bank-card terminals send them, and a field that is not in
 * the table could not be stepped over, for its length would be unknown.
 */
public final class IsoSpec {
  /** The last field of a primary bitmap, and the last of this profile. */
  public static final int LAST = 64;

  /** Digits that must be digits; other fields are looked at by whoever wants them. */
  private static final Set<Integer> READ = Set.of(3, 4, 11, 25, 48, 60, 61);

  /** All fields, by number. */
  public static final List<IsoField> FIELDS =
      List.of(
          line(2, "卡号 PAN", LL, 19, N, RIGHT, CARD),
          line(3, "处理码 processing code", FIXED, 6, N, LEFT, CLEAR),
          line(4, "金额 amount, fen", FIXED, 12, N, LEFT, CLEAR),
          line(11, "流水号 trace number", FIXED, 6, N, LEFT, CLEAR),
          line(12, "时间 local time", FIXED, 6, N, LEFT, CLEAR),
          line(13, "日期 local date", FIXED, 4, N, LEFT, CLEAR),
          line(14, "有效期 expiry", FIXED, 4, N, LEFT, SECRET),
          line(15, "清算日期 settlement date", FIXED, 4, N, LEFT, CLEAR),
          line(22, "输入方式 entry mode", FIXED, 3, N, RIGHT, CLEAR),
          line(23, "卡序号 sequence", FIXED, 3, N, LEFT, CLEAR),
          line(25, "服务点条件码 condition", FIXED, 2, N, LEFT, CLEAR),
          line(26, "PIN获取码 PIN capture", FIXED, 2, N, LEFT, CLEAR),
          line(32, "受理机构 acquirer", LL, 11, N, RIGHT, CLEAR),
          line(35, "二磁道 track 2", LL, 37, Z, RIGHT, SECRET),
          line(36, "三磁道 track 3", LLL, 104, Z, RIGHT, SECRET),
          line(37, "检索参考号 RRN", FIXED, 12, AN, LEFT, CLEAR),
          line(38, "授权码 authorisation", FIXED, 6, AN, LEFT, CLEAR),
          line(39, "应答码 response", FIXED, 2, AN, LEFT, CLEAR),
          line(41, "终端号 terminal", FIXED, 8, ANS, LEFT, CLEAR),
          line(42, "商户号 merchant", FIXED, 15, ANS, LEFT, CLEAR),
          line(44, "附加响应 additional response", LL, 25, AN, LEFT, CLEAR),
          line(48, "附加数据 totals", LLL, 322, N, RIGHT, TOTALS),
          line(49, "币种 currency", FIXED, 3, AN, LEFT, CLEAR),
          line(52, "PIN", FIXED, 8, B, LEFT, SECRET),
          line(53, "安全控制 security control", FIXED, 16, N, LEFT, CLEAR),
          line(54, "附加金额 amounts", LLL, 20, AN, LEFT, CLEAR),
          line(55, "IC卡数据 chip data", LLL, 255, B, LEFT, SECRET),
          line(59, "扫码数据 QR data", LLL, 600, ANS, LEFT, TAGS),
          line(60, "类型与批次 type, batch", LLL, 17, N, RIGHT, CLEAR),
          line(61, "原交易 original", LLL, 29, N, RIGHT, CLEAR),
          line(62, "密钥 keys", LLL, 512, B, LEFT, SECRET),
          line(63, "操作员与凭条 operator, slip", LLL, 163, ANS, LEFT, CLEAR),
          line(64, "MAC", FIXED, 8, B, LEFT, CLEAR));

  private static final @Nullable IsoField[] BY_NUMBER = byNumber();

  private IsoSpec() {}

  /** The field of that number, or null when the profile has none. */
  public static @Nullable IsoField field(int number) {
    return number >= 0 && number <= LAST ? BY_NUMBER[number] : null;
  }

  /** The field of that number, which the caller knows to exist. */
  static IsoField known(int number) {
    IsoField field = field(number);
    if (field == null) {
      throw new IllegalArgumentException("the profile has no field " + number);
    }
    return field;
  }

  private static IsoField line(
      int number, String name, Length length, int max, Encoding encoding, Padding pad, Mask mask) {
    return new IsoField(
        number, name, length, max, encoding, pad, mask, READ.contains(number), "F" + number);
  }

  private static @Nullable IsoField[] byNumber() {
    @Nullable IsoField[] table = new IsoField[LAST + 1];
    for (IsoField field : FIELDS) {
      table[field.number()] = field;
    }
    return table;
  }
}
