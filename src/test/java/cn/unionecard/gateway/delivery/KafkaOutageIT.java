package cn.unionecard.gateway.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import cn.unionecard.gateway.feed.FeedDatabase;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

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

  @Test
  void whatIsNotAcknowledgedInTimeIsSentAgain(@TempDir Path folder) throws Exception {
    KafkaBroker broker = new KafkaBroker(2);
    FeedDatabase database = new FeedDatabase(folder);
    Path settings =
        Files.writeString(folder.resolve("kafka.properties"), "delivery.timeout.ms=3000\n");
    Config.Stream stream = CourierHouse.stream(20_000, broker.address(), settings.toString());
    broker.createForTwo("county-silent");
    try (GivenUp givenUp = new GivenUp();
        CourierHouse house = new CourierHouse(database, stream)) {
      broker.subscribe(database, COUNTY, "county-silent");
      database.write("transaction.sale", 1, 20, 20);
      house.awaitAnswer("20", "select position from subscription");
      broker.goAway();
      for (int round = 0; round < 12; round++) {
        database.write("transaction.sale", 1 + round % 4, 5, 20);
      }
      assertTrue(givenUp.heard.await(60, TimeUnit.SECONDS), "it waits without a limit");
      assertEquals("20", house.one("select position from subscription"), "nobody acknowledged");
      broker.comeBack();
      house.awaitAnswer("80", "select position from subscription");
      assertEquals(
          Map.of("841080200000001", 35L, "841080200000003", 15L),
          contiguous(broker.read("county-silent", 50)));
    } finally {
      database.close();
      broker.close();
    }
  }

  @Test
  void aTimeThatIsNoneIsRefusedAtTheStart(@TempDir Path folder) throws Exception {
    FeedDatabase database = new FeedDatabase(folder);
    Path settings =
        Files.writeString(folder.resolve("kafka.properties"), "delivery.timeout.ms=soon\n");
    Config.Stream stream = CourierHouse.stream(20_000, "localhost:9", settings.toString());
    try {
      CannotStart refusal =
          assertThrows(CannotStart.class, () -> new CourierHouse(database, stream).close());
      assertEquals(
          "stream.kafkaProperties: delivery.timeout.ms = soon: must be 1 to 999999999",
          refusal.getMessage());
    } finally {
      database.close();
    }
  }

  /** Hears that the courier gave a page up because its time was over. */
  private static final class GivenUp extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    final CountDownLatch heard = new CountDownLatch(1);
    private final Logger courier = (Logger) LoggerFactory.getLogger(KafkaCourier.class);

    GivenUp() {
      setContext(courier.getLoggerContext());
      start();
      courier.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getFormattedMessage().contains(TimeoutException.class.getName())) {
        heard.countDown();
      }
    }

    @Override
    public void close() {
      courier.detachAppender(this);
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
