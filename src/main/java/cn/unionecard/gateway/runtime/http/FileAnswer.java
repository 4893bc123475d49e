package cn.unionecard.gateway.runtime.http;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * A file as it is to be sent.
 *
 * @param status 200, or 304 with no body where the asker has it already
 * @param headers all that belong to it
 */
public record FileAnswer(int status, Map<String, String> headers, Buffer body) {
  public FileAnswer {
    headers = Map.copyOf(headers);
  }
}
