package cn.unionecard.gateway.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.feed.FeedDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kafka.server.BrokerServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** Real brokers, mostly one, with their controller in this JVM. */
public final class KafkaBroker implements AutoCloseable {
  private final KafkaClusterTestKit cluster;

  public KafkaBroker() throws Exception {
    this(1);
  }

  KafkaBroker(int brokers) throws Exception {
    cluster =
        new KafkaClusterTestKit.Builder(
                new TestKitNodes.Builder()
                    .setCombined(false)
                    .setNumBrokerNodes(brokers)
                    .setNumControllerNodes(1)
                    .build())
            .setConfigProp("offsets.topic.replication.factor", "1")
            .setConfigProp("num.partitions", "3")
            .build();
    cluster.format();
    cluster.startup();
    cluster.waitForReadyBrokers();
  }

  public String address() {
    return cluster.bootstrapServers();
  }

  private BrokerServer broker() {
    return Collections.max(
        cluster.brokers().values(), Comparator.comparingInt(one -> one.config().brokerId()));
  }

  /** A topic that two brokers must have for anything to be acknowledged. */
  void createForTwo(String topic) throws Exception {
    NewTopic wanted = new NewTopic(topic, 1, (short) 2).configs(Map.of("min.insync.replicas", "2"));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
      admin.createTopics(List.of(wanted)).all().get();
    }
  }

  /** The only broker, or the last, answers nobody from here on. */
  void goAway() {
    broker().shutdown();
    broker().awaitShutdown();
  }

  /** At the same address, with all that was in it. */
  void comeBack() throws Exception {
    broker().startup();
    cluster.waitForReadyBrokers();
  }

  public void subscribe(FeedDatabase database, int org, String topic) throws Exception {
    database.execute(
        "insert into subscription (org, kind, target, kinds, status, position, created_at) values ("
            + org
            + ", 'KAFKA', '"
            + topic
            + "', '{}', 'ACTIVE', 0, now())");
  }

  /** The values of so many different events, in the order of the topic; repeats are among them. */
  public List<String> read(String topic, int count) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", address());
    settings.put("group.id", "reader-of-" + topic);
    settings.put("auto.offset.reset", "earliest");
    List<String> all = new ArrayList<>();
    try (Consumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      Set<String> different = new HashSet<>();
      while (different.size() < count && System.nanoTime() < until) {
        consumer.poll(Duration.ofMillis(200)).forEach(one -> all.add(one.value()));
        different.addAll(all);
      }
      assertEquals(count, different.size());
    }
    return all;
  }

  @Override
  public void close() throws Exception {
    cluster.close();
  }
}
