package cn.unionecard.gateway.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import cn.unionecard.gateway.model.Luhn;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeReaderTest {
  private static final String CODE = "84446669133388330784";
  private static final Scan READ = new Scan.MemberCode("4466691333", 8833078);

  @ParameterizedTest
  @ValueSource(
      strings = {
        CODE,
        CODE + "\r\n",
        CODE + "\n",
        CODE + "\t",
        "  " + CODE + " ",
        "\u3000" + CODE + "\u00A0",
        "\uFEFF" + CODE,
        "\u200B" + CODE,
        "\u0002" + CODE + "\u0003",
        "]Q3" + CODE,
        "]C0" + CODE + "\r",
        " ]Q1" + CODE,
        "８４４４６６６９１３３３８８３３０７８４",
        "］Ｑ３８４４４６６６９１３３３８８３３０７８４\r\n",
        "】Q3" + CODE,
        "】ｑ３" + CODE + "。",
        "]C1\u001D" + CODE,
        "]d2\u001D\uFEFF" + CODE + "\u001D",
        "]Q2\\000026" + CODE,
        "\\000026" + CODE,
        "】Q2、000026" + CODE,
        "、" + CODE + "、",
        "\\" + CODE,
        "Q3" + CODE, // an input method has swallowed the bracket
        "\u0002]Q3\u0003" + CODE + "\u0003\r",
        "\u0000\u0007" + CODE + "\u001F\u007F",
        "【" + CODE + "】",
        "\"" + CODE + "\"",
        "code:" + CODE + ";",
        "https://example.org/" + CODE,
        "\uFFFD\uFFFD" + CODE + "\uFFFD",
        "8444666913338833０７８４",
      })
  void scannerNoiseIsTolerated(String raw) {
    assertEquals(READ, CodeReader.read(raw));
  }

  @Test
  void leadingZerosOfThePasswordAreKept() {
    String digits = "84" + "0000000001" + "0000007";
    String code = digits + Luhn.checkDigit(digits);
    assertEquals(new Scan.MemberCode("0000000001", 7), CodeReader.read(code));
    assertEquals(code, CodeReader.read(code).text());
  }

  @ParameterizedTest
  @CsvSource({
    "100000000000000000, WeChat",
    "158888888888888888, WeChat",
    "2500000000000000, Alipay",
    "280000000000000000, Alipay",
    "300000000000000000000000, Alipay",
    "6200000000000000000, UnionPay",
    "0100000000000000000, e-CNY",
  })
  void codesOfOtherWalletsAreNamed(String raw, String name) {
    Scan.OtherWallet wallet = assertInstanceOf(Scan.OtherWallet.class, CodeReader.read(raw));
    assertEquals(name, wallet.name().split(" ")[1], wallet.name());
    assertEquals(raw, wallet.text());
    assertEquals(wallet.name(), wallet.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "]Q3",
        "8444666913338833078", // a digit short
        "844466691333883307840", // a digit long
        "84446669133388330785", // wrong check digit
        "85446669133388330784", // another prefix
        "8444666913338833 0784", // broken inside
        "84446669133388330784\n84446669133388330784", // scanned twice
        "8444666913338833078A",
        "٨٤٤٤٦٦٦٩١٣٣٣٨٨٣٣٠٧٨٤", // digits of another script
        "-8444666913338833078",
        "16000000000000000", // no wallet's length and prefix
        "160000000000000000",
        "620000000000000000", // UnionPay has 19
        "250000000000000", // Alipay has at least 16
        "https://10.0.0.1/84446669133388330784",
        "84446669133388330784]Q3", // a prefix behind is none
        "\\000026\\000026", // channels alone
        "]Q38444666913338833078",
      })
  void restIsMalformed(String raw) {
    assertEquals(new Scan.Malformed(), CodeReader.read(raw));
  }

  /**
   * Every noise before and behind every way to write the digits: the same, and read again the same.
   */
  @Test
  void whatIsReadIsNotWhatSurroundsIt() {
    StringBuilder wide = new StringBuilder();
    CODE.chars().forEach(digit -> wide.append((char) (digit - '0' + 0xFF10)));
    List<String> before =
        List.of("", "]Q3", "】Q3", "]C1\u001D", "]Q1\\000026", "\uFEFF", "\u0002", "  ", "［");
    List<String> behind = List.of("", "\r\n", "\u0003", "\u001D", "。", "］", "\u3000", "x");
    for (String digits : List.of(CODE, wide.toString(), wide.substring(0, 9) + CODE.substring(9))) {
      for (String head : before) {
        for (String tail : behind) {
          String raw = head + digits + tail;
          assertEquals(CODE, CodeReader.read(raw).text(), raw);
          assertEquals(READ, CodeReader.read(raw), raw);
        }
      }
    }
    assertEquals(CODE, CodeReader.read(CODE).text());
    assertEquals("", CodeReader.read("]Q3").text());
    assertEquals(CODE, CodeReader.read(" ".repeat(300) + CODE + " ".repeat(300)).text());
  }

  /** Luhn finds every single wrong digit: all 180 of them are refused. */
  @Test
  void everySingleWrongDigitIsFound() {
    for (int place = 0; place < CODE.length(); place++) {
      for (char digit = '0'; digit <= '9'; digit++) {
        if (digit != CODE.charAt(place)) {
          StringBuilder wrong = new StringBuilder(CODE);
          wrong.setCharAt(place, digit);
          assertFalse(
              CodeReader.read(wrong.toString()) instanceof Scan.MemberCode, wrong::toString);
        }
      }
    }
  }

  @Test
  void exactlyOneCheckDigitIsRight() {
    long right =
        IntStream.range(0, 10)
            .mapToObj(digit -> CodeReader.read(CODE.substring(0, 19) + digit))
            .filter(Scan.MemberCode.class::isInstance)
            .count();
    assertEquals(1, right);
  }

  @Test
  void printedCodeHidesThePassword() {
    assertEquals("844466691333********", READ.toString());
  }
}
