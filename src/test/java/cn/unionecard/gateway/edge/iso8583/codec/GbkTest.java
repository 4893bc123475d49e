package cn.unionecard.gateway.edge.iso8583.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Characters that GBK does not have, and lines that are cut. */
class GbkTest {
  @ParameterizedTest
  @CsvSource({
    "㙍记𠮷祥, 〓记〓祥",
    "e\u0301t\u00e9, été", // composed first: GBK has é
    "x\u0304面馆, 〓面馆", // one stand-in for a letter with its mark
    "葛\uDB40\uDD00店, 葛店", // a variant of a character that GBK has
    "老\u200B味\u202E道, 老味道",
    "小店\u00A0二, 小店 二",
    "☕茶, 〓茶",
    "\uD842店, 〓店" // half a pair
  })
  void whatGbkDoesNotHaveStandsAsOneMark(String name, String printed) {
    assertEquals(printed, Gbk.printable(name));
  }

  @Test
  void theMarkIsTwoBytes() {
    assertArrayEquals(new byte[] {(byte) 0xA1, (byte) 0xFE}, Gbk.bytes("𠮷"));
  }

  @ParameterizedTest
  @CsvSource({
    "饭店12345号, 8, 饭店", // 饭店1234 would be another number
    "饭店12345号, 10, 饭店12345",
    "饭店12345号, 11, 饭店12345号",
    "优惠满100.50元, 10, 优惠满",
    "货号EAT-0142店, 11, 货号",
    "１２３店铺, 5, ''", // full width
    "Starbucks, 6, Starbu", // a word without a digit is no code
    "㙍记𠮷祥, 4, 〓记",
    "㙍记𠮷祥, 5, 〓记",
    "123456, 4, ''"
  })
  void cutsNeitherANumberNorACharacter(String name, int bytes, String cut) {
    assertEquals(cut, Gbk.cut(name, bytes));
    assertTrue(Gbk.length(cut) <= bytes, cut);
  }
}
