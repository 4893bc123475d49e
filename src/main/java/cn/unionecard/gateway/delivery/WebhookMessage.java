package cn.unionecard.gateway.delivery;

import java.util.List;

/**
 * What is to be posted to one webhook.
 *
 * @param url where to, as it was subscribed
 * @param id the message's own, the same at every attempt
 * @param body a CloudEvent in JSON
 * @param keys all that sign it, newest first
 */
record WebhookMessage(String url, String id, String body, List<WebhookKey> keys) {
  WebhookMessage {
    keys = List.copyOf(keys);
  }

  /** The header {@code webhook-signature}. */
  String signatures(long timestamp) {
    return String.join(" ", keys.stream().map(key -> key.sign(id, timestamp, body)).toList());
  }
}
