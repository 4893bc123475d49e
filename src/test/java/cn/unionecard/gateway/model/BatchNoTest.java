package cn.unionecard.gateway.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class BatchNoTest {
  @Test
  void countsFromOneAndComesRound() {
    assertEquals(new BatchNo(2), new BatchNo(1).next());
    assertEquals(new BatchNo(BatchNo.MAX), new BatchNo(BatchNo.MAX - 1).next());
    assertEquals(new BatchNo(1), new BatchNo(BatchNo.MAX).next());
  }

  @Test
  void isSixDigits() {
    assertEquals("000017", new BatchNo(17).toString());
    assertEquals("999999", new BatchNo(BatchNo.MAX).toString());
    assertThrows(IllegalArgumentException.class, () -> new BatchNo(0));
    assertThrows(IllegalArgumentException.class, () -> new BatchNo(1_000_000));
  }
}
