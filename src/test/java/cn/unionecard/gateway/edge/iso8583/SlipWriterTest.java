package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.BenefitName;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offer;
import cn.unionecard.gateway.model.Quote;
import cn.unionecard.gateway.model.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Slips in GBK, within their 160 bytes. */
class SlipWriterTest {
  private static ReceiptFacts facts(
      String type, @Nullable Refusal refusal, long sign, String merchant, String benefit) {
    return facts(type, refusal, sign, merchant, benefit, 10_000);
  }

  private static ReceiptFacts facts(
      String type,
      @Nullable Refusal refusal,
      long sign,
      String merchant,
      String benefit,
      long order) {
    return new ReceiptFacts(
        "0123456789AB",
        type,
        refusal,
        Fen.of(sign * order),
        Fen.of(sign * order / 10),
        Fen.of(sign * order / 10 * 9),
        merchant,
        "1234",
        benefit,
        refusal == null ? "已优惠" : refusal.chinese,
        "0A1B2C3D");
  }

  @Test
  void saysWhatIsPaidAndOneLineAboutTheBenefit() {
    assertEquals(
        """
        烩面馆 消费
        原价100.00
        工会会员优惠-10.00
        实付90.00
        卡*1234
        参考号0123456789AB
        回执0A1B2C3D
        投诉12351""",
        SlipWriter.of(facts("SALE", null, 1, "烩面馆", BenefitName.NEUTRAL)));
  }

  @Test
  void namesGiveWayToAmounts() {
    String slip =
        SlipWriter.of(
            facts(
                "COMPLETION", null, 1, "焦作市解放区民主路百货大楼有限责任公司", "消费助农限量立减优惠活动第二期", 999_999_999_990L));
    assertEquals(Field63Slip.fitting("01 ", slip).text(), slip, "has room");
    assertTrue(slip.startsWith("焦作市解放区民主路百货大 预留完成\n"), slip);
    assertTrue(slip.contains("-999999999.99\n"), slip);
    assertTrue(slip.endsWith("\n投诉12351"), slip);
    assertEquals(slip, written(slip));
  }

  private static String written(String slip) {
    IsoMessage message = new IsoMessage();
    message.begin(0x0210);
    Field63Slip.fitting("01 ", slip).write(message);
    return Field63Slip.read(message).text();
  }

  @Test
  void moneyThatFlowsBackIsNegative() {
    String slip = SlipWriter.of(facts("VOID", null, -1, "烩面馆", BenefitName.NEUTRAL));
    assertTrue(slip.startsWith("烩面馆 撤销\n原价-100.00\n工会会员优惠+10.00\n实付-90.00\n"), slip);
  }

  @Test
  void aRefusalIsTheSentenceForTheCashier() {
    assertEquals(
        Refusal.CARD_LOST.chinese,
        SlipWriter.of(facts("SALE", Refusal.CARD_LOST, 1, "烩面馆", BenefitName.NONE)));
  }

  @Test
  void aQuoteListsWhatMayBeNamed() {
    assertEquals(
        "张* 卡*1234\n原价100.00\n可优惠10.00\n九折\nB 九折-10.00\nA 五元券-5.00",
        SlipWriter.of(
            quote(
                List.of(new Offer("A", "五元券", Fen.of(500)), new Offer("B", "九折", Fen.of(1_000))))));
  }

  private static Quote quote(List<Offer> offers) {
    return new Quote(null, "1234", "张*", Fen.of(10_000), Fen.of(1_000), "九折", offers, 0);
  }

  /** What finds no room is left out whole: half a line is half an amount. */
  @Test
  void aSlipEndsWithALine() {
    for (int fen = 1; fen < 100_000_000; fen *= 3) {
      Offer offer = new Offer("EAT-01", "餐饮满一百减二十", Fen.of(fen));
      List<Offer> offers = List.of(offer, offer, offer, offer, offer, offer);
      String slip = SlipWriter.of(quote(offers));
      String fits = Field63Slip.fitting("01 ", slip).text();
      assertTrue(slip.startsWith(fits + "\n"), fits);
      assertTrue(fits.endsWith("-" + Fen.of(fen).yuan()), fits);
      assertEquals(fits, written(slip));
    }
  }

  // ---- characters

  @Test
  void noTextOfASlipHasAQuestionMarkForAnUnknownCharacter() {
    String slip = SlipWriter.of(facts("SALE", null, 1, "㙍记𠮷祥", "𠮷祥券"));
    assertTrue(slip.startsWith("〓记〓祥 消费\n"), slip);
    assertTrue(slip.contains("\n〓祥券-10.00\n"), slip);
    assertFalse(written(slip).contains("?"));
    assertEquals(slip, written(slip));
    Quote quote = new Quote(null, "1", "𠮷*", Fen.ZERO, Fen.ZERO, "㙍", List.of(), 0);
    assertTrue(written(SlipWriter.of(quote)).startsWith("〓* 卡*1\n"));
    IsoMessage message = new IsoMessage();
    message.begin(0x0210);
    new Field63Slip("01 ", "𠮷").write(message);
    assertEquals("〓", Field63Slip.read(message).text());
    message = new IsoMessage();
    message.begin(0x0210);
    message.set(63, "01 㙍");
    assertEquals("〓", Field63Slip.read(message).text());
  }

  @Test
  void aNameIsOneLineOfTheSlip() {
    String slip = SlipWriter.of(facts("SALE", null, 1, "小店\n实付0.01", "优惠\r\n实付0.01"));
    assertEquals(8, slip.lines().count(), slip);
  }
}
