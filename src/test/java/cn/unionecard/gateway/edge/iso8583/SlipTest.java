package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.iso8583.ReceiptFacts.Share;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offer;
import cn.unionecard.gateway.model.Quote;
import cn.unionecard.gateway.model.Refusal;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Slips in GBK, within their 160 bytes. */
class SlipTest {
  private static final Share UNION = new Share("工会送温暖满减", "UNION", Fen.of(700));
  private static final Share MERCHANT = new Share("工会送温暖满减", "MERCHANT", Fen.of(300));

  private static ReceiptFacts facts(
      String type, @Nullable Refusal refusal, long sign, String merchant, List<Share> shares) {
    return new ReceiptFacts(
        "0123456789AB",
        type,
        refusal,
        Fen.of(sign * 10_000),
        Fen.of(sign * 1_000),
        Fen.of(sign * 9_000),
        merchant,
        "1234",
        shares,
        refusal == null ? "已优惠" : refusal.chinese,
        "0A1B2C3D");
  }

  @Test
  void namesEachPayer() {
    assertEquals(
        """
        烩面馆 消费
        原价100.00
        工会工会送温暖满减-7.00
        商户工会送温暖满减-3.00
        实付90.00
        卡*1234
        参考号0123456789AB
        回执0A1B2C3D
        投诉12351""",
        Slip.of(facts("SALE", null, 1, "烩面馆", List.of(UNION, MERCHANT))));
  }

  @Test
  void sumsUpWhatFindsNoRoomAndKeepsTheEnd() {
    String slip =
        Slip.of(facts("SALE", null, 1, "焦作市解放区民主路百货大楼有限责任公司", Collections.nCopies(10, UNION)));
    assertTrue(SlipText.bytes(slip) <= SlipText.TEXT_BYTES_MAX, slip);
    assertTrue(slip.startsWith("焦作市解放区民主路百货大 消费\n"), slip);
    assertTrue(slip.contains("\n工会-70.00\n"), slip);
    assertTrue(slip.endsWith("\n投诉12351"), slip);
    IsoMessage message = new IsoMessage();
    message.begin(0x0210);
    SlipText.fitting("01 ", slip).write(message);
    assertEquals(slip, SlipText.read(message).text());
  }

  @Test
  void moneyThatFlowsBackIsNegative() {
    String slip = Slip.of(facts("VOID", null, -1, "烩面馆", List.of()));
    assertTrue(slip.startsWith("烩面馆 撤销\n原价-100.00\n实付-90.00\n"), slip);
  }

  @Test
  void aRefusalIsTheSentenceForTheCashier() {
    assertEquals(
        Refusal.CARD_LOST.chinese, Slip.of(facts("SALE", Refusal.CARD_LOST, 1, "烩面馆", List.of())));
  }

  @Test
  void aQuoteListsWhatApplies() {
    Quote quote =
        new Quote(
            null,
            "1234",
            "张*",
            Fen.of(10_000),
            Fen.of(1_000),
            List.of(
                new Offer("A", "五元券", Offer.Verdict.LESS, Fen.of(500)),
                new Offer("B", "九折", Offer.Verdict.CHOSEN, Fen.of(1_000)),
                new Offer("C", "满千减百", Offer.Verdict.BELOW_THRESHOLD, Fen.ZERO)),
            0);
    assertEquals("张* 卡*1234\n原价100.00\n可优惠10.00\nB 九折-10.00\nA 五元券-5.00", Slip.of(quote));
  }
}
