package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TransactionId;
import io.vertx.core.MultiMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands outside a body: keys and ids in headers, paths and queries. Faults name them. */
final class RequestHead {
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private RequestHead() {}

  /** The client's key, bare or quoted (draft-ietf-httpapi-idempotency-key-header). */
  static RequestId requiredKey(MultiMap headers) {
    RequestId key = key(headers);
    if (key == null) {
      throw new Fault.Malformed(IDEMPOTENCY_KEY, "header Idempotency-Key is missing");
    }
    return key;
  }

  /** The same, or null if there is none. */
  static @Nullable RequestId key(MultiMap headers) {
    List<String> all = headers.getAll(IDEMPOTENCY_KEY);
    if (all.isEmpty()) {
      return null;
    }
    if (all.size() > 1) {
      throw new Fault.Malformed(IDEMPOTENCY_KEY, "header Idempotency-Key stands twice");
    }
    return RequestJson.requestId(unquoted(all.get(0).strip()), IDEMPOTENCY_KEY);
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /** The one value of a query parameter. */
  static String requiredParameter(MultiMap query, String name) {
    List<String> all = query.getAll(name);
    if (all.size() != 1) {
      throw new Fault.Malformed(
          name, "parameter " + name + (all.isEmpty() ? " is missing" : " stands twice"));
    }
    return all.get(0);
  }

  /** A transaction's id that came under that name. */
  static TransactionId transactionId(@Nullable String text, String name) {
    try {
      return TransactionId.parse(text == null ? "" : text);
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed(name, name + " is not twelve characters of Crockford base 32");
    }
  }
}
