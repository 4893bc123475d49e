package cn.unionecard.gateway.delivery;

import cn.unionecard.gateway.delivery.Deliveries.Due;
import cn.unionecard.gateway.delivery.Deliveries.StoredKey;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Recent;
import cn.unionecard.gateway.runtime.keys.Kek;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of the webhooks that are due, opened. Which ones sign is asked at every turn, so that a
 * key that was added or has ended counts at once; what was opened is remembered. Belongs to the one
 * event loop.
 */
final class WebhookKeyring {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookKeyring.class);
  private static final int OPENED_MAX = 4_096;

  private final Kek kek;
  private final Map<ByteBuffer, WebhookKey> opened = new Recent<>(OPENED_MAX);

  private Map<Long, List<WebhookKey>> signing = Map.of();

  WebhookKeyring(Kek kek) {
    this.kek = kek;
  }

  /** Reads which keys sign for what is due. */
  Future<Void> load(SqlConnection connection, List<Due> due, Instant now) {
    List<Long> subscriptions = due.stream().map(Due::subscription).distinct().toList();
    if (subscriptions.isEmpty()) {
      return Future.succeededFuture();
    }
    return Deliveries.keys(connection, subscriptions, now).map(this::sign);
  }

  private Void sign(List<StoredKey> stored) {
    signing = opened(stored);
    return null;
  }

  /** Those that can be opened, by subscription, newest first. */
  Map<Long, List<WebhookKey>> opened(List<StoredKey> stored) {
    Map<Long, List<WebhookKey>> all = new HashMap<>();
    for (StoredKey key : stored) {
      try {
        all.computeIfAbsent(key.subscription(), s -> new ArrayList<>()).add(open(key));
      } catch (CannotStart | IllegalArgumentException e) {
        // one that cannot be opened must not stop the others' deliveries
        LOG.warn("subscription {}: {}", key.subscription(), e.getMessage());
      }
    }
    return all;
  }

  private WebhookKey open(StoredKey key) {
    return opened.computeIfAbsent(
        ByteBuffer.wrap(key.wrapped()),
        wrapped -> WebhookKey.unwrap(key.subscription(), key.algorithm(), key.wrapped(), kek));
  }

  /** What is to be posted for one that is due. */
  WebhookMessage message(Due due) {
    return new WebhookMessage(
        due.url(), due.id(), due.body(), signing.getOrDefault(due.subscription(), List.of()));
  }
}
