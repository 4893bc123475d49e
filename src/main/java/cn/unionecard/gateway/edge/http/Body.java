package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Deadlines;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

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
    Collector collector = new Collector(bytesMax, promise);
    request.handler(collector::add).endHandler(v -> collector.end());
    request.exceptionHandler(cut -> promise.tryFail(new Fault.Malformed("", "the body is cut")));
    return deadlines.watch(
        promise.future(),
        () -> new Rejected(Problem.Kind.REQUEST_TIMEOUT, "the body did not arrive in time"));
  }

  private void requireJson(HttpServerRequest request) {
    List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
    if (types.size() != 1 || !MediaType.isJson(types.get(0))) {
      throw new Rejected(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE, "Content-Type is not application/json in UTF-8");
    }
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new Rejected(Problem.Kind.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is not supported");
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && (length.length() > 9 || Integer.parseInt(length) > bytesMax)) {
      throw tooLarge(bytesMax);
    }
  }

  private static Rejected tooLarge(int bytesMax) {
    return new Rejected(Problem.Kind.TOO_LARGE, "the body has more than " + bytesMax + " bytes");
  }

  /** Grows by doubling: a body costs what its bytes cost, however many chunks they come in. */
  static final class Collector {
    private final int bytesMax;
    private final Promise<byte[]> promise;
    private Buffer collected = Buffer.buffer();

    Collector(int bytesMax, Promise<byte[]> promise) {
      this.bytesMax = bytesMax;
      this.promise = promise;
    }

    void add(Buffer chunk) {
      if (promise.future().isComplete()) {
        return;
      }
      if (chunk.length() + collected.length() > bytesMax) {
        collected = Buffer.buffer();
        promise.fail(tooLarge(bytesMax));
      } else {
        collected = collected.appendBuffer(chunk);
      }
    }

    void end() {
      boolean unused = promise.tryComplete(collected.getBytes());
    }
  }
}
