package cn.unionecard.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Fault;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EventTypeTest {
  @ParameterizedTest
  @EnumSource
  void isFoundByItsTypeAndIsItsOwnNearest(EventType type) {
    assertEquals(type, EventType.require("type", type.type()));
    assertEquals(type, EventType.nearest(type.type()));
  }

  @ParameterizedTest
  @CsvSource({
    "cn.unionecard.transaction.sales.v1, TRANSACTION_SALE",
    "cn.unionecard.transaction.Sale.v1, TRANSACTION_SALE",
    "transaction.sale, TRANSACTION_SALE",
    "cn.unionecard.merchant.veto-lifted.v1, MERCHANT_VETO_LIFTED",
    "cn.unionecard.staff.sign.ins.refused.v1, STAFF_SIGN_INS_REFUSED",
    "cn.unionecard.batch.close.v1, BATCH_CLOSED",
    "cn.unionecard.review.posted.v2, REVIEW_POSTED",
  })
  void aSlipIsToldWhatWasPerhapsMeant(String slip, EventType meant) {
    Fault.Malformed fault =
        assertThrows(Fault.Malformed.class, () -> EventType.require("types[3]", slip));
    assertEquals("types[3]", fault.field);
    assertEquals(
        "types[3] is no type of event; the nearest is " + meant.type(), fault.getMessage());
  }

  @Test
  void whateverIsGivenIsAnswered() {
    for (String odd : Set.of("", "x", "\uD83D\uDE00", "y".repeat(100_000))) {
      Fault.Malformed fault =
          assertThrows(Fault.Malformed.class, () -> EventType.require("type", odd));
      assertTrue(String.valueOf(fault.getMessage()).length() < 120, fault::getMessage);
    }
  }

  @Test
  void noKindStandsTwice() {
    Set<String> kinds = new HashSet<>();
    for (EventType type : EventType.values()) {
      assertTrue(kinds.add(type.kind), type.kind);
    }
  }
}
