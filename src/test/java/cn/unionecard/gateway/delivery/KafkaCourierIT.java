package cn.unionecard.gateway.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.feed.FeedDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic of a real broker, in this JVM. */
class KafkaCourierIT {
  private static final int COUNTY = 2;
  private static KafkaClusterTestKit cluster;
  private static FeedDatabase database;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    cluster =
        new KafkaClusterTestKit.Builder(
                new TestKitNodes.Builder()
                    .setCombined(true)
                    .setNumBrokerNodes(1)
                    .setNumControllerNodes(1)
                    .build())
            .setConfigProp("offsets.topic.replication.factor", "1")
            .setConfigProp("num.partitions", "3")
            .build();
    cluster.format();
    cluster.startup();
    cluster.waitForReadyBrokers();
    database = new FeedDatabase(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
    cluster.close();
  }

  @BeforeEach
  void clear() throws Exception {
    database.clear();
  }

  @Test
  void aTopicHasTheSubtreesEventsInOrderPerMerchant() throws Exception {
    try (CourierHouse house =
        new CourierHouse(database, CourierHouse.stream(20_000, cluster.bootstrapServers()))) {
      subscribe("county-one");
      for (int round = 0; round < 60; round++) {
        database.write("transaction.sale", 1 + round % 4, 5, 20);
      }
      house.awaitAnswer("300", "select position from subscription");
      List<ConsumerRecord<String, String>> records = read("county-one", 150);
      assertEquals(Map.of("841080200000001", 75L, "841080200000003", 75L), contiguous(records));
      ConsumerRecord<String, String> first = records.get(0);
      assertEquals(
          "application/cloudevents+json; charset=utf-8",
          new String(
              first.headers().lastHeader("content-type").value(),
              java.nio.charset.StandardCharsets.US_ASCII));
      assertEquals(first.key(), new JsonObject(first.value()).getString("subject"));
    }
  }

  @Test
  void goesOnWhereTheBrokersAcknowledgedLast() throws Exception {
    String brokers = cluster.bootstrapServers();
    try (CourierHouse house = new CourierHouse(database, CourierHouse.stream(20_000, brokers))) {
      subscribe("county-two");
      database.write("transaction.sale", 1, 100, 20);
      house.awaitAnswer("100", "select position from subscription");
      house.stopCouriers();
      database.write("transaction.sale", 1, 100, 20);
      house.startCouriers();
      house.awaitAnswer("200", "select position from subscription");
      assertEquals(Map.of("841080200000001", 200L), contiguous(read("county-two", 200)));
    }
  }

  private static void subscribe(String topic) throws Exception {
    database.execute(
        "insert into subscription (org, kind, target, kinds, status, position, created_at) values ("
            + COUNTY
            + ", 'KAFKA', '"
            + topic
            + "', '{}', 'ACTIVE', 0, now())");
  }

  private static List<ConsumerRecord<String, String>> read(String topic, int count) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", cluster.bootstrapServers());
    settings.put("group.id", "reader-of-" + topic);
    settings.put("auto.offset.reset", "earliest");
    List<ConsumerRecord<String, String>> all = new ArrayList<>();
    try (Consumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (all.size() < count && System.nanoTime() < until) {
        consumer.poll(Duration.ofMillis(200)).forEach(all::add);
      }
    }
    assertEquals(count, all.size());
    return all;
  }

  /** The last number of each merchant, all of whose numbers came one after the other. */
  private static Map<String, Long> contiguous(List<ConsumerRecord<String, String>> records) {
    Map<String, Long> last = new HashMap<>();
    for (ConsumerRecord<String, String> one : records) {
      long number = new JsonObject(one.value()).getLong("merchantseq");
      assertEquals(last.getOrDefault(one.key(), 0L) + 1, number);
      last.put(one.key(), number);
    }
    return last;
  }
}
