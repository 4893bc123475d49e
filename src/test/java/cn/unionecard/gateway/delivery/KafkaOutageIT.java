package cn.unionecard.gateway.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.feed.FeedDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker goes away while events come, and comes back. */
class KafkaOutageIT {
  private static final int COUNTY = 2;

  @Test
  void nothingIsLostAndTheOrderIsKept(@TempDir Path folder) throws Exception {
    KafkaBroker broker = new KafkaBroker();
    FeedDatabase database = new FeedDatabase(folder);
    try (CourierHouse house =
        new CourierHouse(database, CourierHouse.stream(20_000, broker.address()))) {
      broker.subscribe(database, COUNTY, "county-away");
      database.write("transaction.sale", 1, 100, 20);
      house.awaitAnswer("100", "select position from subscription");
      broker.goAway();
      for (int round = 0; round < 60; round++) {
        database.write("transaction.sale", 1 + round % 4, 5, 20);
      }
      house.awaitAnswer("400", "select seq from feed_cursor");
      assertEquals("100", house.one("select position from subscription"), "nobody acknowledged");
      // another courier takes over meanwhile, and knows no broker at all
      house.stopCouriers();
      house.startCouriers();
      broker.comeBack();
      house.awaitAnswer("400", "select position from subscription");
      assertEquals(
          Map.of("841080200000001", 175L, "841080200000003", 75L),
          contiguous(broker.read("county-away", 250)));
    } finally {
      database.close();
      broker.close();
    }
  }

  /** The last number of each merchant, all of whose numbers came in order; repeats left out. */
  private static Map<String, Long> contiguous(List<String> texts) {
    Set<String> known = new HashSet<>();
    Map<String, Long> last = new TreeMap<>();
    for (String text : texts) {
      JsonObject event = new JsonObject(text);
      if (known.add(event.getString("id"))) {
        long before = last.getOrDefault(event.getString("subject"), 0L);
        assertEquals(before + 1, event.getLong("merchantseq"));
        last.put(event.getString("subject"), before + 1);
      }
    }
    return last;
  }
}
