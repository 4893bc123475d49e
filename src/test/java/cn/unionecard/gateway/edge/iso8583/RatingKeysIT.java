package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.iso8583.TestPos.Heard;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field61Original;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.DeskRefusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Rating keys of POS terminals over real sockets, up to the reviews. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RatingKeysIT {
  private IsoHouse house;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    house = new IsoHouse(folder);
  }

  @AfterAll
  void stop() throws Exception {
    house.close();
  }

  private TestPos signedOn(int terminal) {
    TestPos pos = house.plain(terminal);
    assertEquals("00", pos.signOn(3).code());
    return pos;
  }

  private Heard sold(TestPos pos) {
    Heard sold = pos.ask(pos.sale(house.freshCode(), 1_000));
    assertEquals("00", sold.code());
    return sold;
  }

  private static String id(Heard sold) {
    return sold.message().text(37);
  }

  /** A rating of the purchase with that id; null: to be named otherwise. */
  private static IsoMessage rating(TestPos pos, @Nullable String id, String digits) {
    IsoMessage rating =
        pos.message(0x0620, null, 0, new Field60Batch(0, pos.batch, 401), ++pos.trace);
    Map<String, String> data = new LinkedHashMap<>();
    if (id != null) {
      data.put(Field59Tags.TRANSACTION_ID, id);
    }
    data.put(Field59Tags.RATING, digits);
    new Field59Tags(data).write(rating);
    return rating;
  }

  private static String text(Heard heard) {
    return Field63Slip.read(heard.message()).text();
  }

  private static void assertRefused(DeskRefusal refusal, String code, Heard heard) {
    assertEquals(code, heard.code());
    assertEquals(refusal.chinese, text(heard));
  }

  private long reviews(String id, String figures) {
    return TestStores.number(
        house.url,
        """
        select count(*) from review r join review_edition e on e.review = r.id
        join transaction t on t.id = r.transaction
        where convert_from(t.body, 'UTF8')::jsonb ->> 'id' = '%s' and e.source = 'TILL'
          and concat(stars, quality, service, after_sales) = '%s'"""
            .formatted(id, figures));
  }

  @Test
  void aPurchaseIsRatedOnceHoweverItIsNamed() {
    try (TestPos pos = signedOn(1)) {
      IsoMessage sale = pos.sale(house.freshCode(), 1_000);
      Heard sold = pos.ask(sale);
      Heard rated = pos.ask(rating(pos, id(sold), "4512"));
      assertEquals("00", rated.code());
      assertTrue(text(rated).startsWith("已评价4星 品控5 服务1 售后2\n评价号"), text(rated));
      assertFalse(rated.message().has(37), "nothing was recorded on the line");
      assertEquals(text(rated), text(pos.ask(rating(pos, id(sold), "4512"))), "an exact repeat");

      IsoMessage byField = rating(pos, null, "4512");
      byField.set(37, id(sold));
      assertEquals(text(rated), text(pos.ask(byField)));
      IsoMessage byTrace = rating(pos, null, "4512");
      new Field61Original(pos.batch, (int) sale.number(11), Field61Original.NO_DATE).write(byTrace);
      assertEquals(text(rated), text(pos.ask(byTrace)));

      assertRefused(DeskRefusal.REVIEW_RIGHT_USED, "12", pos.ask(rating(pos, id(sold), "4511")));
      assertEquals(1, reviews(id(sold), "4512"));
      assertEquals(0, reviews(id(sold), "4511"));
    }
  }

  @Test
  void whatWasTakenBackOrIsTooOldGivesNoRight() {
    try (TestPos pos = signedOn(2)) {
      IsoMessage sale = pos.sale(house.freshCode(), 1_000);
      Heard sold = pos.ask(sale);
      IsoMessage rating = rating(pos, id(sold), "3333");
      Heard rated = pos.ask(rating);
      Heard other = sold(pos);
      IsoMessage undo = pos.message(0x0220, 200000, 0, 25);
      undo.set(4, 1_000);
      undo.set(37, id(sold));
      assertEquals("00", pos.ask(undo).code());
      assertEquals(text(rated), text(pos.ask(rating)), "said before it was given back");
      assertRefused(DeskRefusal.REVIEW_RIGHT_LOST, "57", pos.ask(rating(pos, id(sold), "1111")));
      house.reviewing.seconds += Duration.ofDays(31).toSeconds();
      try {
        assertRefused(
            DeskRefusal.REVIEW_RIGHT_EXPIRED, "54", pos.ask(rating(pos, id(other), "5555")));
      } finally {
        house.reviewing.seconds -= Duration.ofDays(31).toSeconds();
      }
      assertEquals("00", pos.ask(rating(pos, id(other), "5555")).code());
    }
  }

  @Test
  void onlyTheTillOfThePurchaseRatesIt() {
    try (TestPos pos = signedOn(3);
        TestPos other = signedOn(4)) {
      Heard sold = sold(pos);
      assertEquals("25", other.ask(rating(other, id(sold), "1111")).code());
      IsoMessage nothing = rating(other, null, "1111");
      new Field61Original(other.batch, 999_999, Field61Original.NO_DATE).write(nothing);
      assertEquals("25", other.ask(nothing).code());
      assertEquals(0, reviews(id(sold), "1111"));
    }
  }

  @Test
  void aRatingIsProvedAndComplete() {
    try (TestPos pos = signedOn(5)) {
      Heard sold = sold(pos);
      pos.send(TestPos.frame(rating(pos, id(sold), "5555"), null));
      assertEquals("A0", pos.next().code());
      Heard odd = pos.ask(rating(pos, id(sold), "5506"));
      assertEquals("30", odd.code());
      assertTrue(text(odd).contains("F59.A8"), text(odd));
      assertEquals("30", pos.ask(rating(pos, null, "5555")).code(), "of which purchase?");
      assertEquals("00", pos.ask(rating(pos, id(sold), "5555")).code());
    }
  }
}
