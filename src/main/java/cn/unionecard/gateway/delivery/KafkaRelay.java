package cn.unionecard.gateway.delivery;

import cn.unionecard.gateway.feed.CloudEvent;
import cn.unionecard.gateway.feed.FeedPage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Brings pages of the feed to one topic, in a thread of its own: the producer blocks while it knows
 * no broker. Idempotent and without a time limit for what it has taken on, so that it never gives
 * up one record and goes on with the next. The limit is the page's: what is not acknowledged in
 * time, or fails, ends the producer with all it has not sent, and the page begins anew.
 */
final class KafkaRelay {
  private static final Header STRUCTURED =
      new RecordHeader(
          "content-type",
          "application/cloudevents+json; charset=utf-8".getBytes(StandardCharsets.US_ASCII));
  private static final int BLOCK_MS_MAX = 5_000;

  private final Map<String, Object> settings;
  private final int acknowledgedMsMax;
  private final String topic;
  private final WorkerExecutor thread;
  private volatile @Nullable Producer<String, String> producer;

  /**
   * @param settings of the producer; those that the order depends on are set here
   * @param acknowledgedMsMax time that brokers have to acknowledge a page
   */
  KafkaRelay(
      Vertx vertx, String name, Map<String, Object> settings, int acknowledgedMsMax, String topic) {
    this.settings = settings;
    this.acknowledgedMsMax = acknowledgedMsMax;
    this.topic = topic;
    thread = vertx.createSharedWorkerExecutor("kafka-" + name, 1, 1, TimeUnit.DAYS);
  }

  /**
   * Completes when the brokers have acknowledged all of the page; fails with a {@link
   * TimeoutException} when they have not in time.
   */
  Future<Void> send(FeedPage page, boolean reset) {
    return thread.executeBlocking(() -> blockingSend(page, reset));
  }

  private Void blockingSend(FeedPage page, boolean reset) throws Exception {
    Producer<String, String> to = producer == null ? open() : producer;
    producer = to;
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(acknowledgedMsMax);
    try {
      List<java.util.concurrent.Future<?>> sent = new ArrayList<>();
      if (reset) {
        sent.add(sent(to, record(null, page.reset().json()), until));
      }
      for (CloudEvent event : page.events()) {
        sent.add(sent(to, record(event.merchant(), event.json()), until));
      }
      for (java.util.concurrent.Future<?> one : sent) {
        acknowledged(one, until);
      }
      return null;
    } catch (ExecutionException | InterruptedException | TimeoutException | RuntimeException e) {
      producer = null;
      to.close(Duration.ZERO);
      throw e;
    }
  }

  /** What is refused at once, such as for want of a broker, goes before what comes behind it. */
  private static java.util.concurrent.Future<?> sent(
      Producer<String, String> to, ProducerRecord<String, String> record, long until)
      throws ExecutionException, InterruptedException, TimeoutException {
    java.util.concurrent.Future<?> sent = to.send(record);
    if (sent.isDone()) {
      acknowledged(sent, until);
    }
    return sent;
  }

  private static void acknowledged(java.util.concurrent.Future<?> sent, long until)
      throws ExecutionException, InterruptedException, TimeoutException {
    Object place = sent.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (place == null) {
      throw new IllegalStateException("acknowledged without a place");
    }
  }

  private ProducerRecord<String, String> record(@Nullable String key, String json) {
    return new ProducerRecord<>(topic, null, key, json, List.of(STRUCTURED));
  }

  private Producer<String, String> open() {
    Map<String, Object> all = new java.util.HashMap<>(settings);
    all.put("enable.idempotence", true);
    all.put("acks", "all");
    all.put("retries", Integer.MAX_VALUE);
    all.put("delivery.timeout.ms", Integer.MAX_VALUE);
    all.put("max.block.ms", BLOCK_MS_MAX);
    // one after another: of several on their way, those behind one that a topic just made refused
    // are out of sequence, and are refused for as long as it is tried
    all.put("max.in.flight.requests.per.connection", 1);
    return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
  }

  /** Ends at once; what was not acknowledged is sent again by whoever comes next. */
  void close() {
    Producer<String, String> last = producer;
    producer = null;
    if (last != null) {
      // a thread of its own: the relay's may be waiting for the very producer
      Thread closer = new Thread(() -> last.close(Duration.ZERO), "kafka-close");
      closer.setDaemon(true);
      closer.start();
    }
    thread.close();
  }
}
