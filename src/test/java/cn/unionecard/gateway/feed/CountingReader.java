package cn.unionecard.gateway.feed;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.parsetools.RecordParser;

/**
 * A subscriber that keeps nothing but the number of the last event it has, and whether each came
 * behind the one before: a thousand of them weigh little.
 */
final class CountingReader {
  final Promise<Void> complete = Promise.promise();
  private final HttpClientResponse response;
  private final long wanted;
  private String id = "";
  private long last;
  private long gaps;

  private CountingReader(HttpClientResponse response, long after, long wanted) {
    this.response = response;
    this.last = after;
    this.wanted = wanted;
    response.handler(RecordParser.newDelimited("\n", line -> line(line.toString())));
  }

  /**
   * Subscribes to all events of an organisation.
   *
   * @param after the last event it has
   * @param wanted the last event there will be
   */
  static Future<CountingReader> open(HttpClient client, String org, long after, long wanted) {
    return client
        .request(HttpMethod.GET, "/v1/feed?after=" + after)
        .compose(
            request -> {
              // before it is sent: what comes while nobody handles it is lost
              Future<CountingReader> reader =
                  request.response().map(response -> reading(response, after, wanted));
              return request.putHeader("Org", org).send().compose(begun -> reader);
            });
  }

  private static CountingReader reading(HttpClientResponse response, long after, long wanted) {
    if (response.statusCode() != 200) {
      throw new IllegalStateException("refused");
    }
    return new CountingReader(response, after, wanted);
  }

  private void line(String line) {
    if (line.startsWith("id: ")) {
      id = line.substring(4);
    } else if (line.startsWith("data: ")) {
      long number = Long.parseLong(id);
      gaps += number == last + 1 ? 0 : 1;
      last = number;
      if (number == wanted) {
        complete.tryComplete();
      }
    }
  }

  boolean isInOrder() {
    return gaps == 0;
  }

  Future<Void> close() {
    return response.request().connection().close();
  }
}
