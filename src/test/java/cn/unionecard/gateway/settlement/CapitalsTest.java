package cn.unionecard.gateway.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapitalsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 零元整",
    "1, 壹分",
    "10, 壹角整",
    "105, 壹元零伍分",
    "150, 壹元伍角整",
    "10350, 壹佰零叁元伍角整",
    "100000, 壹仟元整",
    "1000100, 壹万零壹元整",
    "1680032, 壹万陆仟捌佰元叁角贰分",
    "10000001, 壹拾万元零壹分",
    "10700053, 壹拾万柒仟元伍角叁分",
    "10000000000, 壹亿元整",
    "10000000100, 壹亿零壹元整",
    "10001000000, 壹亿零壹万元整",
    "-12345, 负壹佰贰拾叁元肆角伍分",
    "100000000000000, 壹万亿元整"
  })
  void amountsAsTheyStandOnVouchers(long fen, String capital) {
    assertEquals(capital, Capitals.of(fen));
  }
}
