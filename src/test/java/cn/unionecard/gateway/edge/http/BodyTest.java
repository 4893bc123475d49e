package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest {
  private static final int BYTES = 65_536;

  /** Judged by the memory it takes: copied for each chunk, it would be two gigabytes. */
  @Test
  void aBodyInManyChunksCostsWhatItsBytesCost() {
    Promise<byte[]> promise = Promise.promise();
    Body.Collector collector = new Body.Collector(BYTES, promise);
    Buffer chunk = Buffer.buffer("x");
    long before = allocated();
    for (int i = 0; i < BYTES; i++) {
      collector.add(chunk);
    }
    collector.end();
    assertEquals(BYTES, promise.future().result().length);
    long taken = allocated() - before;
    assertTrue(taken < 64L * BYTES, taken + " bytes");
  }

  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON",
        "application/json;charset=utf-8",
        "application/json; charset=UTF-8",
        "application/json ; charset=\"utf-8\"",
        "application/json; charset=utf8",
        "application/json; charset=\"u\\tf-8\"",
        "application/json; version=1",
        "application/json; profile=\"a; charset=x\"",
        "application/json;",
        "application/json; ; charset=utf-8",
      })
  void isJson(String type) {
    assertTrue(MediaType.isJson(type));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "application/jsonp",
        "application/json-seq",
        "application/problem+json",
        "application/json, text/plain",
        "application/json charset=utf-8",
        "application/json; charset",
        "application/json; charset=",
        "application/json; charset=gbk",
        "application/json; charset=\"gbk\"",
        "application/json; charset=\"utf-8",
        "application/json; charset=utf-8; charset=gbk",
        "application/json; charset=utf-16",
      })
  void isNoJson(String type) {
    assertFalse(MediaType.isJson(type));
  }
}
