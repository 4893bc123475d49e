package cn.unionecard.gateway.settlement;

/** Amounts as they stand on Chinese vouchers, which nobody can alter by a stroke: 大写. */
final class Capitals {
  private static final String DIGITS = "零壹贰叁肆伍陆柒捌玖";
  private static final String[] PLACES = {"", "拾", "佰", "仟"};
  private static final String[] GROUPS = {"", "万", "亿", "万亿"};
  private static final int GROUP = 10_000;

  private Capitals() {}

  /** Of so many fen; a negative amount begins with 负. */
  static String of(long fen) {
    if (fen < 0) {
      return "负" + of(-fen);
    }
    long yuan = fen / 100;
    int jiao = (int) (fen / 10 % 10);
    int rest = (int) (fen % 10);
    if (fen == 0) {
      return "零元整";
    }
    StringBuilder text = new StringBuilder();
    if (yuan > 0) {
      whole(text, yuan);
      text.append('元');
    }
    if (jiao == 0 && rest == 0) {
      return text.append('整').toString();
    }
    if (jiao > 0) {
      text.append(DIGITS.charAt(jiao)).append('角');
    } else if (yuan > 0) {
      text.append('零');
    }
    return rest > 0
        ? text.append(DIGITS.charAt(rest)).append('分').toString()
        : text.append('整').toString();
  }

  private static void whole(StringBuilder text, long yuan) {
    boolean gap = false;
    for (int group = GROUPS.length - 1; group >= 0; group--) {
      long weight = 1;
      for (int i = 0; i < group; i++) {
        weight *= GROUP;
      }
      int part = (int) (yuan / weight % GROUP);
      if (part == 0) {
        gap = gap || text.length() > 0;
        continue;
      }
      if (text.length() > 0 && (gap || part < GROUP / 10)) {
        text.append('零');
      }
      group(text, part);
      text.append(GROUPS[group]);
      gap = false;
    }
  }

  /** Four digits, of which the first may be none. */
  private static void group(StringBuilder text, int part) {
    boolean begun = false;
    boolean gap = false;
    for (int place = PLACES.length - 1; place >= 0; place--) {
      int digit = part / (int) Math.pow(10, place) % 10;
      if (digit == 0) {
        gap = begun;
        continue;
      }
      if (gap) {
        text.append('零');
        gap = false;
      }
      text.append(DIGITS.charAt(digit)).append(PLACES[place]);
      begun = true;
    }
  }
}
