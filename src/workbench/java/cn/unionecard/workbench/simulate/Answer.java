package cn.unionecard.workbench.simulate;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;

/**
 * The final answer to a request.
 *
 * @param status HTTP status; 0 = none came while patience lasted
 * @param body as it came
 * @param replayed whether it says that it was given before
 * @param repeated whether the request had to be sent more than once, or waited so long, that an
 *     earlier attempt may have been worked, or the code may have expired on the way
 */
record Answer(int status, Buffer body, boolean replayed, boolean repeated) {
  static final int CREATED = 201;
  static final int OK = 200;
  static final int UNPROCESSABLE = 422;

  static final Answer NONE = new Answer(0, Buffer.buffer(), false, true);

  /** A record: the gateway has put it down for good. */
  boolean recorded() {
    return status == CREATED;
  }

  /** The problem's code (RFC 9457 extension), or the empty string. */
  String problem() {
    try {
      return body.toJsonObject().getString("code", "");
    } catch (DecodeException | ClassCastException e) {
      return "";
    }
  }

  String summary() {
    return status == 0 ? "no answer" : "HTTP " + status + " " + body;
  }
}
