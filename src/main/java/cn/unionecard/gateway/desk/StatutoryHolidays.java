package cn.unionecard.gateway.desk;

import java.time.LocalDate;
import java.time.MonthDay;
import java.util.HashSet;
import java.util.Set;

/**
 * The days that are holidays by law in every year (全国年节及纪念日放假办法, as in force since 2025): New
 * Year's Day, Spring Festival with its eve, Qingming, Labour Day, Dragon Boat, Mid-Autumn, National
 * Day. What is moved around them each year (调休) is in the calendar that the State Council gives out
 * in autumn; these days are no working days also while it is missing.
 */
public final class StatutoryHolidays {
  /** For how far the lunar ones are known. */
  public static final int LAST_YEAR = 2100;

  /** By the sun; each year the same. */
  private static final Set<MonthDay> SOLAR =
      Set.of(
          MonthDay.of(1, 1),
          MonthDay.of(5, 1),
          MonthDay.of(5, 2),
          MonthDay.of(10, 1),
          MonthDay.of(10, 2),
          MonthDay.of(10, 3));

  /**
   * Year, first day of the first lunar month, Qingming, fifth of the fifth, fifteenth of the
   * eighth, in China's time. Made by lunar-javascript 1.x and held against ICU, which is known to
   * be a day off in 2027 and 2030.
   */
  private static final String LUNAR =
      """
      2025 0129 0404 0531 1006
      2026 0217 0405 0619 0925
      2027 0206 0405 0609 0915
      2028 0126 0404 0528 1003
      2029 0213 0404 0616 0922
      2030 0203 0405 0605 0912
      2031 0123 0405 0624 1001
      2032 0211 0404 0612 0919
      2033 0131 0404 0601 0908
      2034 0219 0405 0620 0927
      2035 0208 0405 0610 0916
      2036 0128 0404 0530 1004
      2037 0215 0404 0618 0924
      2038 0204 0405 0607 0913
      2039 0124 0405 0527 1002
      2040 0212 0404 0614 0920
      2041 0201 0404 0603 0910
      2042 0122 0404 0622 0928
      2043 0210 0405 0611 0917
      2044 0130 0404 0531 1005
      2045 0217 0404 0619 0925
      2046 0206 0404 0608 0915
      2047 0126 0405 0529 1004
      2048 0214 0404 0615 0922
      2049 0202 0404 0604 0911
      2050 0123 0404 0623 0930
      2051 0211 0405 0613 0919
      2052 0201 0404 0601 0907
      2053 0219 0404 0620 0926
      2054 0208 0404 0610 0916
      2055 0128 0405 0530 1005
      2056 0215 0404 0617 0924
      2057 0204 0404 0606 0913
      2058 0124 0404 0625 1002
      2059 0212 0405 0614 0921
      2060 0202 0404 0603 0909
      2061 0121 0404 0622 0928
      2062 0209 0404 0611 0917
      2063 0129 0405 0601 1006
      2064 0217 0404 0619 0925
      2065 0205 0404 0608 0915
      2066 0126 0404 0528 1003
      2067 0214 0405 0616 0923
      2068 0203 0404 0604 0911
      2069 0123 0404 0623 0929
      2070 0211 0404 0613 0919
      2071 0131 0405 0602 0908
      2072 0219 0404 0620 0926
      2073 0207 0404 0610 0916
      2074 0127 0404 0530 1005
      2075 0215 0404 0617 0924
      2076 0205 0404 0606 0912
      2077 0124 0404 0624 1001
      2078 0212 0404 0614 0920
      2079 0202 0404 0604 0910
      2080 0122 0404 0622 0928
      2081 0209 0404 0611 0917
      2082 0129 0404 0601 1006
      2083 0217 0404 0619 0926
      2084 0206 0404 0607 0914
      2085 0126 0404 0527 1003
      2086 0214 0404 0615 0922
      2087 0203 0404 0605 0911
      2088 0124 0404 0623 0929
      2089 0210 0404 0613 0918
      2090 0130 0404 0602 0908
      2091 0218 0404 0621 0927
      2092 0207 0404 0609 0916
      2093 0127 0404 0529 1005
      2094 0215 0404 0617 0924
      2095 0205 0404 0606 0913
      2096 0125 0404 0624 0930
      2097 0212 0404 0614 0920
      2098 0201 0404 0604 0909
      2099 0121 0404 0623 0929
      2100 0209 0405 0612 0918
      """;

  private static final Set<LocalDate> DAYS = days();

  private StatutoryHolidays() {}

  public static boolean contains(LocalDate day) {
    return SOLAR.contains(MonthDay.from(day)) || DAYS.contains(day);
  }

  private static Set<LocalDate> days() {
    Set<LocalDate> days = new HashSet<>();
    LUNAR
        .lines()
        .map(line -> line.split(" "))
        .forEach(
            row -> {
              LocalDate spring = day(row[0], row[1]);
              for (int i = -1; i <= 2; i++) {
                days.add(spring.plusDays(i));
              }
              for (int i = 2; i <= 4; i++) {
                days.add(day(row[0], row[i]));
              }
            });
    return Set.copyOf(days);
  }

  private static LocalDate day(String year, String monthDay) {
    return LocalDate.of(
        Integer.parseInt(year),
        Integer.parseInt(monthDay.substring(0, 2)),
        Integer.parseInt(monthDay.substring(2)));
  }
}
