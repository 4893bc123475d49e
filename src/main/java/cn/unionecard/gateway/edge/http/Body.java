package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Deadlines;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Collects a JSON body: declared as {@code application/json}, at most so many bytes, complete
 * within the time a connection may be idle. (vertx-web's body handler has no time limit and brings
 * forms and file uploads.)
 */
final class Body {
  private final int bytesMax;
  private final Deadlines deadlines;

  Body(int bytesMax, Deadlines deadlines) {
    this.bytesMax = bytesMax;
    this.deadlines = deadlines;
  }

  /**
   * The body's bytes. To be called before anything asynchronous.
   *
   * @throws Rejected if the head says already that it will not do
   */
  Future<byte[]> read(HttpServerRequest request) {
    requireJson(request);
    String expect = request.getHeader(HttpHeaders.EXPECT);
    if (expect != null && expect.equalsIgnoreCase("100-continue")) {
      request.response().writeContinue();
    }
    Promise<byte[]> promise = Promise.promise();
    Collector collector = new Collector(promise);
    request.handler(collector::add).endHandler(v -> collector.end());
    request.exceptionHandler(cut -> promise.tryFail(new Fault.Malformed("", "the body is cut")));
    return deadlines.watch(
        promise.future(),
        () -> new Rejected(Problem.Kind.REQUEST_TIMEOUT, "the body did not arrive in time"));
  }

  private void requireJson(HttpServerRequest request) {
    List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
    if (types.size() != 1 || !isJson(types.get(0))) {
      throw new Rejected(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE, "Content-Type is not application/json in UTF-8");
    }
    if (request.getHeader(HttpHeaders.CONTENT_ENCODING) != null) {
      throw new Rejected(Problem.Kind.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is not supported");
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && (length.length() > 9 || Integer.parseInt(length) > bytesMax)) {
      throw tooLarge();
    }
  }

  private static boolean isJson(String type) {
    if (type.equals("application/json")) {
      return true;
    }
    String plain = type.toLowerCase(Locale.ROOT).replace(" ", "").replace("\"", "");
    return plain.equals("application/json") || plain.equals("application/json;charset=utf-8");
  }

  private Rejected tooLarge() {
    return new Rejected(Problem.Kind.TOO_LARGE, "the body has more than " + bytesMax + " bytes");
  }

  private final class Collector {
    private final Promise<byte[]> promise;
    private @Nullable Buffer collected;

    Collector(Promise<byte[]> promise) {
      this.promise = promise;
    }

    void add(Buffer chunk) {
      if (promise.future().isComplete()) {
        return;
      }
      Buffer before = collected;
      if (chunk.length() + (before == null ? 0 : before.length()) > bytesMax) {
        collected = null;
        promise.fail(tooLarge());
      } else {
        collected = before == null ? chunk : before.copy().appendBuffer(chunk);
      }
    }

    void end() {
      Buffer all = collected;
      boolean unused = promise.tryComplete(all == null ? new byte[0] : all.getBytes());
    }
  }
}
